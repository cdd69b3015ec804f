// SPDX-License-Identifier: GPL-3.0-or-later
// How far a whole job is, all its phases together, in bytes: a deploy at the full level writes the
// image's data and reads it back, a plain one sends the image, a backup reads the device. Never
// goes back, neither between phases nor when the device begins again; what it finds done already
// counts.
#pragma once

#include "core/progress_meter.h"

namespace core
{

class OverallProgress
{
public:
    // `dataBytes`: of a deploy at the full level, the image's data; else 0.
    explicit OverallProgress(qint64 dataBytes = 0) : m_dataBytes(dataBytes) {}

    void sample(protocol::Phase phase, qint64 done, qint64 total, qint64 nowMs);
    // What is not at work gets no further: its speed is measured afresh afterwards.
    void pause() { m_rate = ProgressMeter(); }
    void finish() { m_done = m_total; }

    [[nodiscard]] qint64 done() const { return m_done; }
    [[nodiscard]] qint64 total() const { return m_total; } // 0: not known
    [[nodiscard]] qint64 secondsLeft() const;              // -1: not known

private:
    [[nodiscard]] qint64 written(qint64 done, qint64 total) const;
    [[nodiscard]] qint64 deployed(protocol::Phase phase, qint64 done, qint64 total) const;

    qint64 m_dataBytes;
    qint64 m_done = 0;
    qint64 m_total = 0;
    ProgressMeter m_rate;
};

} // namespace core
