// SPDX-License-Identifier: GPL-3.0-or-later
// Tells the station how far a job is, on a thread and connection of its own, so that the data path
// never waits for it. When the station answers that the job is over, it stops the job.
#pragma once

#include "netclient/progress.h"
#include "netclient/station_requests.h"

#include <thread>

namespace netclient
{

class ProgressReporter
{
public:
    ProgressReporter(StationLink &link, StopSource &jobStop, const Progress &progress,
                     QByteArray target);
    ~ProgressReporter(); // ends the thread

private:
    void run();
    void reportOnce();

    StationLink &m_link;
    StopSource &m_jobStop;
    const Progress &m_progress;
    const QByteArray m_target;
    StopSource m_ownStop;
    StationRequests m_requests;
    std::thread m_thread;
};

} // namespace netclient
