// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for fstatfs(2) in the whole test program: files lie on whatever file system a test
// names. For one source file per program.
#pragma once

#include <atomic>

#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace bench
{

inline std::atomic<long> fileSystem = 0; // its f_type; 0: what it is

} // namespace bench

extern "C" int fstatfs(int descriptor, struct statfs *facts) noexcept
{
    const int done = int(::syscall(SYS_fstatfs, descriptor, facts));
    if (done == 0 && bench::fileSystem != 0)
        facts->f_type = bench::fileSystem;
    return done;
}
