// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/frame_fetcher.h"

namespace netclient
{

using protocol::FailureCode;
using protocol::Result;
using transport::HttpFault;
using transport::HttpStatus;
using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 mostErrorBytes = 64 * 1024;

Judgement lost(const HttpStatus &status)
{
    return judge(status, {}, {});
}

QByteArray rangeText(const FetchRun &run)
{
    return QByteArray::number(run.offset) + '-' + QByteArray::number(run.offset + run.length - 1);
}

} // namespace

FrameFetcher::FrameFetcher(StationLink &link, StopSource &stop, QByteArray target,
                           const imaging::PackTail &tail)
    : m_link(link),
      m_stop(stop),
      m_target(std::move(target)),
      m_tail(tail),
      m_client(link.makeClient()),
      m_abortion(stop, [this] { m_client->abort(); })
{
}

Result<void> FrameFetcher::fetch(const std::vector<quint64> &chunks, FrameSink &sink)
{
    RetryPolicy policy(m_link, m_stop);
    for (std::span<const quint64> left(chunks); !left.empty();) {
        const QByteArray session = m_link.session();
        const Outcome outcome = fetchRun(left, sink);
        if (outcome.sinkEnded)
            return {};
        left = left.subspan(outcome.received);
        if (outcome.received > 0)
            policy.succeeded();
        if (outcome.judgement.verdict == Verdict::Good)
            continue;
        if (auto again = policy.afterFailure(outcome.judgement, session); !again)
            return again.failure();
    }
    return {};
}

FrameFetcher::Outcome FrameFetcher::fetchRun(std::span<const quint64> chunks, FrameSink &sink)
{
    const FetchRun run = nextFetchRun(m_tail, chunks, protocol::downloadRunBytes);
    const Judgement begun = begin(run);
    if (begun.verdict != Verdict::Good)
        return {begun};
    return receive(run, chunks.first(run.wanted), sink);
}

Judgement FrameFetcher::begin(const FetchRun &run)
{
    transport::HttpRequest request;
    request.target = m_target;
    request.headers = {{"Range", "bytes=" + rangeText(run)}, authorization(m_link.session())};
    transport::HttpAnswer answer;
    HttpStatus status = m_client->begin(request, &answer);
    QByteArray body;
    if (status.ok() && answer.status / 100 != 2) {
        body.resize(qBound<qint64>(0, answer.contentLength, mostErrorBytes));
        status = readExactly(std::as_writable_bytes(std::span(body.data(), size_t(body.size()))));
    }
    const Judgement judgement = judge(status, answer, body);
    if (judgement.verdict != Verdict::Good)
        return judgement;
    const bool asAsked = answer.status == 206 && answer.contentLength == run.length &&
                         answer.contentRange.startsWith("bytes " + rangeText(run) + '/');
    if (asAsked)
        return judgement;
    return {Verdict::Refused,
            {FailureCode::ServerRefused,
             {},
             u"asked for bytes %1 and got status %2, %3"_s.arg(
                 QString::fromLatin1(rangeText(run)), QString::number(answer.status),
                 QString::fromLatin1(answer.contentRange))}};
}

FrameFetcher::Outcome FrameFetcher::receive(const FetchRun &run, std::span<const quint64> chunks,
                                            FrameSink &sink)
{
    Outcome outcome;
    for (quint64 chunk = run.firstChunk; chunk < run.endChunk; ++chunk) {
        const quint32 bytes = m_tail.frameBytes(chunk);
        const bool wanted = chunks[outcome.received] == chunk;
        m_skipped.resize(wanted ? m_skipped.size() : bytes);
        const auto room = wanted ? sink.room(chunk, bytes) : std::span(m_skipped);
        if (room.empty()) {
            outcome.sinkEnded = true;
            return outcome;
        }
        if (const auto status = readExactly(room.first(bytes)); !status.ok()) {
            outcome.judgement = lost(status);
            return outcome;
        }
        if (wanted) {
            sink.received(chunk);
            ++outcome.received;
        }
    }
    if (const auto status = readEnd(); !status.ok())
        outcome.judgement = lost(status);
    return outcome;
}

HttpStatus FrameFetcher::readExactly(std::span<std::byte> buffer)
{
    while (!buffer.empty()) {
        size_t got = 0;
        const HttpStatus status = m_client->read(buffer, &got);
        if (!status.ok())
            return status;
        if (got == 0)
            return {HttpFault::ConnectionLost, u"the answer ended early"_s};
        buffer = buffer.subspan(got);
    }
    return {};
}

// The end of the body is read too, so that the connection can be used again.
HttpStatus FrameFetcher::readEnd()
{
    std::byte surplus{};
    size_t got = 0;
    const HttpStatus status = m_client->read(std::span(&surplus, 1), &got);
    if (status.ok() && got > 0)
        return {HttpFault::Malformed, u"more bytes than announced"_s};
    return status;
}

} // namespace netclient
