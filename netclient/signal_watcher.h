// SPDX-License-Identifier: GPL-3.0-or-later
// Turns SIGINT and SIGTERM into a stop, on a thread that waits for them. To be made before any
// other thread.
#pragma once

#include "netclient/stop_source.h"

#include <csignal>
#include <thread>

namespace netclient
{

class SignalWatcher
{
public:
    explicit SignalWatcher(StopSource &stop);
    ~SignalWatcher();

private:
    sigset_t m_signals;
    std::thread m_thread;
};

} // namespace netclient
