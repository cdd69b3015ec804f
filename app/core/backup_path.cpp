// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_path.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

Failure unwritable(const QString &path, const QString &why)
{
    return {FailureCode::DestinationUnwritable, Stage::Receive, u"%1: %2"_s.arg(path, why)};
}

// The name may have been given to another file, or taken away, between opening and locking.
bool isStillThere(int descriptor, const QString &path)
{
    struct stat opened {
    };
    struct stat named {
    };
    return ::fstat(descriptor, &opened) == 0 &&
           ::stat(QFile::encodeName(path).constData(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

} // namespace

Result<BackupPath> BackupPath::parse(const QString &path)
{
    // The system would take the name to end there, and another file would be written.
    if (path.contains(QChar(u'\0')))
        return Failure{FailureCode::BadRequest, Stage::Receive, u"a name with a NUL"_s};
    BackupPath result;
    result.m_path = QFileInfo(path).absoluteFilePath();
    const QByteArray longest = QFile::encodeName(QFileInfo(result.journal()).fileName());
    if (longest.size() > NAME_MAX) {
        return Failure{
            FailureCode::BadRequest, Stage::Receive,
            u"%1: the name is too long by %2 bytes"_s.arg(path).arg(longest.size() - NAME_MAX)};
    }
    if (path.endsWith(".img.zst"_L1, Qt::CaseInsensitive))
        result.m_format = BackupFormat::Pack;
    else if (path.endsWith(".img"_L1, Qt::CaseInsensitive))
        result.m_format = BackupFormat::Raw;
    else
        return Failure{FailureCode::BadRequest, Stage::Receive,
                       u"%1: a backup's name ends in .img.zst or .img"_s.arg(path)};
    return result;
}

QString BackupPath::part() const
{
    return m_path + ".part"_L1;
}

QString BackupPath::journal() const
{
    return m_path + ".part.journal"_L1;
}

Result<void> BackupPath::check(bool overwrite) const
{
    const QFileInfo folder(QFileInfo(m_path).absolutePath());
    if (!folder.exists())
        return unwritable(folder.filePath(), u"no such folder"_s);
    if (!folder.isDir())
        return unwritable(folder.filePath(), u"not a folder"_s);
    const QFileInfo file(m_path);
    if (file.isDir())
        return unwritable(m_path, u"is a folder"_s);
    if (file.exists() && !file.isFile())
        return unwritable(m_path, u"is no regular file"_s);
    if (!overwrite && (file.exists() || file.isSymLink()))
        return Failure{FailureCode::DestinationExists, Stage::Receive, m_path};
    return {};
}

Result<BackupPath::Part> BackupPath::openPart(BackupJournal &journal) const
{
    FileDescriptor there = openFile(part(), O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    if (!there && errno != ENOENT)
        return fileFailure(errno, part(), FailureCode::DestinationUnwritable);
    auto opened = there ? takeUp(std::move(there)) : make(journal);
    if (!opened)
        return opened;
    if (!opened->file) // it was the file that the finished backup has replaced
        return openPart(journal);
    if (::flock(opened->file.get(), LOCK_EX | LOCK_NB) != 0 ||
        !isStillThere(opened->file.get(), part()))
        return unwritable(part(), u"in use by another backup"_s);
    return opened;
}

Result<BackupPath::Part> BackupPath::takeUp(FileDescriptor file) const
{
    auto record = BackupJournal::read(journal());
    if (record && isReplaced(*record, file.get())) {
        if (!QFile::remove(part()))
            return unwritable(part(), u"cannot be removed"_s);
        return Part{};
    }
    if (!record || !BackupJournal::isSame(*record, file.get()))
        return unwritable(part(), u"is there, and is not of this station's making"_s);
    return Part{std::move(file), std::move(record)};
}

// The journal goes before the file that it tells of, so that there is no moment in which a kill
// would leave one that nobody made.
Result<BackupPath::Part> BackupPath::make(BackupJournal &journal) const
{
    if (const auto noted = journal.create(m_format, 0, 0); !noted) {
        journal.remove();
        return noted.failure();
    }
    FileDescriptor file = openFile(part(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (!file) {
        const int error = errno;
        journal.remove();
        return fileFailure(error, part(), FailureCode::DestinationUnwritable);
    }
    takeGroupOfFolder(file.get(), part());
    if (const auto noted = journal.create(m_format, 0, BackupJournal::identityOf(file.get()));
        !noted) {
        QFile::remove(part());
        journal.remove();
        return noted.failure();
    }
    return Part{std::move(file), std::nullopt};
}

// A crash after the two had got each other's name: what now is called .part was agreed to go.
bool BackupPath::isReplaced(const BackupJournal::Contents &record, int part) const
{
    return record.replaced != 0 && record.replaced == fileIdentity(part) &&
           record.part == fileIdentity(m_path);
}

void BackupPath::removeLeftovers(const QString &path, const QString &owner, quint64 identity)
{
    const auto where = parse(path);
    if (!where)
        return;
    const auto record = BackupJournal::read(where->journal());
    const BackupJournal journal(where->journal(), owner);
    const bool ours = record && journal.isOwn(*record);
    const FileDescriptor part = openFile(where->part(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    // Another job's journal says that the .part is that one's.
    const quint64 written = record || identity == BackupJournal::anyFile ? 0 : identity;
    const auto isOurs = [&] {
        return ours ? BackupJournal::isSame(*record, part.get())
                    : written != 0 && BackupJournal::isSame(written, part.get());
    };
    if (part && isOurs())
        QFile::remove(where->part());
    if (ours)
        QFile::remove(where->journal());
}

} // namespace core
