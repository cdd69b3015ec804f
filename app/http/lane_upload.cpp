// SPDX-License-Identifier: GPL-3.0-or-later
// Backups on the lane: a plain stream, or runs of records with `next` and `commit`.
#include "http/lane_connection.h"

#include "imaging/aligned_buffer.h"
#include "protocol/names.h"

#include <QJsonObject>
#include <QUrl>
#include <QUrlQuery>

namespace http
{

using namespace Qt::StringLiterals;
using core::Level;
using core::TransferEvent;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using protocol::UploadRecord;

namespace names = protocol::names;

namespace
{

// The largest SDXC card. The station keeps 37 bytes and more of every chunk: 95 MB for this many.
constexpr qint64 maxBackupBytes = qint64(1) << 41;

// Of a run: sent again it would end in the same way. The rest is the wire's doing.
bool isFinal(FailureCode code)
{
    switch (code) {
    case FailureCode::StorageFull:
    case FailureCode::StationIoError:
    case FailureCode::FileTooLarge:
    case FailureCode::DestinationGone:
    case FailureCode::Internal:
    // A chunk that was sent again with other content: the device changed while it was read.
    case FailureCode::BackupMismatch:
        return true;
    default:
        return false;
    }
}

// The plain stream as chunks; counts what it reads.
class StreamSource : public imaging::ChunkSource
{
public:
    using Read = std::function<size_t(std::span<std::byte>, boost::system::error_code &)>;

    // `most`: asked again and again, for a device may tell its size in the middle.
    StreamSource(Read read, std::function<qint64()> most, core::Transfer &transfer)
        : m_read(std::move(read)), m_most(std::move(most)), m_transfer(transfer)
    {
    }

    Result<imaging::ChunkRead> next(std::span<std::byte> buffer) override
    {
        size_t filled = 0;
        while (filled < buffer.size()) {
            const size_t got = read(buffer.subspan(filled));
            if (m_error)
                return Failure{FailureCode::ConnectionLost, Stage::Receive,
                               QString::fromStdString(m_error.message())};
            if (got == 0)
                break;
            filled += got;
            m_transfer.moved += qint64(got);
            m_transfer.done += qint64(got);
            if (m_transfer.done > m_most())
                return tooLong(m_most());
        }
        return imaging::ChunkRead{quint32(filled), false};
    }

    [[nodiscard]] const boost::system::error_code &error() const { return m_error; }

    static Failure tooLong(qint64 most)
    {
        return {FailureCode::BackupMismatch, Stage::Receive,
                u"more than %1 bytes come, and the device has no more"_s.arg(most)};
    }

private:
    size_t read(std::span<std::byte> buffer)
    {
        const imaging::WorkClock::Pause waiting(m_transfer.clocks.processors);
        return m_read(buffer, m_error);
    }

