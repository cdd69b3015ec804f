// SPDX-License-Identifier: GPL-3.0-or-later
// The border of a thread: what is thrown there (std::bad_alloc, a container's own errors) would end
// the program, and with it the work of every other device. Here it becomes the failure of the one
// job that it came from.
//
//     const Result<void> done = protocol::guarded([&] { return job.run(); });
#pragma once

#include "protocol/result.h"

#include <exception>
#include <type_traits>

namespace protocol
{

[[nodiscard]] inline Failure thrownFailure(const char *what)
{
    return {FailureCode::Internal, Stage::None,
            QStringLiteral("exception: %1").arg(QString::fromLocal8Bit(what))};
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

} // namespace protocol
