// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/pack_connection.h"

namespace netclient
{

using protocol::FailureCode;
using std::chrono::steady_clock;
using transport::HttpAnswer;
using transport::HttpFault;
using transport::HttpStatus;
using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 mostErrorBytes = 64 * 1024;
constexpr qsizetype mostQuotedBytes = 100;

QByteArray rangeText(qint64 offset, qint64 length)
{
    return QByteArray::number(offset) + '-' + QByteArray::number(offset + length - 1);
}

} // namespace

PackConnection::PackConnection(std::unique_ptr<transport::HttpClient> client, StopSource &stop,
                               QByteArray target)
    : m_client(std::move(client)),
      m_abortion(stop, [this] { m_client->abort(); }),
      m_target(std::move(target))
{
}

void PackConnection::expectForeign(qint64 bytes, std::chrono::milliseconds limit)
{
    m_isForeign = true;
    m_fileBytes = bytes;
    m_readLimit = limit;
}

Judgement PackConnection::begin(qint64 offset, qint64 length,
                                std::vector<transport::HttpHeader> headers)
{
    transport::HttpRequest request;
    request.target = m_target;
    request.headers = std::move(headers);
    request.headers.push_back({"Range", "bytes=" + rangeText(offset, length)});
    HttpAnswer answer;
    HttpStatus status = m_client->begin(request, &answer);
    QByteArray body;
    if (status.ok() && answer.status / 100 != 2 && !m_isForeign) {
        body.resize(qBound<qint64>(0, answer.contentLength, mostErrorBytes));
        status = readExactly(std::as_writable_bytes(std::span(body.data(), size_t(body.size()))));
    }
    const Judgement judgement = judge(status, answer, body);
    return judgement.verdict == Verdict::Good ? judgeAnswer(answer, offset, length) : judgement;
}

Judgement PackConnection::judgeAnswer(const HttpAnswer &answer, qint64 offset, qint64 length) const
{
    const QByteArray range = "bytes " + rangeText(offset, length) + '/';
    const QByteArray whole =
        answer.contentRange.sliced(std::min(range.size(), answer.contentRange.size()));
    const bool asAsked = answer.status == 206 && answer.contentLength == length &&
                         answer.contentRange.startsWith(range);
    // RFC 9110, 14.4: a server may say "*" for a size that it does not know.
    const bool rightFile = !m_isForeign || whole == "*" || whole == QByteArray::number(m_fileBytes);
    if (asAsked && rightFile)
        return {};
    return {Verdict::Refused,
            {FailureCode::ServerRefused,
             {},
             u"asked for bytes %1 and got status %2, %3"_s.arg(
                 QString::fromLatin1(rangeText(offset, length)), QString::number(answer.status),
                 QString::fromLatin1(answer.contentRange.left(mostQuotedBytes)))}};
}

HttpStatus PackConnection::readExactly(std::span<std::byte> buffer)
{
    const auto begun = steady_clock::now();
    while (!buffer.empty()) {
        size_t got = 0;
        const HttpStatus status = m_client->read(buffer, &got);
        if (!status.ok())
            return status;
        if (got == 0)
            return {HttpFault::ConnectionLost, u"the answer ended early"_s};
        buffer = buffer.subspan(got);
        if (m_isForeign && steady_clock::now() - begun > m_readLimit)
            return {HttpFault::TimedOut,
                    u"a frame took longer than %1 ms"_s.arg(m_readLimit.count())};
    }
    return {};
}

HttpStatus PackConnection::readEnd()
{
    std::byte surplus{};
    size_t got = 0;
    const HttpStatus status = m_client->read(std::span(&surplus, 1), &got);
    if (status.ok() && got > 0)
        return {HttpFault::Malformed, u"more bytes than announced"_s};
    return status;
}

} // namespace netclient
