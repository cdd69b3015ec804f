// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy_queue.h"

#include <algorithm>

namespace core
{

SlotClaim slotClaim(const Job &job, bool online, qint64 silentMs)
{
    if (job.kind != JobKind::Deploy)
        return SlotClaim::None;
    if (job.state == JobState::Queued)
        return online ? SlotClaim::Waits : SlotClaim::None;
    const bool usesLink = job.state == JobState::Offered || job.state == JobState::Transferring;
    const qint64 patience = std::chrono::milliseconds(deploySlotPatience).count();
    return usesLink && silentMs <= patience ? SlotClaim::Holds : SlotClaim::None;
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
