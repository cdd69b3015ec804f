// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/progress_meter.h"

#include <cmath>

namespace core
{

namespace
{
constexpr qint64 minSampleMs = 400; // shorter intervals measure the scheduler
constexpr double smoothingMs = 3000;
} // namespace

void ProgressMeter::sample(protocol::Phase phase, qint64 done, qint64 nowMs)
{
    if (phase != m_phase || done < m_sampleDone || m_sampleTime < 0) {
        m_phase = phase;
        m_sampleTime = nowMs;
        m_sampleDone = done;
        m_rate = 0;
        return;
    }
    const qint64 elapsed = nowMs - m_sampleTime;
    if (elapsed < minSampleMs)
        return;
    const double rate = double(done - m_sampleDone) * 1000.0 / double(elapsed);
    const double weight = 1.0 - std::exp(-double(elapsed) / smoothingMs);
    m_rate = m_rate == 0 ? rate : m_rate + weight * (rate - m_rate);
    m_sampleTime = nowMs;
    m_sampleDone = done;
}

qint64 ProgressMeter::secondsLeft(qint64 done, qint64 total) const
{
    if (total <= 0 || done > total || m_rate < 1)
        return -1;
    return qint64(std::ceil(double(total - done) / m_rate));
}

} // namespace core
