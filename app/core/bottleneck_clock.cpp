// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bottleneck_clock.h"

#include <algorithm>

namespace core
{

using protocol::Bottleneck;

namespace
{
constexpr qint64 longestGapMs = 5000; // devices report twice a second
}

void BottleneckClock::note(Bottleneck bottleneck, qint64 nowMs)
{
    if (m_noted >= 0)
        m_waited.at(size_t(bottleneck)) += std::clamp<qint64>(nowMs - m_noted, 0, longestGapMs);
    m_noted = nowMs;
}

Bottleneck BottleneckClock::longest() const
{
    const auto first = m_waited.begin() + 1; // behind None
    const auto most = std::max_element(first, m_waited.end());
    return *most > 0 ? Bottleneck(most - m_waited.begin()) : Bottleneck::None;
}

} // namespace core
