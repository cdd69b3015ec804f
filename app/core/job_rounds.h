// SPDX-License-Identifier: GPL-3.0-or-later
// A job that breaks off, is asked for again at once and breaks off at the same place would go on
// like that for ever: counts such rounds. A device that was away in between (its cable was out, it
// was restarted) begins no round. Times are the steady clock's, ms.
#pragma once

#include "protocol/failure.h"

namespace core
{

class JobRounds
{
public:
    static constexpr int most = 12;
    static constexpr qint64 leastMs = 120'000; // from the first to the one that ends the job
    static constexpr qint64 atOnceMs = 15'000;

    // The job has reached `bytes` of its work in all; further than ever, it starts afresh.
    void reach(qint64 bytes);
    void breakOff(const protocol::Failure &why, qint64 nowMs);
    // The device asks for the job again.
    void askAgain(qint64 nowMs);

    [[nodiscard]] int count() const { return m_count; }
    [[nodiscard]] bool isHopeless(qint64 nowMs) const;
    [[nodiscard]] const protocol::Failure &cause() const { return m_cause; } // the last one

private:
    qint64 m_reached = 0;
    int m_count = 0;
    qint64 m_since = -1;
    qint64 m_brokeOff = -1; // and was not asked for again since
    protocol::Failure m_cause;
};

} // namespace core
