// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/signal_watcher.h"

#include "protocol/guarded.h"

#include <pthread.h>

namespace netclient
{

SignalWatcher::SignalWatcher(StopSource &stop)
{
    sigemptyset(&m_signals);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1})
        sigaddset(&m_signals, signal);
    pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
    const bool isWatched = protocol::survives("signals", [this, &stop] {
        m_thread = std::thread([this, &stop] {
            int signal = 0;
            sigwait(&m_signals, &signal);
            if (signal != SIGUSR1)
                stop.stop(StopReason::Interrupted);
        });
    });
    if (!isWatched) // then they end the program as they always did
        pthread_sigmask(SIG_UNBLOCK, &m_signals, nullptr);
}

SignalWatcher::~SignalWatcher()
{
    if (!m_thread.joinable())
        return;
    pthread_kill(m_thread.native_handle(), SIGUSR1); // pending in vain when it has ended
    m_thread.join();
}

} // namespace netclient
