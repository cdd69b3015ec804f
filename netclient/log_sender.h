// SPDX-License-Identifier: GPL-3.0-or-later
// Takes the log to the station, on a thread and connection of its own: best effort, never in the
// way of a job. Lines wait in the buffer until there is a session, and while the station is away.
#pragma once

#include "netclient/log_buffer.h"
#include "netclient/station_requests.h"

#include <thread>

namespace netclient
{

class LogSender
{
public:
    LogSender(StationLink &link, LogBuffer &buffer);
    ~LogSender(); // ends the thread; what is not sent by then is not sent

    // Before the program or the machine ends: gives the last lines a moment to arrive.
    void flush(std::chrono::milliseconds time);

private:
    void run();
    // False: to be tried again later.
    [[nodiscard]] bool sendOnce();

    StationLink &m_link;
    LogBuffer &m_buffer;
    StopSource m_stop;
    StationRequests m_requests;
    std::thread m_thread;
};

} // namespace netclient
