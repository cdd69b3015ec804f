// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/end_deadline.h"

#include "imaging/signal_stack.h"

#include <cstdio>

#include <unistd.h>

namespace core
{

EndDeadline::~EndDeadline()
{
    {
        const std::lock_guard lock(m_mutex);
        m_over = true;
        m_ended.notify_one();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void EndDeadline::begin(int code)
{
    m_thread = std::thread([this, code] { wait(code); });
}

void EndDeadline::wait(int code)
{
    const imaging::SignalStack signalStack;
    std::unique_lock lock(m_mutex);
    if (m_ended.wait_for(lock, m_limit, [this] { return m_over; }))
        return;
    std::fputs("a disk or share does not answer; ending without it\n", stderr);
    ::_exit(code);
}

} // namespace core
