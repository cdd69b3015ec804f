// SPDX-License-Identifier: GPL-3.0-or-later
// Whoever orders a backup wants to hear at once that its destination will not do; one that takes
// its time is not waited for: the job tells.
#pragma once

#include "core/station.h"

#include <chrono>
#include <functional>

namespace http
{

inline constexpr std::chrono::milliseconds openingPatience{2000};

// `then` is called once: at once unless the job's destination is being opened, else when that is
// done, has failed, or has taken openingPatience. Silent when the station goes before.
void whenOpened(core::Station &station, const core::JobId &job, const std::function<void()> &then);

} // namespace http
