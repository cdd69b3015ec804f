// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/job_rounds.h"

namespace core
{

void JobRounds::reach(qint64 bytes)
{
    if (bytes <= m_reached)
        return;
    m_reached = bytes;
    m_count = 0;
    m_since = -1;
}

void JobRounds::breakOff(const protocol::Failure &why, qint64 nowMs)
{
    m_brokeOff = nowMs;
    m_cause = why;
}

void JobRounds::askAgain(qint64 nowMs)
{
    if (m_brokeOff < 0)
        return; // of the same round
    const bool atOnce = nowMs - m_brokeOff <= atOnceMs;
    m_brokeOff = -1;
    if (!atOnce)
        return;
    if (m_since < 0)
        m_since = nowMs;
    ++m_count;
}

bool JobRounds::isHopeless(qint64 nowMs) const
{
    return m_count >= most && m_since >= 0 && nowMs - m_since >= leastMs;
}

} // namespace core
