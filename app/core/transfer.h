// SPDX-License-Identifier: GPL-3.0-or-later
// What the main thread and the bulk lane's threads share about a job's transfer. The board maps
// tokens to transfers; a transfer's description never changes, its counters are atomics that the
// station samples, and what must be decided is posted to the station as an event.
#pragma once

#include "core/backup_sink.h"
#include "core/model.h"
#include "imaging/bottleneck_meter.h"
#include "imaging/pack.h"
#include "imaging/work_clock.h"

#include <QHash>
#include <QMetaType>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace core
{

// Byte ranges of an image that went out, merged. Not thread-safe.
class Coverage
{
public:
    void add(qint64 first, qint64 length);
    [[nodiscard]] bool covers(qint64 size) const; // [0, size) is whole
    [[nodiscard]] qint64 bytes() const;

private:
    std::map<qint64, qint64> m_ranges; // first -> one past the last
};

struct TransferEvent {
    enum class Kind {
        Began,       // a transfer of this level began
        Interrupted, // its connection ended before the transfer was whole; `failure` says why
        Completed,   // plain deploy: everything sent and acknowledged; backup: committed, see
                     // `backup`
        Failed,      // for good: `failure`
    };
    Kind kind = Kind::Began;
    QString token;
    Level level = Level::Plain;
    protocol::Failure failure;
    BackupResult backup;
    QString note;
};

// For how long a plain transfer was kept waiting by what, as far as the lane can tell: whether a
// backup's bytes are late because of the network or of the device it cannot.
struct TransferClocks {
    imaging::WorkClock network; // deploy: until the link had taken some
    imaging::WorkClock storage; // deploy: until the device had; backup: in calls to our own
    // Deploy: until a chunk was decompressed; backup: all but receiving, so with `storage`.
    imaging::WorkClock processors;

    [[nodiscard]] imaging::WorkTimes times(JobKind kind) const;
};

class Transfer
{
public:
    // What is transferred. `pack` for a deploy; `path` and so on for a backup.
    struct Description {
        QString token;
        JobId job;
        MacAddress mac;
        JobKind kind = JobKind::Deploy;
        std::shared_ptr<const imaging::PackReader> pack;
        std::shared_ptr<BackupSink> sink;
        qint64 registeredSize = 0; // bytes of the device, 0: not told; see expectedSize()
    };

    explicit Transfer(Description description)
        : m_description(std::move(description)), m_expectedSize(m_description.registeredSize)
    {
    }

    [[nodiscard]] const Description &description() const { return m_description; }

    // A connection takes the transfer over: the one before is ended by its `abort`, and attach()
    // returns when that one has let go (detach()). Returns 0 when the transfer is dead, else a
    // number for detach(). `abort` is called from other threads.
    [[nodiscard]] quint64 attach(std::function<void()> abort);
    // Attached, the job has not ended, and no newer connection waits.
    [[nodiscard]] bool isCurrent(quint64 connection) const;
    // True when this connection was still the current one.
    bool detach(quint64 connection);
    // This connection has brought the transfer to its end, good or bad: lets go of it, and nobody
    // gets it any more, not even a connection that waits in attach(). Nothing when it is not the
    // current one.
    void finish(quint64 connection);
    // Ends the connection that is attached and refuses new ones: the job has ended.
    void kill();
    // A backup's last step cannot be taken back, so that one of two comes first: either the lane's
    // claim, and what it then posts is how the job ends, or the job's end from elsewhere, and
    // nothing is committed any more. claimCommit(): false when the job has ended, or this is not
    // the current connection. stop(): as kill(), but false, without effect, when it is claimed.
    [[nodiscard]] bool claimCommit(quint64 connection);
    [[nodiscard]] bool stop();
    [[nodiscard]] bool isDead() const;
    [[nodiscard]] bool isAttached() const;

    // The device's address and, at full level, its session: a token that another machine got hold
    // of is of no use to it.
    void setPeer(const QString &address, const QString &session = {});
    [[nodiscard]] bool mayUse(const QString &peer) const;
    // Of a device without one everything is: at plain level there is none.
    [[nodiscard]] bool isSession(const QByteArray &session) const;

    // Plain backup: at least this many bytes must come, 0: not known. A device may tell its size
    // only when it registers again, after the job was made; once told it is not forgotten.
    void expectSize(qint64 bytes)
    {
        if (bytes > 0)
            m_expectedSize = bytes;
    }
    [[nodiscard]] qint64 expectedSize() const { return m_expectedSize; }

    // Plain deploy: what of the raw image was acknowledged, over all connections.
    void restartCoverage();
    void addCoverage(qint64 first, qint64 length);
    [[nodiscard]] bool coversImage() const;

    // Bytes for the progress display (of the image or device), and bytes moved at all, for
    // deadlines.
    std::atomic<qint64> done{0};
    std::atomic<qint64> moved{0};
    TransferClocks clocks;

private:
    void end(); // under m_mutex

    Description m_description;
    mutable std::mutex m_mutex;
    std::condition_variable m_detached;
    std::function<void()> m_abort;
    quint64 m_connection = 0; // the attached one, 0: none
    quint64 m_lastConnection = 0;
    bool m_dead = false;
    bool m_committing = false;
    QString m_peer;
    QByteArray m_session; // empty: none
    Coverage m_coverage;
    std::atomic<qint64> m_expectedSize;
};

// Token -> transfer, for the lane's threads. Thread-safe.
class TransferBoard
{
public:
    using EventHandler = std::function<void(const TransferEvent &)>;

    void add(const std::shared_ptr<Transfer> &transfer);
    void remove(const QString &token); // and kill it
    [[nodiscard]] std::shared_ptr<Transfer> find(const QString &token) const;

    // Events of the lane, called on the lane's threads; the station's handler posts them to the
    // main thread.
    void setEventHandler(EventHandler handler);
    void post(const TransferEvent &event) const;

private:
    mutable std::mutex m_mutex;
    QHash<QString, std::shared_ptr<Transfer>> m_transfers;
    EventHandler m_handler;
};

} // namespace core

Q_DECLARE_METATYPE(core::TransferEvent)
