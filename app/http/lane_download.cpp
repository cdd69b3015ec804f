// SPDX-License-Identifier: GPL-3.0-or-later
// Deploys on the lane: the raw image by decompression, pack and map by sendfile.
#include "http/lane_connection.h"

#include "http/raw_chunks.h"
#include "imaging/pack_check.h"
#include "protocol/names.h"
#include "transport/peer_window.h"

#include <algorithm>
#include <array>
#include <utility>

namespace http
{

using namespace Qt::StringLiterals;
using core::Level;
using core::TransferEvent;
using imaging::chunkBytes;
using protocol::ByteRange;
using protocol::FailureCode;
using protocol::RangeVerdict;
using protocol::Stage;

namespace names = protocol::names;

namespace
{

// Of a wait for the peer: the row shows what is waited for while it lasts.
constexpr std::chrono::milliseconds longestUnnoted{200};
constexpr int peersPart = 8; // less than an eighth of it held up by the peer is chance

bool isProbe(const ByteRange &range)
{
    return range.first == 0 && range.length <= 1;
}

} // namespace

bool LaneConnection::handleDownload(const Head &head, const QString &what)
{
    const auto &tail = m_transfer->description().pack->tail();
    const qint64 fileSize = m_transfer->description().pack->fileSize();
    const QByteArray etag = '"' + imaging::toHex(tail.map().identity()).toLatin1();
    if (what != names::rawImage && what != names::pack && what != names::map)
        return refuse(head, {FailureCode::UnknownTransfer, Stage::None, {}});
    if (head.method != "GET" && head.method != "HEAD")
        return refuseMethod(head, "GET, HEAD");
    if (what == names::rawImage)
        return sendRaw(head);
    if (what == names::pack)
        return sendFilePart(head, {0, fileSize}, etag + ".pack\"", "application/zstd");
    return sendFilePart(head, {tail.tailOffset(), fileSize - tail.tailOffset()}, etag + ".map\"",
                        "application/octet-stream");
}

LaneConnection::Selection LaneConnection::select(const Head &head, qint64 size,
                                                 const QByteArray &etag,
                                                 const char *mediaType) const
{
    Selection selection;
    // A condition that does not hold turns a range into the whole (RFC 9110, 13.1.5), and so does
    // any method but GET (14.2).
    const bool counts = head.method == "GET" && (head.ifRange.isEmpty() || head.ifRange == etag);
    selection.range = protocol::selectRange(counts ? head.range : QByteArray(), size);
    selection.headers = {{"Content-Type", mediaType}, {"Accept-Ranges", "bytes"}, {"ETag", etag}};
    if (selection.range.verdict == RangeVerdict::Partial) {
        const auto &[first, length] = selection.range.range;
        selection.headers.push_back({"Content-Range", "bytes " + QByteArray::number(first) + '-' +
                                                          QByteArray::number(first + length - 1) +
                                                          '/' + QByteArray::number(size)});
    } else if (selection.range.verdict == RangeVerdict::NotSatisfiable) {
        selection.headers = {{"Content-Range", "bytes */" + QByteArray::number(size)}};
    }
    return selection;
}

bool LaneConnection::beginDownload(const Head &head, const Selection &selection, bool keepAlive)
{
    const int status = selection.range.verdict == RangeVerdict::Partial ? 206 : 200;
    boost::system::error_code error;
    m_connection.writeHead(status, selection.headers, selection.range.range.length, keepAlive,
                           error);
    return !error && head.method != "HEAD";
}

bool LaneConnection::sendFilePart(const Head &head, const ByteRange &whole, const QByteArray &etag,
                                  const char *mediaType)
{
    Selection selection = select(head, whole.length, etag, mediaType);
    if (selection.range.verdict == RangeVerdict::NotSatisfiable)
        return refuse(head, {FailureCode::RangeNotSatisfiable, Stage::None, {}}, selection.headers);
    const imaging::PackReader &pack = *m_transfer->description().pack;
    const bool transfers = head.method == "GET" && !isProbe(selection.range.range);
    if (transfers && !attach(head, Level::Full))
        return false;
    // Told before anything is promised, and before the device is wiped for it.
    const bool tail = whole.first == pack.tail().tailOffset();
    const auto intact = tail ? imaging::checkPackTail(pack) : imaging::checkPackLength(pack);
    if (transfers && !intact)
        return refuseDamaged(head, intact.failure());
    // Head and parts in full segments: four tenths fewer of them, a quarter less of the CPU.
    const transport::Socket::Cork cork(m_connection.socket());
    if (!beginDownload(head, selection, head.keepAlive))
        return head.keepAlive && head.method == "HEAD";

    return sendFromPack(whole.first + selection.range.range.first, selection.range.range.length) &&
           head.keepAlive;
}

bool LaneConnection::refuseDamaged(const Head &head, const protocol::Failure &failure)
{
    postFailed(m_level, failure);
    Head closing = head;
    closing.keepAlive = false;
    return refuse(closing, failure);
}

bool LaneConnection::sendFromPack(qint64 offset, qint64 left)
{
    const imaging::PackReader &pack = *m_transfer->description().pack;
    boost::system::error_code error;
    SendTurns::Sender sender(m_context.turns, [this] { return m_connection.socket().isBroken(); });
    int unsent = -1;
    while (left > 0 && !error) {
        const qint64 mine = sender.next();
        if (mine == 0) {
            error = make_error_code(boost::system::errc::connection_aborted);
            break;
        }
        if (const int now = sender.unsentLimit(); std::exchange(unsent, now) != now)
            m_connection.socket().limitUnsent(now);
        qint64 sent = 0;
        m_connection.socket().sendFile(pack.descriptor(), offset, std::min(left, mine), &sent,
                                       error);
        sender.sent(sent);
        offset += sent;
        left -= sent;
        m_transfer->moved += sent;
    }
    if (!error)
        return true;
    // sendfile(2) tells of both ends with the same numbers.
    const auto fault = imaging::packFaultAt(pack, offset);
    if (fault && m_transfer->isCurrent(m_attached))
        postFailed(Level::Full, *fault);
    else
        postInterrupted(Level::Full, error);
    return false;
}

bool LaneConnection::sendRaw(const Head &head)
{
    const auto &map = m_transfer->description().pack->tail().map();
    const QByteArray etag = '"' + imaging::toHex(map.identity()).toLatin1() + '"';
    const Selection selection = select(head, map.imageSize(), etag, "application/octet-stream");
    if (selection.range.verdict == RangeVerdict::NotSatisfiable)
        return refuse(head, {FailureCode::RangeNotSatisfiable, Stage::None, {}}, selection.headers);
    const ByteRange range = selection.range.range;
    const bool probe = head.method == "HEAD" || isProbe(range);
    if (!probe && !attach(head, Level::Plain))
        return false;
    if (!probe && range.first == 0)
        m_transfer->restartCoverage(); // whoever asks from the start has nothing yet
    allowStall(m_context.limits.plainStall);
    if (!beginDownload(head, selection, false))
        return false;

    boost::system::error_code error;
    qint64 sent = 0;
    const bool whole = streamRaw(range, &sent, error);
    m_connection.socket().shutdownSend();
    const bool closed = whole && awaitClose(error);
    if (probe)
        return false;
    const qint64 acknowledged = sent - m_connection.socket().unacknowledged();
    m_transfer->addCoverage(range.first, std::max<qint64>(0, acknowledged));
    if (closed && m_transfer->coversImage() && m_transfer->isCurrent(m_attached))
        postCompleted(Level::Plain);
    else
        postInterrupted(Level::Plain, error);
    return false;
}

bool LaneConnection::streamRaw(const ByteRange &range, qint64 *sent,
                               boost::system::error_code &error)
{
    if (range.length == 0)
        return true;
    const qint64 end = range.first + range.length;
    const auto broken = [this] { return m_connection.socket().isBroken(); };
    RawChunks chunks(*m_transfer->description().pack, m_context.pool, m_context.buffers,
                     quint64(end - 1) / chunkBytes, broken);
    qint64 position = range.first;
    const qint64 before = m_transfer->done;
    while (position < end && awaitRoom(chunks, error)) {
        const auto chunk = [&] {
            const imaging::WorkClock::Visit visit(m_transfer->clocks.processors);
            return chunks.at(quint64(position) / chunkBytes);
        }();
        if (!chunk && chunk.failure().code == FailureCode::Cancelled)
            error = make_error_code(boost::system::errc::connection_aborted);
        else if (!chunk) {
            // The library's own copy is damaged: no retry helps. What was promised cannot be
            // delivered.
            postFailed(Level::Plain, imaging::asPackDamage(chunk.failure()));
        }
        if (!chunk)
            return false;
        const auto rest = chunk->subspan(size_t(position % chunkBytes));
        const auto part = rest.first(size_t(std::min(end - position, qint64(rest.size()))));
        const qint64 taken = qint64(m_connection.socket().writeSome(part, error));
        position += taken;
        *sent += taken;
        m_transfer->moved += taken;
        m_transfer->done = before + *sent;
        if (error)
            return false;
    }
    return position == end;
}

bool LaneConnection::awaitRoom(RawChunks &chunks, boost::system::error_code &error)
{
    using namespace std::chrono;
    const LaneLimits &limits = m_context.limits;
    while (chunks.holdsBuffers()) {
        const auto held = duration_cast<milliseconds>(chunks.heldFor());
        const bool tooLong =
            held >= (m_context.buffers.isWanted() ? limits.chunkPatience : limits.chunkIdle);
        const milliseconds look = std::min(limits.chunkPatience, limits.chunkIdle);
        if (awaitPeer(tooLong ? 0ms : look))
            return true;
        if (tooLong)
            chunks.letGo();
    }
    if (awaitPeer(limits.plainStall))
        return true;
    error = make_error_code(boost::system::errc::timed_out);
    return false;
}

// As Socket::waitWritable(); notes who was waited for, and does so in between. A link that is the
// limit leaves the peer's window open: where the peer has held us up at all, it is the limit.
bool LaneConnection::awaitPeer(std::chrono::milliseconds limit)
{
    using namespace std::chrono;
    const transport::Socket &socket = m_connection.socket();
    if (socket.waitWritable(0ms))
        return true;
    core::TransferClocks &clocks = m_transfer->clocks;
    bool writable = false;
    microseconds held = transport::heldByPeer(socket.descriptor());
    const auto end = steady_clock::now() + limit;
    for (auto now = steady_clock::now(); !writable && now < end;) {
        writable = socket.waitWritable(std::min(ceil<milliseconds>(end - now), longestUnnoted));
        const auto waited = steady_clock::now() - now;
        now += waited;
        const microseconds before = std::exchange(held, transport::heldByPeer(socket.descriptor()));
        const bool byPeer = held - before > waited / peersPart;
        (byPeer ? clocks.storage : clocks.network).add(waited);
    }
    return writable;
}

bool LaneConnection::awaitClose(boost::system::error_code &error)
{
    std::array<std::byte, 512> scratch;
    // What a peer still says (a pipelined request, say) is of no interest: it was told that the
    // connection closes.
    while (m_connection.socket().read(scratch, error) > 0 && !error) {
    }
    return !error && m_connection.socket().unacknowledged() == 0;
}

} // namespace http
