// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_path.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
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

Result<FileDescriptor> BackupPath::openPart() const
{
    FileDescriptor file = openFile(part(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
    const bool fresh = bool(file);
    if (!fresh && errno == EEXIST)
        file = openFile(part(), O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    if (!file)
        return fileFailure(errno, part(), FailureCode::DestinationUnwritable);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 || !isStillThere(file.get(), part()))
        return unwritable(part(), u"in use by another backup"_s);
    if (fresh)
        QFile::remove(journal()); // of a .part that is gone: a backup that was committed
    return file;
}

} // namespace core
