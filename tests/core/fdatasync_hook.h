// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for fdatasync(2) in the whole test program: one call fails as on a disk that is full.
// For one source file per program.
#pragma once

#include <atomic>
#include <cerrno>

#include <sys/syscall.h>
#include <unistd.h>

namespace bench
{

inline std::atomic<int> failingFdatasync = 0; // 1: the next call; 0: none

} // namespace bench

extern "C" int fdatasync(int descriptor)
{
    if (bench::failingFdatasync > 0 && --bench::failingFdatasync == 0) {
        errno = ENOSPC;
        return -1;
    }
    return int(::syscall(SYS_fdatasync, descriptor));
}
