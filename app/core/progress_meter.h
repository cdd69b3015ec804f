// SPDX-License-Identifier: GPL-3.0-or-later
// Speed and time left of one running job, from samples of a byte counter; and when it last gave a
// sign of life.
#pragma once

#include "protocol/messages.h"

namespace core
{

class ProgressMeter
{
public:
    explicit ProgressMeter(qint64 nowMs = 0) : m_alive(nowMs) {}

    // `done` of `total` bytes in `phase`, at `nowMs`. A new phase or a counter that goes back
    // starts over.
    void sample(protocol::Phase phase, qint64 done, qint64 nowMs);
    void markAlive(qint64 nowMs) { m_alive = nowMs; }

    [[nodiscard]] qint64 silentMs(qint64 nowMs) const { return nowMs - m_alive; }
    [[nodiscard]] double bytesPerSecond() const { return m_rate; }
    // Seconds; -1: not known.
    [[nodiscard]] qint64 secondsLeft(qint64 done, qint64 total) const;

private:
    protocol::Phase m_phase = protocol::Phase::Checking;
    qint64 m_sampleTime = -1; // ms
    qint64 m_sampleDone = 0;
    double m_rate = 0; // bytes per second, smoothed
    qint64 m_alive;
};

} // namespace core
