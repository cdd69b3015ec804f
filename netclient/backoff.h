// SPDX-License-Identifier: GPL-3.0-or-later
// How long to wait before the next try: doubling, with jitter, so that 48 devices do not ask in
// step after the station was restarted.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace netclient
{

struct BackoffLimits {
    std::chrono::milliseconds first{250};
    std::chrono::milliseconds most{10'000};
};

class Backoff
{
public:
    explicit Backoff(BackoffLimits limits, std::uint32_t seed = std::random_device{}());

    // Between half and the whole of first * 2^n, at most `most`.
    [[nodiscard]] std::chrono::milliseconds next();
    void reset() { m_step = m_limits.first; }

private:
    BackoffLimits m_limits;
    std::chrono::milliseconds m_step;
    std::mt19937 m_random;
};

} // namespace netclient
