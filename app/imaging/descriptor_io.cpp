// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/descriptor_io.h"

#include <cerrno>

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
    // A device that takes no more without an error is full.
    if (outcome.error == 0 && outcome.bytes < bytes.size())
        outcome.error = ENOSPC;
    return outcome;
}

} // namespace imaging
