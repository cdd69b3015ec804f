// SPDX-License-Identifier: GPL-3.0-or-later
// How far a job is, in bytes of its phase, and which parts of the work are busy: written by who
// works, read by who reports. Thread-safe.
#pragma once

#include "imaging/work_clock.h"
#include "protocol/messages.h"

#include <mutex>

namespace netclient
{

struct ProgressState {
    protocol::Phase phase = protocol::Phase::Checking;
    qint64 done = 0;
    qint64 total = 0;

    friend bool operator==(const ProgressState &, const ProgressState &) = default;
};

class Progress
{
public:
    void begin(protocol::Phase phase, qint64 total)
    {
        const std::lock_guard lock(m_mutex);
        m_state = {phase, 0, total};
    }
    void add(qint64 bytes)
    {
        const std::lock_guard lock(m_mutex);
        m_state.done = std::min(m_state.done + bytes, m_state.total);
    }
    [[nodiscard]] ProgressState state() const
    {
        const std::lock_guard lock(m_mutex);
        return m_state;
    }

    // Waiting for bytes from the station, or until it has taken some.
    [[nodiscard]] imaging::WorkClock &network() { return m_network; }
    [[nodiscard]] const imaging::WorkClock &network() const { return m_network; }
    // In calls to the device.
    [[nodiscard]] imaging::WorkClock &storage() { return m_storage; }
    [[nodiscard]] const imaging::WorkClock &storage() const { return m_storage; }

private:
    mutable std::mutex m_mutex;
    ProgressState m_state;
    imaging::WorkClock m_network;
    imaging::WorkClock m_storage;
};

} // namespace netclient
