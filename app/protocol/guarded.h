// SPDX-License-Identifier: GPL-3.0-or-later
// The border of a thread: what is thrown there (std::bad_alloc, a container's own errors) would end
// the program, and with it the work of every other device. Here it becomes the failure of the one
// job that it came from.
//
//     const Result<void> done = protocol::guarded([&] { return job.run(); });
#pragma once

#include "protocol/result.h"

#include <cstdio>
#include <exception>
#include <type_traits>

namespace protocol
{

// Internal. Without words where there is no memory for them: what is thrown while something is
// being caught ends the program.
[[nodiscard]] inline Failure thrownFailure(const char *what) noexcept
{
    try {
        return {FailureCode::Internal, Stage::None,
                QStringLiteral("exception: %1").arg(QString::fromLocal8Bit(what))};
    } catch (...) {
        return {};
    }
}

// What `work`, which returns a Result, returns; Internal with the exception's own words when it
// throws.
template<class Work>
[[nodiscard]] std::invoke_result_t<Work> guarded(Work &&work)
{
    try {
        return work();
    } catch (const std::exception &thrown) {
        return thrownFailure(thrown.what());
    } catch (...) {
        return thrownFailure("of an unknown type");
    }
}

// For threads of which nobody waits for a result: they go on with their next round, or end, and
// the program goes on in any case. What was thrown is said on standard error; false then.
template<class Work>
bool survives(const char *what, Work &&work) noexcept
{
    try {
        work();
        return true;
    } catch (const std::exception &thrown) {
        std::fprintf(stderr, "%s: exception: %s\n", what, thrown.what());
    } catch (...) {
        std::fprintf(stderr, "%s: exception of an unknown type\n", what);
    }
    return false;
}

} // namespace protocol
