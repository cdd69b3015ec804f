// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/bulk_lane.h"

#include "http/lane_connection.h"
#include "http/peer_name.h"
#include "transport/http_server_connection.h"

#include <algorithm>
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
    : m_buffers(limits.chunkBuffers), m_turns(limits.turns), m_context{board,       pool,
                                                                       m_committed, m_buffers,
                                                                       m_turns,     limits}
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

BulkLane::Room BulkLane::roomFor(const QString &peer) const
{
    const LaneLimits &limits = m_context.limits;
    const auto found = m_perAddress.find(peer);
    const int over = std::max(int(m_connections.size()) - limits.maxConnections,
                              (found == m_perAddress.end() ? 0 : found->second) -
                                  limits.maxConnectionsPerAddress);
    if (over < 0)
        return Room::Free;
    return over < limits.maxRefusals ? Room::Busy : Room::None;
}

void BulkLane::accept(int descriptor, const QHostAddress &peer)
{
    auto owned = std::make_unique<transport::HttpServerConnection>(
        transport::Socket(transport::Descriptor(descriptor)), protocol::maxHeadBytes);
    auto &connection = *owned;
    const QString name = peerName(peer);
    const std::lock_guard lock(m_mutex);
    const Room room = roomFor(name);
    if (m_closing || room == Room::None)
        return;
    const quint64 number = ++m_last;
    m_connections.emplace(number, std::move(owned));
    ++m_perAddress[name];
    try {
        // Detached, but counted in m_connections: the destructor waits for every one of them.
        std::thread([this, number, name, room, &connection] {
            run(number, connection, name, room);
        }).detach();
    } catch (const std::system_error &) {
        remove(number, name); // no thread to be had: the peer tries again
    }
}

void BulkLane::remove(quint64 number, const QString &peer)
{
    m_connections.erase(number);
    const auto found = m_perAddress.find(peer);
    if (--found->second == 0)
        m_perAddress.erase(found);
}

void BulkLane::run(quint64 number, transport::HttpServerConnection &connection, const QString &peer,
                   Room room)
{
    LaneConnection(m_context, connection, peer).serve(room == Room::Busy);
    const std::lock_guard lock(m_mutex);
    remove(number, peer);
    // Under the lock: the destructor may run as soon as it is given up.
    m_empty.notify_all();
}

} // namespace http
