// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/bulk_lane.h"

#include "http/lane_connection.h"
#include "http/peer_name.h"
#include "transport/http_server_connection.h"

#include <system_error>
#include <thread>

namespace http
{

namespace
{
constexpr size_t maxCommittedUploads = 256;
}

void CommittedUploads::add(const QString &token, const core::BackupResult &result)
{
    const std::lock_guard lock(m_mutex);
    if (m_results.emplace(token, result).second)
        m_order.push_back(token);
    if (m_order.size() > maxCommittedUploads) {
        m_results.erase(m_order.front());
        m_order.erase(m_order.begin());
    }
}

std::optional<core::BackupResult> CommittedUploads::find(const QString &token) const
{
    const std::lock_guard lock(m_mutex);
    const auto it = m_results.find(token);
    return it == m_results.end() ? std::nullopt : std::optional(it->second);
}

BulkLane::BulkLane(core::TransferBoard &board, imaging::WorkerPool &pool, LaneLimits limits)
    : m_context{board, pool, m_committed, limits}
{
}

BulkLane::~BulkLane()
{
    std::unique_lock lock(m_mutex);
    m_closing = true;
    for (const auto &[number, connection] : m_connections)
        connection->socket().abort();
    m_empty.wait(lock, [this] { return m_connections.empty(); });
}

int BulkLane::connections() const
{
    const std::lock_guard lock(m_mutex);
    return int(m_connections.size());
}

void BulkLane::accept(int descriptor, const QHostAddress &peer)
{
    auto owned = std::make_unique<transport::HttpServerConnection>(
        transport::Socket(transport::Descriptor(descriptor)), protocol::maxHeadBytes);
    auto &connection = *owned;
    const std::lock_guard lock(m_mutex);
    if (m_closing)
        return;
    const quint64 number = ++m_last;
    m_connections.emplace(number, std::move(owned));
    try {
        // Detached, but counted in m_connections: the destructor waits for every one of them.
        std::thread([this, number, name = peerName(peer), &connection] {
            run(number, connection, name);
        }).detach();
    } catch (const std::system_error &) {
        m_connections.erase(number); // no thread to be had: the peer tries again
    }
}

void BulkLane::run(quint64 number, transport::HttpServerConnection &connection, const QString &peer)
{
    const bool overloaded = connections() > m_context.limits.maxConnections;
    LaneConnection(m_context, connection, peer).serve(overloaded);
    const std::lock_guard lock(m_mutex);
    m_connections.erase(number);
    // Under the lock: the destructor may run as soon as it is given up.
    m_empty.notify_all();
}

} // namespace http
