// SPDX-License-Identifier: GPL-3.0-or-later
// The hardware watchdog, fed as long as the program lives: not by a timer that runs beside a dead
// program, but by a thread that looks whether the program has said something of itself lately. So a
// dead kernel restarts the device after 15 s, and a program that hangs after `patience`.
// Documentation/watchdog/watchdog-api.rst.
#pragma once

#include "netclient/stop_source.h"

#include <QString>

#include <atomic>
#include <thread>

namespace netclient
{

// A sign of life. Thread-safe.
class Heartbeat
{
public:
    Heartbeat() { beat(); }
    void beat();
    [[nodiscard]] std::chrono::milliseconds age() const;

private:
    std::atomic<qint64> m_last{0}; // ms of the monotonic clock
};

struct WatchdogTimes {
    std::chrono::milliseconds feedInterval{5'000};
    // Longer than any single answer or flush that a job may wait for (Tuning::durableTimeout).
    std::chrono::milliseconds patience{15 * 60'000};
};

class Watchdog
{
public:
    // `path` is /dev/watchdog0; nothing happens where there is none, or no thread to feed it.
    // `heart` outlives this.
    Watchdog(const QString &path, const Heartbeat &heart, WatchdogTimes times = {});
    // Ends the watch in an orderly way ("magic close"). A program that crashes leaves it on.
    ~Watchdog();

    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }

private:
    void run();
    void close();

    const Heartbeat &m_heart;
    const WatchdogTimes m_times;
    int m_fd = -1;
    StopSource m_stop;
    std::thread m_thread;
};

} // namespace netclient
