// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy_queue.h"

#include <algorithm>

namespace core
{

namespace
{
constexpr qint64 patienceMs = std::chrono::milliseconds(deploySlotPatience).count();
} // namespace

void WorkRhythm::breakOff(qint64 nowMs)
{
    if (m_begun < 0)
        return; // the same one is told again
    m_breaks = wasLong(nowMs) ? 1 : m_breaks + 1;
    m_begun = -1;
}

bool WorkRhythm::isSteady(qint64 nowMs) const
{
    return m_breaks < mostBreaks || wasLong(nowMs);
}

bool WorkRhythm::wasLong(qint64 nowMs) const
{
    return m_begun >= 0 && nowMs - m_begun >= patienceMs;
}

SlotClaim slotClaim(const Job &job, bool online, qint64 silentMs, bool steady)
{
    if (job.kind != JobKind::Deploy)
        return SlotClaim::None;
    if (job.state == JobState::Queued)
        return online ? SlotClaim::Waits : SlotClaim::None;
    const bool usesLink = job.state == JobState::Offered || job.state == JobState::Transferring;
    return usesLink && steady && silentMs <= patienceMs ? SlotClaim::Holds : SlotClaim::None;
}

QList<int> queuePlaces(int limit, const QList<SlotClaim> &claims)
{
    QList<int> places(claims.size(), 0);
    if (limit <= 0)
        return places;
    const qsizetype held = claims.count(SlotClaim::Holds);
    qsizetype free = std::max<qsizetype>(0, limit - held);
    int place = 0;
    for (qsizetype i = 0; i < claims.size(); ++i) {
        if (claims.at(i) != SlotClaim::Waits)
            continue;
        if (free > 0)
            --free;
        else
            places[i] = ++place;
    }
    return places;
}

} // namespace core
