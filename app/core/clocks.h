// SPDX-License-Identifier: GPL-3.0-or-later
// The station's two clocks. Wall time is for people: somebody may set it, and NTP does. Whatever
// lasts (silence, deadlines, orders that expire) is measured by the steady one.
#pragma once

#include <QtGlobal>

#include <functional>

namespace core
{

using Clock = std::function<qint64()>; // milliseconds

[[nodiscard]] qint64 systemClock(); // since the epoch, UTC
[[nodiscard]] qint64 steadyClock(); // since some moment; never set, never back

struct Clocks {
    Clock wall = systemClock;
    Clock steady = steadyClock;
};

} // namespace core
