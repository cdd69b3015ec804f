// SPDX-License-Identifier: GPL-3.0-or-later
// Who may deploy while the number of deploys at the same time is limited, and who waits at which
// place. The limit is there for the link, so a slot is held by who uses it: a deploy that was
// offered or is transferring, and from whose device something was heard in the last
// deploySlotPatience. One that only reads back uses no link. One that fell silent lets others
// pass; it is never sent back to the queue and goes on when it returns, even if there is then one
// more at work than the limit says: what is half written is worth more than the limit. So does one
// that begins and breaks off again and again (a script whose dd fails), until it has been at work
// for deploySlotPatience on end.
// Waiting are the deploys whose device is there, in the order in which they were made. A device
// that is away takes neither slot nor place; when it is back, its deploy stands where its age puts
// it.
#pragma once

#include "core/model.h"

#include <chrono>

namespace core
{

inline constexpr std::chrono::seconds deploySlotPatience{20};
inline constexpr int maxDeploysLimit = 999; // the largest that can be set
inline constexpr int mostBreaks = 3;        // without steady work in between

// Whether a job works steadily, or breaks off again and again.
class WorkRhythm
{
public:
    void begin(qint64 nowMs) { m_begun = nowMs; }
    void breakOff(qint64 nowMs);
    [[nodiscard]] bool isSteady(qint64 nowMs) const;

private:
    [[nodiscard]] bool wasLong(qint64 nowMs) const; // at work since begin(), by now

    qint64 m_begun = -1; // ms; -1: not at work
    int m_breaks = 0;
};

enum class SlotClaim { None, Holds, Waits };

// `silentMs`: since the job's device last gave a sign of it, or was first offered it. `steady`: see
// WorkRhythm.
[[nodiscard]] SlotClaim slotClaim(const Job &job, bool online, qint64 silentMs, bool steady);

// For each claim, in order of age, its place: 1 is next when a slot comes free, 0 does not wait.
// What waits and has place 0 may go. `limit` 0: no limit.
[[nodiscard]] QList<int> queuePlaces(int limit, const QList<SlotClaim> &claims);

} // namespace core
