// SPDX-License-Identifier: GPL-3.0-or-later
// The life of a job as one table; what is not in it cannot happen.
#pragma once

#include "core/model.h"

#include <optional>

namespace core
{

enum class JobEvent {
    Offer,     // a poll was answered with it
    Begin,     // its transfer began, or the device reports that it works on it
    ReadBack,  // the device reports that it verifies
    Interrupt, // connection or device lost, before the end
    Succeed,
    Fail,
    Cancel,
};

// The state after `event`; nullopt: not allowed, and nothing changes.
[[nodiscard]] std::optional<JobState> nextState(JobState state, JobEvent event);

} // namespace core
