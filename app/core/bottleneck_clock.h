// SPDX-License-Identifier: GPL-3.0-or-later
// For how long a job waited for what, from its device's reports or what the lane saw.
#pragma once

#include "protocol/messages.h"

#include <array>

namespace core
{

class BottleneckClock
{
public:
    // At `nowMs`: what was waited for since the note before. After a gap in the notes only a part
    // of it counts, for who knows what was waited for.
    void note(protocol::Bottleneck bottleneck, qint64 nowMs);
    // Nothing is waited for until the next note.
    void stop() { m_noted = -1; }

    // None when nothing was ever waited for.
    [[nodiscard]] protocol::Bottleneck longest() const;

private:
    static constexpr size_t kinds = size_t(protocol::Bottleneck::Verifying) + 1;

    std::array<qint64, kinds> m_waited{}; // ms
    qint64 m_noted = -1;                  // ms; -1: not running
};

} // namespace core
