// SPDX-License-Identifier: GPL-3.0-or-later
// What a job waits for: in a pipeline that part is at work nearly all the time, and the others wait
// for it. No clocks and no locks here.
#pragma once

#include "protocol/messages.h"

#include <chrono>

namespace imaging
{

// Of some time, 0 to 1: how much of it each part was at work.
struct WorkShares {
    double network = 0;    // waiting for the other side's bytes, or until it has taken some
    double processors = 0; // mean of the pool's threads, or of who waits for them
    double storage = 0;    // in calls to the storage, or waiting for who makes them
};

// What the work of `phase` waits for; None when no part is at work for most of the time. What it
// was `before` stays until another leads clearly, so that a row that shows it does not flicker.
[[nodiscard]] protocol::Bottleneck bottleneckOf(const WorkShares &shares, protocol::Phase phase,
                                                protocol::Bottleneck before);

// How long each part was at work since the job began.
struct WorkTimes {
    std::chrono::nanoseconds network{0};
    std::chrono::nanoseconds processors{0};
    std::chrono::nanoseconds storage{0};
};

class BottleneckMeter
{
public:
    // `now` counts from anywhere. Smoothed over some seconds; each phase begins anew. A network on
    // which nothing has arrived for long is no bottleneck but an interruption: None.
    // `done`: bytes of the phase.
    [[nodiscard]] protocol::Bottleneck sample(protocol::Phase phase, qint64 done,
                                              const WorkTimes &times, std::chrono::nanoseconds now);

private:
    void restart(protocol::Phase phase, qint64 done, const WorkTimes &times,
                 std::chrono::nanoseconds now);
    [[nodiscard]] bool isStill(qint64 done, std::chrono::nanoseconds now);

    protocol::Phase m_phase = protocol::Phase::Checking;
    protocol::Bottleneck m_found = protocol::Bottleneck::None;
    WorkShares m_shares;                    // smoothed
    std::chrono::nanoseconds m_measured{0}; // of this phase
    WorkTimes m_times;                      // at the sample before
    std::chrono::nanoseconds m_sampled{-1};
    qint64 m_done = 0;
    std::chrono::nanoseconds m_moved{-1}; // when `done` last grew; -1: not in this phase
};

} // namespace imaging
