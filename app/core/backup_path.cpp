// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_path.h"

#include "imaging/descriptor_io.h"
#include "imaging/pack.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/file.h>
#include <sys/stat.h>
#include <vector>

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

// Reads a pack by bytes. One chunk is kept, for a table is read in small pieces.
class PackContent
{
public:
    explicit PackContent(std::shared_ptr<const imaging::PackReader> pack)
        : m_pack(std::move(pack)), m_chunk(imaging::chunkBytes)
    {
    }

    bool read(qint64 offset, std::span<std::byte> out)
    {
        while (!out.empty()) {
            const quint64 index = quint64(offset) / imaging::chunkBytes;
            if (!load(index))
                return false;
            const size_t from = size_t(offset) % imaging::chunkBytes;
            const size_t count = std::min(out.size(), m_length - from);
            std::copy_n(m_chunk.begin() + qptrdiff(from), count, out.begin());
            out = out.subspan(count);
            offset += qint64(count);
        }
        return true;
    }

private:
    bool load(quint64 index)
    {
        if (m_length > 0 && index == m_index)
            return true;
        m_index = index;
        m_length = m_pack->tail().map().length(index);
        const bool read = m_pack->readChunk(index, std::span(m_chunk).first(m_length)).ok();
        if (!read)
            m_length = 0;
        return read;
    }

    std::shared_ptr<const imaging::PackReader> m_pack;
    std::vector<std::byte> m_chunk;
    quint64 m_index = 0;
    size_t m_length = 0; // 0: nothing loaded
};

bool isInside(qint64 offset, size_t length, qint64 size)
{
    return offset >= 0 && offset <= size && qint64(length) <= size - offset;
}

} // namespace

Result<BackupPath> BackupPath::parse(const QString &path)
{
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

Result<imaging::ByteReader> openBackupContent(const BackupPath &path, int descriptor, qint64 size)
{
    if (path.format() == BackupFormat::Raw) {
        return imaging::ByteReader([descriptor, size](qint64 offset, std::span<std::byte> out) {
            return isInside(offset, out.size(), size) &&
                   imaging::readFully(descriptor, offset, out).bytes == out.size();
        });
    }
    const auto pack = imaging::PackReader::open(path.part());
    if (!pack)
        return pack.failure();
    const auto content = std::make_shared<PackContent>(*pack);
    return imaging::ByteReader([content, size](qint64 offset, std::span<std::byte> out) {
        return isInside(offset, out.size(), size) && content->read(offset, out);
    });
}

} // namespace core
