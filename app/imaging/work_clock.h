// SPDX-License-Identifier: GPL-3.0-or-later
// For how long somebody was at one part of a job's work; what is under way counts as far as it is.
// Thread-safe, and cheap enough for every chunk.
#pragma once

#include <chrono>
#include <mutex>

namespace imaging
{

class WorkClock
{
public:
    using Clock = std::chrono::steady_clock;

    void enter() { change(+1); }
    void leave() { change(-1); }
    // Of a visit that is over, by who knew only then what it was.
    void add(std::chrono::nanoseconds time)
    {
        const std::lock_guard lock(m_mutex);
        m_total += time;
    }
    // Several at once count once.
    [[nodiscard]] std::chrono::nanoseconds total() const
    {
        const std::lock_guard lock(m_mutex);
        return m_inside > 0 ? m_total + (Clock::now() - m_since) : m_total;
    }

    class Visit
    {
    public:
        explicit Visit(WorkClock &clock) : m_clock(clock) { m_clock.enter(); }
        ~Visit() { m_clock.leave(); }
        Visit(const Visit &) = delete;
        Visit &operator=(const Visit &) = delete;

    private:
        WorkClock &m_clock;
    };

    // Within a visit: away, and back at the end.
    class Pause
    {
    public:
        explicit Pause(WorkClock &clock) : m_clock(clock) { m_clock.leave(); }
        ~Pause() { m_clock.enter(); }
        Pause(const Pause &) = delete;
        Pause &operator=(const Pause &) = delete;

    private:
        WorkClock &m_clock;
    };

private:
    void change(int by)
    {
        const std::lock_guard lock(m_mutex);
        const auto now = Clock::now();
        if (m_inside > 0)
            m_total += now - m_since;
        m_since = now;
        m_inside += by;
    }

    mutable std::mutex m_mutex;
    std::chrono::nanoseconds m_total{0};
    Clock::time_point m_since;
    int m_inside = 0;
};

} // namespace imaging