    Read m_read;
    std::function<qint64()> m_most;
    core::Transfer &m_transfer;
    boost::system::error_code m_error;
};

} // namespace

bool LaneConnection::handleUpload(const Head &head, const QString &what)
{
    // Bytes of another coding are not the device's.
    const QByteArray coding = head.contentEncoding.trimmed().toLower();
    if (!coding.isEmpty() && coding != "identity")
        return refuse(head, {FailureCode::UnsupportedMediaType, Stage::Receive,
                             u"Content-Encoding %1: send the device's bytes as they are"_s.arg(
                                 QString::fromLatin1(coding.left(64)))});
    if (what == names::upload)
        return head.method == "POST" || head.method == "PUT" ? receiveStream(head)
                                                             : refuseMethod(head, "POST, PUT");
    if (what == names::uploadNext)
        return head.method == "GET" ? tellNext(head) : refuseMethod(head, "GET");
    if (what == names::uploadCommit)
        return head.method == "POST" ? commitUpload(head) : refuseMethod(head, "POST");
    if (!what.startsWith(names::uploadChunks))
        return refuse(head, {FailureCode::UnknownTransfer, Stage::None, {}});
    if (head.method != "PUT")
        return refuseMethod(head, "PUT");
    bool ok = false;
    const quint64 first = what.sliced(names::uploadChunks.size()).toULongLong(&ok);
    if (ok)
        return receiveRun(head, first);
    return refuse(head, {FailureCode::BadRequest, Stage::Receive, u"first is not a number"_s});
}

bool LaneConnection::receiveStream(const Head &head)
{
    if (head.contentType.toLower().startsWith("multipart/"))
        return refuse(head, {FailureCode::UnsupportedMediaType, Stage::Receive,
                             u"send the raw device, e.g. curl -T, not a form"_s});
    if (!head.chunked && head.contentLength < 0)
        return refuse(head, {FailureCode::LengthRequired, Stage::Receive, {}});
    if (!attach(head, Level::Plain))
        return false;
    const auto &about = m_transfer->description();
    if (const auto plausible = checkLength(head); !plausible) {
        postFailed(Level::Plain, plausible.failure());
        return refuse(head, plausible.failure());
    }

    allowStall(m_context.limits.plainStall);
    m_transfer->done = 0;
    boost::system::error_code error;
    if (head.expectContinue)
        m_connection.sendContinue(error);
    StreamSource source(
        [this](std::span<std::byte> buffer, boost::system::error_code &e) {
            return m_connection.readBody(buffer, e);
        },
        [this] { return mostBytes(); }, *m_transfer);
    core::TransferClocks &clocks = m_transfer->clocks;
    const auto received = [&] {
        const imaging::WorkClock::Visit visit(clocks.processors);
        return about.sink->receive(source, m_context.pool, clocks.storage);
    }();
    if (source.error() || error) {
        postInterrupted(Level::Plain, source.error() ? source.error() : error);
        return false;
    }
    if (!received) {
        postFailed(Level::Plain, received.failure());
        return refuse(head, received.failure());
    }
    if (m_transfer->isDead())
        return refuse(head, {FailureCode::UnknownTransfer, Stage::None, {}});
    const auto stored = about.sink->commitStream(m_transfer->expectedSize(), commitPermission());
    if (!stored && stored.failure().code == FailureCode::Cancelled)
        return refuse(head, {FailureCode::UnknownTransfer, Stage::None, {}});
    if (!stored) {
        postFailed(Level::Plain, stored.failure());
        return refuse(head, stored.failure());
    }
    postCompleted(Level::Plain, *stored);
    Head closing = head;
    closing.keepAlive = false;
    return answer(
        closing, 201,
        {{"status"_L1, "stored"_L1}, {"size"_L1, stored->size}, {"image"_L1, stored->identity}});
}

qint64 LaneConnection::mostBytes() const
{
    const qint64 expected = m_transfer->expectedSize();
    return expected > 0 ? expected : protocol::maxUntoldBytes;
}

// Of a plain upload that states it.
Result<void> LaneConnection::checkLength(const Head &head) const
{
    if (head.chunked)
        return {};
    if (head.contentLength > mostBytes())
        return StreamSource::tooLong(mostBytes());
    if (head.contentLength < m_transfer->expectedSize())
        return Failure{FailureCode::BackupTruncated, Stage::Receive,
                       u"%1 bytes announced, the device has %2"_s.arg(head.contentLength)
                           .arg(m_transfer->expectedSize())};
    return {};
}

core::BackupSink::Permission LaneConnection::commitPermission()
{
    return [this] { return m_transfer->claimCommit(m_attached); };
}

bool LaneConnection::tellNext(const Head &head)
{
    return answer(head, 200, {{"next"_L1, qint64(m_transfer->description().sink->next())}});
}

// Every chunk, ZERO ones too, costs memory and journal: more than the device has is not begun.
Result<void> LaneConnection::checkSize(qint64 size) const
{
    const qint64 expected = m_transfer->expectedSize();
    if (expected > 0 ? size == expected && size <= maxBackupBytes
                     : size <= protocol::maxUntoldBytes)
        return {};
    return Failure{FailureCode::BackupMismatch, Stage::Receive,
                   u"%1 bytes announced, the device registered %2"_s.arg(size).arg(expected)};
}

bool LaneConnection::receiveRun(const Head &head, quint64 first)
{
    const QUrlQuery query(QUrl::fromEncoded(head.target).query());
    bool ok = false;
    const qint64 size = query.queryItemValue(u"size"_s).toLongLong(&ok);
    if (!ok || size <= 0 || size > protocol::maxImageBytes)
        return refuse(head, {FailureCode::BadRequest, Stage::Receive, u"size is missing"_s});
    if (!attach(head, Level::Full))
        return false;
    if (const auto plausible = checkSize(size); !plausible) {
        postFailed(Level::Full, plausible.failure());
        return refuse(head, plausible.failure());
    }
    core::BackupSink &sink = *m_transfer->description().sink;
    if (const auto sized = sink.setSize(size); !sized)
        return refuse(head, sized.failure());

    boost::system::error_code error;
    if (head.expectContinue)
        m_connection.sendContinue(error);
    const auto appended = appendRecords(first, error);
    // What came before a cut is kept: it need not be sent again.
    const auto next = sink.sync();
    if (next)
        m_transfer->done = std::min(size, qint64(*next) * imaging::chunkBytes);
    if (error) {
        postInterrupted(Level::Full, error);
        return false;
    }
    if (!next) {
        postFailed(Level::Full, next.failure());
        return refuse(head, next.failure());
    }
    if (!appended) {
        if (isFinal(appended.failure().code))
            postFailed(Level::Full, appended.failure());
        return refuse(head, appended.failure());
    }
    return answer(head, 200, {{"next"_L1, qint64(*next)}});
}

Result<quint64> LaneConnection::appendRecords(quint64 first, boost::system::error_code &error)
{
    core::BackupSink &sink = *m_transfer->description().sink;
    std::array<std::byte, protocol::dataRecordHeadBytes> head;
    imaging::AlignedBuffer frame(protocol::maxFrameBytes);
    const Failure malformed{FailureCode::BadRequest, Stage::Receive, u"malformed upload record"_s};
    quint64 index = first;
    while (m_connection.readBody(std::span(head).first(1), error) == 1 && !error) {
        const auto length = protocol::headBytes(head[0]);
        if (!length)
            return malformed;
        if (!readExactly(std::span(head).subspan(1, *length - 1), error))
            break;
        const auto record = protocol::decodeHead(std::span<const std::byte>(head).first(*length));
        if (!record)
            return record.failure();
        if (!readExactly(frame.first(record->frameBytes), error))
            break;
        const auto taken = sink.append(index, *record, frame.first(record->frameBytes));
        if (!taken)
            return taken.failure();
        index += *taken;
    }
    // A body that ends inside a record ended cleanly as HTTP goes, and is still not a run.
    return index;
}

bool LaneConnection::commitUpload(const Head &head)
{
    if (head.chunked || head.contentLength <= 0 ||
        head.contentLength > protocol::maxControlBodyBytes)
        return refuse(head, {FailureCode::LengthRequired, Stage::Commit, {}});
    // It may have been asked for before, on a connection that was given up while the disk worked.
    if (!take(Level::Full))
        return repeatCommit(head, m_transfer->description().token);
    boost::system::error_code error;
    if (head.expectContinue)
        m_connection.sendContinue(error);
    QByteArray body(head.contentLength, Qt::Uninitialized);
    if (!readExactly(std::as_writable_bytes(std::span(body.data(), size_t(body.size()))), error)) {
        postInterrupted(Level::Full, error);
        return false;
    }
    Head read = head; // nothing is on its way any more
    read.contentLength = 0;
    const auto claim = protocol::parseUploadCommit(body);
    if (!claim)
        return refuse(read, claim.failure());
    const auto &about = m_transfer->description();
    const auto stored = about.sink->commit(*claim, commitPermission());
    if (!stored && stored.failure().code == FailureCode::Cancelled)
        return refuse(read, {FailureCode::UnknownTransfer, Stage::None, {}});
    if (!stored) {
        const auto code = stored.failure().code;
        // Missing chunks can still be sent; everything else will not get better.
        if (code != FailureCode::BackupTruncated)
            postFailed(Level::Full, stored.failure());
        return refuse(read, stored.failure());
    }
    m_context.committed.add(about.token, *stored);
    postCompleted(Level::Full, *stored, claim->note);
    return answer(
        read, 201,
        {{"status"_L1, "stored"_L1}, {"size"_L1, stored->size}, {"image"_L1, stored->identity}});
}

bool LaneConnection::repeatCommit(const Head &head, const QString &token)
{
    const auto stored = m_context.committed.find(token);
    if (!stored)
        return refuse(head, {FailureCode::UnknownTransfer, Stage::None, {}});
    if (head.method != "POST")
        return refuseMethod(head, "POST");
    Head closing = head; // its body is not looked at
    closing.keepAlive = false;
    return answer(
        closing, 200,
        {{"status"_L1, "stored"_L1}, {"size"_L1, stored->size}, {"image"_L1, stored->identity}});
}

} // namespace http
