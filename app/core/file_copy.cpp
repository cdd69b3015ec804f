// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/file_copy.h"

#include "core/files.h"
#include "imaging/descriptor_io.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <vector>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// Between two questions whether to go on.
constexpr size_t sliceBytes = 8 * 1024 * 1024;

enum class Slice { Copied, AtEnd, Unsupported };

Result<Slice> copyInKernel(int source, int target, qint64 offset, qint64 *copied)
{
    off64_t in = offset;
    off64_t out = offset;
    const ssize_t count = ::copy_file_range(source, &in, target, &out, sliceBytes, 0);
    if (count > 0)
        *copied = count;
    if (count >= 0)
        return count > 0 ? Slice::Copied : Slice::AtEnd;
    if (errno == ENOSPC || errno == EDQUOT)
        return fileFailure(errno, u"copying the image"_s);
    return Slice::Unsupported; // what is really wrong shows when copying by hand
}

Result<Slice> copyByHand(const QString &name, int source, int target, qint64 offset, qint64 *copied)
{
    std::vector<std::byte> buffer(size_t(1) << 20);
    const auto read = imaging::readFully(source, offset, buffer);
    if (read.error != 0)
        return fileFailure(read.error, name, FailureCode::ImageUnreadable);
    if (read.bytes == 0)
        return Slice::AtEnd;
    if (const auto written = writeAt(target, offset, std::span(buffer).first(read.bytes)); !written)
        return written.failure();
    *copied = qint64(read.bytes);
    return Slice::Copied;
}

} // namespace

Result<void> copyFile(const QString &source, int target,
                      const std::function<Result<void>()> &mayGoOn)
{
    const FileDescriptor file = openFile(source, O_RDONLY);
    if (!file)
        return fileFailure(errno, source, FailureCode::ImageUnreadable);
    if (::ioctl(target, FICLONE, file.get()) == 0)
        return {};
    bool inKernel = true;
    for (qint64 offset = 0;;) {
        if (const auto may = mayGoOn(); !may)
            return may;
        qint64 copied = 0;
        const auto slice = inKernel ? copyInKernel(file.get(), target, offset, &copied)
                                    : copyByHand(source, file.get(), target, offset, &copied);
        if (!slice)
            return slice.failure();
        if (*slice == Slice::AtEnd)
            return {};
        inKernel = inKernel && *slice != Slice::Unsupported;
        offset += copied;
        startWriteback(target);
    }
}

} // namespace core
