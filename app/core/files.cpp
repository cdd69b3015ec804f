// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files.h"

#include "imaging/descriptor_io.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// For file systems without RENAME_NOREPLACE: a hard link is as atomic; without links (FAT) a look
// has to do.
int renameUnlessExists(const char *from, const char *to)
{
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    if (::link(from, to) == 0) {
        ::unlink(from);
        return 0;
    }
    if (errno == EEXIST)
        return EEXIST;
    if (::access(to, F_OK) == 0)
        return EEXIST;
    return ::rename(from, to) == 0 ? 0 : errno;
}

} // namespace

void FileDescriptor::close()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
}

Failure fileFailure(int error, const QString &what, FailureCode other)
{
    const bool full = error == ENOSPC || error == EDQUOT;
    return {full ? FailureCode::StorageFull : other, protocol::Stage::None,
            u"%1: %2"_s.arg(what, qt_error_string(error))};
}

FileDescriptor openFile(const QString &path, int flags, int mode)
{
    return FileDescriptor(::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC, mode));
}

Result<void> writeAt(int descriptor, qint64 offset, std::span<const std::byte> bytes)
{
    const auto outcome = imaging::writeFully(descriptor, offset, bytes);
    if (outcome.error != 0)
        return fileFailure(outcome.error, u"writing at offset %1"_s.arg(offset));
    return {};
}

void startWriteback(int descriptor)
{
    // A hint; what went wrong shows in the flush.
    (void)::sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

void dropWritten(int descriptor)
{
    (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
}

qint64 freeBytes(const QString &path)
{
    struct statvfs facts {
    };
    if (::statvfs(QFile::encodeName(path).constData(), &facts) != 0)
        return -1;
    return qint64(facts.f_bavail) * qint64(facts.f_frsize);
}

Result<void> syncFolderOf(const QString &path)
{
    const QString folder = QFileInfo(path).absolutePath();
    const FileDescriptor descriptor = openFile(folder, O_RDONLY | O_DIRECTORY);
    // Some network file systems cannot flush a folder and say EINVAL.
    if (!descriptor || (::fsync(descriptor.get()) != 0 && errno != EINVAL))
        return fileFailure(errno, folder);
    return {};
}

bool exchangeFiles(const QString &a, const QString &b)
{
    return ::renameat2(AT_FDCWD, QFile::encodeName(a).constData(), AT_FDCWD,
                       QFile::encodeName(b).constData(), RENAME_EXCHANGE) == 0;
}

Result<void> renameFile(const QString &from, const QString &to, bool replace)
{
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    const int error = replace ? (::rename(source.constData(), target.constData()) == 0 ? 0 : errno)
                              : renameUnlessExists(source.constData(), target.constData());
    if (error == 0)
        return {};
    return fileFailure(error, to,
                       error == EEXIST ? FailureCode::DestinationExists
                                       : FailureCode::DestinationUnwritable);
}

} // namespace core
