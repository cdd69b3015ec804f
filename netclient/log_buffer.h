// SPDX-License-Identifier: GPL-3.0-or-later
// Lines that the station has not got yet: a bounded number of them, the oldest go first.
// Thread-safe.
#pragma once

#include "protocol/device_log.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace netclient
{

class LogBuffer
{
public:
    static constexpr size_t maxLines = 1000;

    // Now, by the clock that counts from power-on.
    void add(const QString &text);
    void add(const protocol::LogLine &line);

    // The oldest lines, as many as one message may have. A first line says how many were dropped.
    [[nodiscard]] QList<protocol::LogLine> head() const;
    // Those that head() gave have arrived.
    void removeHead();
    // Waits until everything has arrived, at most `time`; says whether it has.
    bool waitUntilEmpty(std::chrono::milliseconds time);

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_emptied;
    std::deque<protocol::LogLine> m_lines;
    mutable size_t m_given = 0; // lines that head() gave and that are still here
    qint64 m_dropped = 0;
    mutable qint64 m_told = 0; // of the dropped ones, by head()
};

// The lines that the netboot image's init wrote ("SECONDS TEXT"), which are taken away with that.
[[nodiscard]] QList<protocol::LogLine> takeInitLog(const QString &path);

} // namespace netclient
