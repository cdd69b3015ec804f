// SPDX-License-Identifier: GPL-3.0-or-later
// Tells the station how far a job is, on a thread and connection of its own, so that the data path
// never waits for it. When the station answers that the job is over, it stops the job.
#pragma once

#include "imaging/bottleneck_meter.h"
#include "imaging/chunk_packer.h"
#include "netclient/progress.h"
#include "netclient/station_requests.h"

#include <thread>

namespace netclient
{

class ProgressReporter
{
public:
    // `pool` does the job's hashing and packing. `moved` is called when something has moved since
    // the report before.
    ProgressReporter(StationLink &link, StopSource &jobStop, const Progress &progress,
                     const imaging::WorkerPool &pool, QByteArray target,
                     std::function<void()> moved);
    ~ProgressReporter(); // ends the thread

private:
    void run();
    [[nodiscard]] protocol::Result<void> reportOnce();
    [[nodiscard]] protocol::Bottleneck bottleneck(const ProgressState &state);

    StationLink &m_link;
    StopSource &m_jobStop;
    const Progress &m_progress;
    const imaging::WorkerPool &m_pool;
    const QByteArray m_target;
    const std::function<void()> m_moved;
    ProgressState m_reported;
    imaging::BottleneckMeter m_meter;
    StopSource m_ownStop;
    StationRequests m_requests;
    std::thread m_thread;
};

} // namespace netclient
