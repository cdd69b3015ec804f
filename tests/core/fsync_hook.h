// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for fsync(2) in the whole test program, so that a test may wait there or let it fail.
// For one source file per program.
#pragma once

#include <QFile>

#include <functional>
#include <mutex>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace bench
{

// Called with the descriptor; 0 goes on to the system's own, anything else is the errno to fail
// with.
using FsyncHook = std::function<int(int)>;

inline std::mutex hookMutex;
inline FsyncHook hook;

inline void setFsyncHook(FsyncHook wish)
{
    const std::lock_guard lock(hookMutex);
    hook = std::move(wish);
}

inline bool isFolder(int descriptor)
{
    struct stat facts {
    };
    return ::fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode);
}

} // namespace bench

extern "C" int fsync(int descriptor)
{
    bench::FsyncHook wish;
    {
        const std::lock_guard lock(bench::hookMutex);
        wish = bench::hook;
    }
    if (const int error = wish ? wish(descriptor) : 0) {
        errno = error;
        return -1;
    }
    return int(::syscall(SYS_fsync, descriptor));
}
