// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for std::chrono::steady_clock::now() in the whole test program, so that what lasts
// minutes can be tested in a moment. For one source file per program; nothing may wait for a time
// meanwhile.
#pragma once

#include <QtGlobal>

#include <atomic>
#include <chrono>

#include <time.h>

namespace bench
{

inline std::atomic<std::chrono::nanoseconds::rep> steadyShift = 0;

// QtTest's watchdog waits by the same clock: for milliseconds that no test passes. Read when it
// starts, which is later.
inline const bool patient = qputenv("QTEST_FUNCTION_TIMEOUT", "2000000000");

inline void passTime(std::chrono::nanoseconds time)
{
    steadyShift += time.count();
}

} // namespace bench

std::chrono::steady_clock::time_point std::chrono::steady_clock::now() noexcept
{
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    const auto since = std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    return time_point(since + std::chrono::nanoseconds(bench::steadyShift));
}
