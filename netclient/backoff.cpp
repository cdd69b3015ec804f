// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/backoff.h"

#include <algorithm>

namespace netclient
{

Backoff::Backoff(BackoffLimits limits, std::uint32_t seed)
    : m_limits(limits), m_step(limits.first), m_random(seed)
{
}

std::chrono::milliseconds Backoff::next()
{
    const auto step = std::min(m_step, m_limits.most);
    m_step = std::min(step * 2, m_limits.most);
    std::uniform_int_distribution<std::int64_t> within(step.count() / 2, step.count());
    return std::chrono::milliseconds(within(m_random));
}

} // namespace netclient
