// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/block_device.h"

#include "imaging/descriptor_device.h"

#include <QFile>

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

namespace imaging
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

using Opened = Result<std::unique_ptr<BlockIo>>;

FailureCode codeOf(int error, DeviceAccess access)
{
    switch (error) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
    case ENOMEDIUM:
        return FailureCode::DeviceNotFound;
    case EBUSY:
    case EWOULDBLOCK:
    case ETXTBSY:
        return FailureCode::DeviceInUse;
    default:
        return access == DeviceAccess::Read ? FailureCode::DeviceReadError
                                            : FailureCode::DeviceWriteError;
    }
}

Failure openFailure(const QString &path, int error, DeviceAccess access)
{
    return {codeOf(error, access), Stage::Check, u"%1: %2"_s.arg(path, qt_error_string(error))};
}

Descriptor openWith(const QString &path, DeviceAccess access, int flags)
{
    const int mode = access == DeviceAccess::Read ? O_RDONLY : O_RDWR;
    return Descriptor(::open(QFile::encodeName(path).constData(), mode | O_CLOEXEC | flags));
}

Opened openKernelDevice(const QString &path, DeviceAccess access)
{
    // O_EXCL on a block device without O_CREAT: EBUSY when it, or a partition of it, is mounted or
    // held (open(2)).
    Descriptor descriptor = openWith(path, access, O_EXCL | O_DIRECT);
    if (!descriptor && errno == EINVAL)
        descriptor = openWith(path, access, O_EXCL);
    if (!descriptor)
        return openFailure(path, errno, access);
    const qint64 size = sizeOf(descriptor.get());
    int blockSize = 0;
    if (size < 0 || ::ioctl(descriptor.get(), BLKSSZGET, &blockSize) != 0)
        return openFailure(path, errno, access);
    if (blockSize < 512 || size_t(blockSize) > directAlignment)
        return Failure{FailureCode::DeviceReadError, Stage::Check,
                       u"%1 has blocks of %2 bytes"_s.arg(path).arg(blockSize)};
    // The kernel neither reads nor writes a last part that is no whole block: nobody can, so it
    // does not count.
    const qint64 usable = size - size % blockSize;
    return Opened(std::make_unique<KernelDevice>(path, usable, blockSize, std::move(descriptor)));
}

Opened openFile(const QString &path, DeviceAccess access)
{
    Descriptor buffered = openWith(path, access, 0);
    if (!buffered)
        return openFailure(path, errno, access);
    // Where locks are not supported there is nobody to lock out; only a lock that somebody holds is
    // refused.
    if (::flock(buffered.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return openFailure(path, errno, access);
    const qint64 size = sizeOf(buffered.get());
    if (size < 0)
        return openFailure(path, errno, access);
    Descriptor direct = openWith(path, access, O_DIRECT);
    return Opened(std::make_unique<FileDevice>(path, size, std::move(buffered), std::move(direct)));
}

} // namespace

Result<void> BlockIo::writeTogether(std::span<const PlacedBytes> pieces)
{
    for (const PlacedBytes &piece : pieces) {
        if (auto written = write(piece.offset, piece.bytes); !written)
            return written;
    }
    return {};
}

Opened openBlockDevice(const QString &path, DeviceAccess access)
{
    struct stat status {
    };
    if (::stat(QFile::encodeName(path).constData(), &status) != 0)
        return openFailure(path, errno, access);
    if (S_ISBLK(status.st_mode))
        return openKernelDevice(path, access);
    if (S_ISREG(status.st_mode))
        return openFile(path, access);
    return Failure{FailureCode::DeviceNotFound, Stage::Check,
                   u"%1 is neither a block device nor a regular file"_s.arg(path)};
}

Result<void> readAnywhere(BlockIo &device, qint64 offset, std::span<std::byte> buffer)
{
    const qint64 before = std::max<qint64>(offset, 0) % qint64(directAlignment);
    AlignedBuffer aligned(size_t(before) + buffer.size());
    const auto window = aligned.first(size_t(before) + buffer.size());
    if (auto read = device.read(offset - before, window); !read)
        return read;
    std::ranges::copy(window.subspan(size_t(before)), buffer.begin());
    return {};
}

} // namespace imaging
