// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files.h"

#include "imaging/descriptor_io.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
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

std::optional<FileStamp> stampOf(const struct stat &facts)
{
    if (!S_ISREG(facts.st_mode))
        return std::nullopt;
    const auto nanoseconds = [](const timespec &time) {
        return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
    };
    return FileStamp{facts.st_ino, facts.st_size, nanoseconds(facts.st_mtim),
                     nanoseconds(facts.st_ctim)};
}

quint64 identityOf(int folder, const char *name, int flags)
{
    constexpr quint64 spread = 0x9e3779b97f4a7c15; // of the golden ratio, as hashes use it
    struct statx facts {
    };
    if (::statx(folder, name, flags, STATX_TYPE | STATX_INO | STATX_BTIME, &facts) != 0 ||
        !S_ISREG(facts.stx_mode))
        return 0;
    const quint64 birth =
        facts.stx_mask & STATX_BTIME
            ? quint64(facts.stx_btime.tv_sec) * 1'000'000'000 + facts.stx_btime.tv_nsec
            : 0;
    return facts.stx_ino * spread ^ birth;
}

// Of the file system that it lies on, see statfs(2).
quint32 fileSystemOf(int descriptor)
{
    struct statfs facts {
    };
    return ::fstatfs(descriptor, &facts) == 0 ? quint32(facts.f_type) : 0;
}

constexpr quint32 exfat = 0x2011bab0;
constexpr quint32 ntfs3 = 0x7366746e;
constexpr quint32 fuse = 0x65735546;
constexpr quint32 cifs = 0xff534d42;
constexpr quint32 smb2 = 0xfe534d42;

// Where the owner is whom the mount names, or whom the server makes of us.
bool keepsOwners(int descriptor)
{
    return keepsInodes(descriptor) && fileSystemOf(descriptor) != NFS_SUPER_MAGIC;
}

} // namespace

void FileDescriptor::close()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
}

Failure fileFailure(int error, const QString &what, FailureCode other)
{
    if (error == ENOSPC || error == EDQUOT)
        other = FailureCode::StorageFull;
    else if (error == EFBIG)
        other = FailureCode::FileTooLarge;
    return {other, protocol::Stage::None, u"%1: %2"_s.arg(what, qt_error_string(error))};
}

FileDescriptor openFile(const QString &path, int flags, int mode)
{
    return FileDescriptor(::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC, mode));
}

std::optional<FileStamp> fileStamp(const QString &path)
{
    struct stat facts {
    };
    if (::lstat(QFile::encodeName(path).constData(), &facts) != 0)
        return std::nullopt;
    return stampOf(facts);
}

std::optional<FileStamp> fileStamp(int descriptor)
{
    struct stat facts {
    };
    return ::fstat(descriptor, &facts) == 0 ? stampOf(facts) : std::nullopt;
}

quint64 fileIdentity(const QString &path)
{
    return identityOf(AT_FDCWD, QFile::encodeName(path).constData(), AT_SYMLINK_NOFOLLOW);
}

quint64 fileIdentity(int descriptor)
{
    return identityOf(descriptor, "", AT_EMPTY_PATH);
}

bool keepsInodes(int descriptor)
{
    const quint32 type = fileSystemOf(descriptor);
    return type != MSDOS_SUPER_MAGIC && type != exfat && type != ntfs3 && type != fuse &&
           type != SMB_SUPER_MAGIC && type != cifs && type != smb2;
}

bool isOwnFile(int descriptor)
{
    struct stat facts {
    };
    return ::fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink <= 1 &&
           (facts.st_uid == ::geteuid() || !keepsOwners(descriptor));
}

void takeGroupOfFolder(int descriptor, const QString &path)
{
    struct stat folder {
    };
    struct stat file {
    };
    const QByteArray name = QFile::encodeName(QFileInfo(path).absolutePath());
    if (::stat(name.constData(), &folder) != 0 || ::fstat(descriptor, &file) != 0 ||
        folder.st_gid == file.st_gid)
        return;
    // Who is no member of that group keeps the own one.
    (void)!::fchown(descriptor, uid_t(-1), folder.st_gid);
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
