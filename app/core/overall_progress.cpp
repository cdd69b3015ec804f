// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/overall_progress.h"

#include <algorithm>

namespace core
{

using protocol::Phase;

namespace
{

// Zeroing is an erase, mostly: it costs next to nothing beside as many bytes of data.
constexpr qint64 zeroingShare = 64;
// What ends it, first chunk and last, as a share of the data.
constexpr qint64 finishingShare = 64;

qint64 part(qint64 bytes, qint64 done, qint64 total)
{
    if (total <= 0)
        return 0;
    return qint64(double(bytes) * double(std::clamp<qint64>(done, 0, total)) / double(total));
}

} // namespace

// `total` may be what was missing when the device began again.
qint64 OverallProgress::written(qint64 done, qint64 total) const
{
    if (total <= 0)
        return 0;
    if (total > m_dataBytes)
        return part(m_dataBytes, done, total);
    return m_dataBytes - total + std::clamp<qint64>(done, 0, total);
}

qint64 OverallProgress::deployed(Phase phase, qint64 done, qint64 total) const
{
    const qint64 zeroing = m_dataBytes / zeroingShare;
    const qint64 finishing = m_dataBytes / finishingShare;
    switch (phase) {
    case Phase::Zeroing:
        return part(zeroing, done, total);
    case Phase::Writing:
        return zeroing + written(done, total);
    case Phase::Flushing:
        return zeroing + m_dataBytes;
    case Phase::Verifying:
        return zeroing + m_dataBytes + part(m_dataBytes, done, total);
    case Phase::Repairing:
        return zeroing + 2 * m_dataBytes;
    case Phase::Finishing:
        return zeroing + 2 * m_dataBytes + part(finishing, done, total);
    default:
        return 0;
    }
}

void OverallProgress::sample(Phase phase, qint64 done, qint64 total, qint64 nowMs)
{
    qint64 now = done;
    if (m_dataBytes > 0) {
        now = deployed(phase, done, total);
        m_total = 2 * m_dataBytes + m_dataBytes / zeroingShare + m_dataBytes / finishingShare;
    } else if (total > 0) {
        m_total = std::max(m_total, total);
    }
    m_done = std::max(m_done, now);
    if (m_total > 0)
        m_done = std::min(m_done, m_total);
    m_rate.sample(Phase::Checking, m_done, nowMs); // one phase, as far as the speed goes
}

qint64 OverallProgress::secondsLeft() const
{
    return m_rate.secondsLeft(m_done, m_total);
}

} // namespace core
