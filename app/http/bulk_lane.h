// SPDX-License-Identifier: GPL-3.0-or-later
// The bulk lane: a thread per transfer connection with a blocking socket and time-outs. `sendfile`
// down, bounded buffers up; nothing of it ever touches the main thread but through
// core::TransferBoard.
#pragma once

#include "core/transfer.h"
#include "http/chunk_buffers.h"
#include "http/request_rules.h"
#include "http/send_turns.h"
#include "imaging/chunk_packer.h"
#include "protocol/limits.h"

#include <QHostAddress>

#include <atomic>
#include <condition_variable>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace transport
{
class HttpServerConnection;
struct RequestHead;
} // namespace transport

namespace http
{

struct LaneLimits {
    std::chrono::milliseconds plainStall = protocol::plainStallDeadline;
    std::chrono::milliseconds fullStall = protocol::fullStallDeadline;
    std::chrono::milliseconds refusalDrain = protocol::refusalDrain;
    std::chrono::milliseconds headDeadline = protocol::headDeadline; // of a kept connection's next
    // Beyond it the connection that has been between two requests for longest gives way; when all
    // are at work, a new one gets 503.
    int maxConnections = 512;
    // Likewise. A device has one transfer connection, two while a newer one takes over: forty-eight
    // behind one address stay under a hundred.
    int maxConnectionsPerAddress = 192;
    // Being told so takes a thread for the moment: more than this many, in all and from one
    // address, are closed without a word.
    int maxRefusals = 64;
    // Memory of all readers of raw images together, 1 MiB each.
    int chunkBuffers = 24;
    // A reader whose peer takes nothing keeps a chunk this long while others wait for a buffer;
    std::chrono::milliseconds chunkPatience{50};
    // and this long when nobody does.
    std::chrono::milliseconds chunkIdle{1000};
    TurnLimits turns; // of packs
};

// Uploads that were committed lately: a device whose commit was carried out but whose answer was
// lost asks again, when its token is dead already. Thread-safe.
class CommittedUploads
{
public:
    void add(const QString &token, const core::BackupResult &result);
    [[nodiscard]] std::optional<core::BackupResult> find(const QString &token) const;

private:
    mutable std::mutex m_mutex;
    std::map<QString, core::BackupResult> m_results;
    std::vector<QString> m_order;
};

// Since when a connection waits for its next request. Thread-safe.
class IdleTime
{
public:
    using Clock = std::chrono::steady_clock;

    void begin() { m_since = Clock::now().time_since_epoch().count(); }
    void end() { m_since = atWork; }
    [[nodiscard]] bool isIdle() const { return m_since != atWork; }
    // Greater: idle later, or at work.
    [[nodiscard]] Clock::rep since() const { return m_since; }

private:
    static constexpr Clock::rep atWork = std::numeric_limits<Clock::rep>::max();

    std::atomic<Clock::rep> m_since = atWork;
};

// What a connection's thread needs.
struct LaneContext {
    core::TransferBoard &board;
    imaging::WorkerPool &pool;
    CommittedUploads &committed;
    ChunkBuffers &buffers;
    SendTurns &turns; // of packs
    const RequestRules &rules;
    LaneLimits limits;
};

class BulkLane
{
public:
    // The references outlive the lane.
    BulkLane(core::TransferBoard &board, imaging::WorkerPool &pool, LaneLimits limits = {},
             RequestRules rules = RequestRules());
    ~BulkLane(); // ends all connections and waits for their threads
    BulkLane(const BulkLane &) = delete;
    BulkLane &operator=(const BulkLane &) = delete;

    // Whether `peer` has any business here; thread-safe, and cheap.
    [[nodiscard]] bool knows(const transport::RequestHead &head, const QString &peer) const;
    // Owns `descriptor`, on which a request's head waits unread.
    void accept(int descriptor, const QHostAddress &peer);
    [[nodiscard]] int connections() const;

private:
    enum class Room { Free, Busy, None };

    struct Entry {
        std::unique_ptr<transport::HttpServerConnection> connection;
        QString peer;
        IdleTime idle;
    };

    // All under m_mutex.
    [[nodiscard]] Room roomFor(const QString &peer) const;
    [[nodiscard]] Room makeRoom(const QString &peer);
    void start(quint64 number, Room room);
    void remove(quint64 number);

    void run(quint64 number, Entry &entry, Room room);

    CommittedUploads m_committed;
    ChunkBuffers m_buffers;
    SendTurns m_turns;
    const RequestRules m_rules;
    LaneContext m_context;
    mutable std::mutex m_mutex;
    std::condition_variable m_empty;
    std::map<quint64, Entry> m_connections;
    std::map<QString, int> m_perAddress;
    quint64 m_last = 0;
    bool m_closing = false;
};

} // namespace http
