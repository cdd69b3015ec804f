// SPDX-License-Identifier: GPL-3.0-or-later
// One connection on the bulk lane: its requests, one after the other, on its own thread.
#pragma once

#include "http/bulk_lane.h"
#include "protocol/byte_range.h"
#include "transport/http_server_connection.h"

namespace http
{

class RawChunks;

class LaneConnection
{
public:
    LaneConnection(const LaneContext &context, transport::HttpServerConnection &connection,
                   QString peer, IdleTime &idle);
    ~LaneConnection(); // lets go of the transfer
    LaneConnection(const LaneConnection &) = delete;
    LaneConnection &operator=(const LaneConnection &) = delete;

    // Until the connection ends. `overloaded`: says so with 503 and ends at once. What is thrown
    // meanwhile, no memory say, fails the transfer that it is thrown for (Internal).
    void serve(bool overloaded);

private:
    using Head = transport::RequestHead;

    void serveRequests(bool overloaded);
    void failUnexpected(const QString &what);
    void refuseOverloaded(const Head &head);
    [[nodiscard]] std::optional<Head> nextHead();
    // Of one read or write of the peer's; without a sign of life it ends even sooner.
    void allowStall(std::chrono::milliseconds stall);

    // Each answers one request; true: the connection may carry another.
    bool handle(const Head &head);
    bool handleDownload(const Head &head, const QString &what);
    bool handleUpload(const Head &head, const QString &what);

    bool sendRaw(const Head &head);
    bool sendFilePart(const Head &head, const protocol::ByteRange &whole, const QByteArray &etag,
                      const char *mediaType);
    // True when all of it went out; else it has been told why.
    bool sendFromPack(qint64 offset, qint64 left);
    // The station's copy is at fault, and no other try helps.
    bool refuseDamaged(const Head &head, const protocol::Failure &failure);
    bool receiveStream(const Head &head);
    [[nodiscard]] protocol::Result<void> checkSize(qint64 size) const;
    // The most that may come in a plain upload, bytes.
    [[nodiscard]] qint64 mostBytes() const;
    [[nodiscard]] protocol::Result<void> checkLength(const Head &head) const;
    bool receiveRun(const Head &head, quint64 first);
    bool tellNext(const Head &head);
    bool commitUpload(const Head &head);
    // The job must not have ended by then; see Transfer::claimCommit().
    [[nodiscard]] core::BackupSink::Permission commitPermission();
    bool repeatCommit(const Head &head, const QString &token);

    // Takes the transfer over from an older connection, which may take as long as a commit does;
    // false: there is none to be had any more.
    bool take(core::Level level);
    // Likewise; false: refused, and answered.
    bool attach(const Head &head, core::Level level);
    void detach();
    void post(core::TransferEvent::Kind kind, core::Level level, const protocol::Failure &failure);
    // For good: lets go of the transfer first, so that the station, which kills it as soon as it
    // hears, does not take away the connection on which the peer is still to be answered. Until it
    // hears nobody else may have the transfer: a newer upload would be written over the file that
    // has got its name just now.
    void finish();
    void postFailed(core::Level level, const protocol::Failure &failure);
    void postCompleted(core::Level level, const core::BackupResult &result = {},
                       const QString &note = {});
    void postInterrupted(core::Level level, const boost::system::error_code &error);

    struct Selection {
        protocol::RangeSelection range;
        std::vector<transport::AnswerHeader> headers;
    };
    [[nodiscard]] Selection select(const Head &head, qint64 size, const QByteArray &etag,
                                   const char *mediaType) const;
    // Writes the head of a download; false: nothing is to follow (HEAD, 304, 416, or the peer is
    // gone).
    bool beginDownload(const Head &head, const Selection &selection, bool keepAlive);

    bool streamRaw(const protocol::ByteRange &range, qint64 *sent,
                   boost::system::error_code &error);
    // Until the peer takes something; what it does not take meanwhile is not held for it.
    bool awaitRoom(RawChunks &chunks, boost::system::error_code &error);
    bool awaitPeer(std::chrono::milliseconds limit);
    // Waits until the peer has closed; true: it did so cleanly, everything acknowledged.
    bool awaitClose(boost::system::error_code &error);
    [[nodiscard]] protocol::Result<quint64> appendRecords(quint64 first,
                                                          boost::system::error_code &error);
    bool readExactly(std::span<std::byte> buffer, boost::system::error_code &error);

    // An error answer. While a body is on its way the connection is half-closed and drained, so
    // that the answer arrives.
    bool refuse(const Head &head, const protocol::Failure &failure,
                std::vector<transport::AnswerHeader> headers = {});
    void refuseForGood(const Head &head, const protocol::Failure &failure);
    bool refuseMethod(const Head &head, const char *allowed);
    bool answer(const Head &head, int status, const QJsonObject &body);

    const LaneContext &m_context;
    transport::HttpServerConnection &m_connection;
    QString m_peer;
    IdleTime &m_idle;
    bool m_served = false;                      // a request was awaited before
    std::shared_ptr<core::Transfer> m_transfer; // of the current request
    quint64 m_attached = 0;
    core::Level m_level = core::Level::Plain; // while attached
};

} // namespace http
