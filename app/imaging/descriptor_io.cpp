// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/descriptor_io.h"

#include <cerrno>

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace imaging
{
namespace
{

// `step(done)` is one system call that goes on behind `done` bytes.
template<class Step>
IoOutcome repeat(size_t length, Step step)
{
    size_t done = 0;
    while (done < length) {
        const ssize_t got = step(done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return {done, errno};
        if (got == 0)
            break;
        done += size_t(got);
    }
    return {done, 0};
}

} // namespace

Descriptor::~Descriptor()
{
    if (m_number >= 0)
        ::close(m_number);
}

IoOutcome readFully(int descriptor, qint64 offset, std::span<std::byte> out)
{
    return repeat(out.size(), [&](size_t done) {
        return ::pread(descriptor, out.data() + done, out.size() - done, offset + qint64(done));
    });
}

IoOutcome writeFully(int descriptor, qint64 offset, std::span<const std::byte> bytes)
{
    IoOutcome outcome = repeat(bytes.size(), [&](size_t done) {
        return ::pwrite(descriptor, bytes.data() + done, bytes.size() - done,
                        offset + qint64(done));
    });
    if (outcome.error == 0 && outcome.bytes < bytes.size())
        outcome.error = ENOSPC;
    return outcome;
}

qint64 sizeOf(int descriptor)
{
    struct stat status {
    };
    if (::fstat(descriptor, &status) != 0)
        return -1;
    if (S_ISREG(status.st_mode))
        return status.st_size;
    quint64 bytes = 0;
    if (S_ISBLK(status.st_mode))
        return ::ioctl(descriptor, BLKGETSIZE64, &bytes) == 0 ? qint64(bytes) : -1;
    errno = ENODEV;
    return -1;
}

} // namespace imaging
