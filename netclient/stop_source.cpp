// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/stop_source.h"

#include "protocol/guarded.h"

namespace netclient
{

StopSource::StopSource(StopSource &parent)
    : m_parent(std::make_unique<Subscription>(parent, [this, &parent] { stop(parent.m_reason); }))
{
}

StopSource::~StopSource() = default;

void StopSource::stop(StopReason reason)
{
    const std::lock_guard lock(m_mutex);
    if (m_reason != StopReason::None)
        return;
    m_reason = reason;
    m_stopped.notify_all();
    // Under the lock, so that no subscription ends while it is being called.
    // One that throws is no reason for the others to go on: and who stops may be a signal's thread.
    for (const Callback &callback : m_callbacks)
        protocol::survives("stop", callback);
}

StopReason StopSource::reason() const
{
    const std::lock_guard lock(m_mutex);
    return m_reason;
}

bool StopSource::sleep(std::chrono::milliseconds time)
{
    std::unique_lock lock(m_mutex);
    return !m_stopped.wait_for(lock, time, [this] { return m_reason != StopReason::None; });
}

StopSource::Subscription::Subscription(StopSource &source, Callback callback) : m_source(source)
{
    const std::lock_guard lock(source.m_mutex);
    m_entry = source.m_callbacks.insert(source.m_callbacks.end(), std::move(callback));
    if (source.m_reason != StopReason::None)
        (*m_entry)();
}

StopSource::Subscription::~Subscription()
{
    const std::lock_guard lock(m_source.m_mutex);
    m_source.m_callbacks.erase(m_entry);
}

} // namespace netclient
