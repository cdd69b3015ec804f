// SPDX-License-Identifier: GPL-3.0-or-later
// Ends work from another thread: a signal ends the program, the station's refusal ends a job.
// Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace netclient
{

enum class StopReason {
    None,
    Interrupted, // SIGINT or SIGTERM: the program is to end
    JobOver,     // the station knows the job no more: cancelled, superseded or finished
    CutOff, // it knows the token or this address no more: the next poll tells whether the job is
            // over, or may go on from here
};

class StopSource
{
public:
    using Callback = std::function<void()>;

    StopSource() = default;
    // Stops whenever `parent`, which must outlive this, stops.
    explicit StopSource(StopSource &parent);
    ~StopSource();
    StopSource(const StopSource &) = delete;
    StopSource &operator=(const StopSource &) = delete;

    // The first reason stays.
    void stop(StopReason reason);
    [[nodiscard]] StopReason reason() const;
    [[nodiscard]] bool isStopped() const { return reason() != StopReason::None; }
    // False when it was cut short by a stop.
    [[nodiscard]] bool sleep(std::chrono::milliseconds time);

    // Calls back once when stopped (at once if it is already), from the stopping thread, until
    // destroyed.
    class Subscription
    {
    public:
        Subscription(StopSource &source, Callback callback);
        ~Subscription();
        Subscription(const Subscription &) = delete;
        Subscription &operator=(const Subscription &) = delete;

    private:
        StopSource &m_source;
        std::list<Callback>::iterator m_entry;
    };

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_stopped;
    StopReason m_reason = StopReason::None;
    std::list<Callback> m_callbacks;
    std::unique_ptr<Subscription> m_parent;
};

} // namespace netclient
