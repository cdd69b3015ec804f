// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/bottleneck_meter.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace imaging
{

using protocol::Bottleneck;
using protocol::Phase;
using std::chrono::nanoseconds;

namespace
{

using namespace std::chrono_literals;

constexpr nanoseconds minSample = 200ms; // less measures single chunks
constexpr nanoseconds smoothing = 2s;
constexpr nanoseconds longStill = 10s; // a run of a backup on a slow link takes some seconds
constexpr double leastShare = 0.5;     // to be called what all wait for
constexpr double keptShare = 0.4;      // to stay so
constexpr double clearLead = 0.15;

struct Candidate {
    Bottleneck kind = Bottleneck::None;
    double share = 0;
};

// What the processors do in this phase.
Bottleneck processing(Phase phase)
{
    switch (phase) {
    case Phase::Writing:
        return Bottleneck::Decompression;
    case Phase::Reading:
        return Bottleneck::Compression;
    default:
        return Bottleneck::Verifying;
    }
}

double share(nanoseconds busy, nanoseconds elapsed)
{
    return std::clamp(double(busy.count()) / double(elapsed.count()), 0.0, 1.0);
}

WorkShares sharesOf(const WorkTimes &from, const WorkTimes &to, nanoseconds elapsed)
{
    return {share(to.network - from.network, elapsed),
            share(to.processors - from.processors, elapsed),
            share(to.storage - from.storage, elapsed)};
}

WorkShares mixed(const WorkShares &old, const WorkShares &fresh, double weight)
{
    return {std::lerp(old.network, fresh.network, weight),
            std::lerp(old.processors, fresh.processors, weight),
            std::lerp(old.storage, fresh.storage, weight)};
}

// At first the plain mean: while a pipeline fills, it waits for what it does not wait for later.
double weightOf(nanoseconds elapsed, nanoseconds before)
{
    const double part = double(elapsed.count()) / double(smoothing.count());
    return std::max(1 - std::exp(-part), share(elapsed, before + elapsed));
}

} // namespace

Bottleneck bottleneckOf(const WorkShares &shares, Phase phase, Bottleneck before)
{
    const std::array<Candidate, 3> candidates{{{Bottleneck::Storage, shares.storage},
                                               {Bottleneck::Network, shares.network},
                                               {processing(phase), shares.processors}}};
    const auto first = std::ranges::max_element(candidates, {}, &Candidate::share);
    const auto held = std::ranges::find(candidates, before, &Candidate::kind);
    if (held != candidates.end() && held->share >= keptShare &&
        first->share - held->share < clearLead)
        return before;
    return first->share >= leastShare ? first->kind : Bottleneck::None;
}

Bottleneck BottleneckMeter::sample(Phase phase, qint64 done, const WorkTimes &times,
                                   nanoseconds now)
{
    const bool fresh = m_sampled < 0ns || phase != m_phase;
    if (fresh)
        restart(phase, done, times, now);
    const bool still = isStill(done, now);
    const nanoseconds elapsed = now - m_sampled;
    // Before and after the bytes nothing is moved that a bottleneck could hold up.
    if (fresh || phase == Phase::Checking || phase == Phase::Committing)
        return Bottleneck::None;
    if (elapsed < minSample)
        return m_found;
    const WorkShares shares = sharesOf(m_times, times, elapsed);
    m_shares = mixed(m_shares, shares, weightOf(elapsed, m_measured));
    m_measured += elapsed;
    m_times = times;
    m_sampled = now;
    m_found = bottleneckOf(m_shares, phase, m_found);
    if (m_found == Bottleneck::Network && still)
        m_found = Bottleneck::None;
    return m_found;
}

void BottleneckMeter::restart(Phase phase, qint64 done, const WorkTimes &times, nanoseconds now)
{
    m_phase = phase;
    m_found = Bottleneck::None;
    m_shares = {};
    m_measured = 0ns;
    m_times = times;
    m_sampled = now;
    m_done = done;
    m_moved = done > 0 ? now : -1ns;
}

bool BottleneckMeter::isStill(qint64 done, nanoseconds now)
{
    if (done != m_done)
        m_moved = now;
    m_done = done;
    return m_moved < 0ns || now - m_moved > longStill;
}

} // namespace imaging
