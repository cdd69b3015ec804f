// SPDX-License-Identifier: GPL-3.0-or-later
// Times and amounts by which the client works. Tests use shorter ones.
#pragma once

#include "netclient/backoff.h"
#include "protocol/limits.h"

#include <QtGlobal>

namespace netclient
{

struct Tuning {
    BackoffLimits backoff;
    std::chrono::milliseconds connectTimeout{5'000};
    std::chrono::milliseconds ioTimeout{20'000};
    // Of an image origin, which can be done without.
    std::chrono::milliseconds originConnectTimeout{3'000};
    // An answer that means "it is on the station's disk": flushing gigabytes takes its time. That
    // the station is still there is seen by TCP's keep-alive meanwhile, or, while the next run
    // waits to be acknowledged, when it is back.
    std::chrono::milliseconds durableTimeout{600'000};
    std::chrono::milliseconds reportInterval{500};
    std::chrono::milliseconds logInterval{500};
    // Chunks under way between network, workers and device; each costs a frame and a chunk,
    // about 2.1 MB.
    int slots = 14;
    // How often a chunk is fetched again, or written again, before the job fails.
    int tries = 3;
    // One zeroing call; progress is told in between (an erase of the whole card can take minutes).
    qint64 zeroSliceBytes = 64 * 1024 * 1024;
    // Image data in one PUT of a backup: what is sent again after a lost connection is less than
    // twice as much.
    qint64 uploadRunBytes = protocol::uploadRunBytes;
    // Bytes of its body at the most. Three runs are in memory: one that the station makes durable,
    // one that is being sent, one that is being read. The station's disk must not take longer for
    // the one than the link for the other.
    qint64 uploadBodyBytes = 8 * 1024 * 1024;
};

} // namespace netclient
