// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/bulk_lane.h"

#include "http/lane_connection.h"
#include "http/peer_name.h"
#include "http/transfer_path.h"
#include "imaging/signal_stack.h"
#include "transport/http_server_connection.h"

#include <algorithm>
#include <exception>
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

BulkLane::BulkLane(core::TransferBoard &board, imaging::WorkerPool &pool, LaneLimits limits,
                   RequestRules rules)
    : m_buffers(limits.chunkBuffers),
      m_turns(limits.turns),
      m_rules(std::move(rules)),
      m_context{board, pool, m_committed, m_buffers, m_turns, m_rules, limits}
{
}

BulkLane::~BulkLane()
{
    std::unique_lock lock(m_mutex);
    m_closing = true;
    for (const auto &[number, entry] : m_connections)
        entry.connection->socket().abort();
    m_empty.wait(lock, [this] { return m_connections.empty(); });
}

int BulkLane::connections() const
{
    const std::lock_guard lock(m_mutex);
    return int(m_connections.size());
}

bool BulkLane::knows(const transport::RequestHead &head, const QString &peer) const
{
    const auto path = TransferPath::parse(head.target);
    if (!path)
        return false;
    if (const auto transfer = m_context.board.find(path->token))
        return transfer->mayUse(peer);
    return path->what == protocol::names::uploadCommit && m_committed.find(path->token);
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

// Whoever only keeps a connection for later has the least need of it: it can come again. Of the
// newcomer's own address where that is what has no room.
BulkLane::Room BulkLane::makeRoom(const QString &peer)
{
    const Room room = roomFor(peer);
    if (room == Room::Free)
        return room;
    const bool own = int(m_connections.size()) < m_context.limits.maxConnections;
    Entry *idlest = nullptr;
    for (auto &[number, entry] : m_connections) {
        const bool counts = entry.idle.isIdle() && (!own || entry.peer == peer);
        if (counts && (!idlest || entry.idle.since() < idlest->idle.since()))
            idlest = &entry;
    }
    if (!idlest)
        return room;
    idlest->idle.end(); // gives way once
    idlest->connection->socket().abort();
    return Room::Free;
}

void BulkLane::accept(int descriptor, const QHostAddress &peer)
{
    transport::Descriptor owned(descriptor);
    try {
        auto connection = std::make_unique<transport::HttpServerConnection>(
            transport::Socket(std::move(owned)), protocol::maxHeadBytes);
        const QString name = peerName(peer);
        const std::lock_guard lock(m_mutex);
        const Room room = m_closing ? Room::None : makeRoom(name);
        if (room == Room::None)
            return;
        const quint64 number = ++m_last;
        ++m_perAddress[name];
        Entry &entry = m_connections[number];
        entry.connection = std::move(connection);
        entry.peer = name;
        start(number, room);
    } catch (const std::exception &error) {
        // No memory to be had: the peer tries again.
        qWarning("transfer connection refused: %s", error.what());
    }
}

void BulkLane::start(quint64 number, Room room)
{
    try {
        Entry &entry = m_connections.at(number);
        // Detached, but counted in m_connections: the destructor waits for every one of them.
        std::thread([this, number, room, &entry] { run(number, entry, room); }).detach();
    } catch (const std::exception &error) {
        qWarning("no thread for a transfer: %s", error.what());
        remove(number);
    }
}

void BulkLane::remove(quint64 number)
{
    const auto entry = m_connections.find(number);
    const auto found = m_perAddress.find(entry->second.peer);
    if (--found->second == 0)
        m_perAddress.erase(found);
    m_connections.erase(entry);
}

void BulkLane::run(quint64 number, Entry &entry, Room room)
{
    const imaging::SignalStack signalStack;
    // What escapes has not been told to anybody, and ends this connection, not the station.
    try {
        LaneConnection(m_context, *entry.connection, entry.peer, entry.idle)
            .serve(room == Room::Busy);
    } catch (const std::exception &error) {
        qWarning("transfer connection ended: %s", error.what());
    } catch (...) {
        qWarning("transfer connection ended by something unknown");
    }
    const std::lock_guard lock(m_mutex);
    remove(number);
    // Under the lock: the destructor may run as soon as it is given up.
    m_empty.notify_all();
}

} // namespace http
