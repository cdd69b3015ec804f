// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/image_source.h"

#include "netclient/log.h"

#include <utility>

namespace netclient
{

using imaging::PackTail;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using namespace Qt::StringLiterals;

namespace
{

// About 40 bytes a chunk: enough for an image of 1.4 TB.
constexpr qint64 mostTailBytes = 64 * 1024 * 1024;
constexpr size_t tailSliceBytes = 1024 * 1024; // of one readExactly()
// A failure that was waited for as long as a connection may stand still counts for two.
constexpr int stallFailures = 2;

Failure badUrl(const QString &url)
{
    return {FailureCode::BadRequest, Stage::Check, u"not a URL for this client: %1"_s.arg(url)};
}

// What the origin did, in words that go on after its name.
QString complaint(const Failure &failure)
{
    switch (failure.code) {
    case FailureCode::ServerRefused:
        return u"refused: %1"_s.arg(failure.detail);
    case FailureCode::Stalled:
        return u"was too slow: %1"_s.arg(failure.detail);
    case FailureCode::ImageCorrupt:
        return u"has something else: %1"_s.arg(failure.detail);
    default:
        return u"was not reachable: %1"_s.arg(failure.detail);
    }
}

} // namespace

ImageSource::ImageSource(StationLink &link, StopSource &stop, const protocol::Action &action)
    : m_link(link),
      m_stop(stop),
      m_action(action),
      m_origin(action),
      m_policy(link, stop),
      m_originBackoff(link.tuning().backoff)
{
    if (m_origin.isInUse() && m_origin.size() - m_origin.mapOffset() > mostTailBytes)
        m_origin.leave(u"has a map that is too long"_s);
}

Result<void> ImageSource::settle()
{
    if (m_server == Server::Station || (m_server == Server::Origin && m_origin.isInUse()))
        return {};
    m_server = Server::Nobody;
    return m_origin.isInUse() && openOrigin() ? Result<void>{} : openStation();
}

// False when the origin was left, or the job stopped.
bool ImageSource::openOrigin()
{
    const Tuning &tuning = m_link.tuning();
    m_connection = std::make_unique<PackConnection>(
        std::make_unique<transport::HttpClient>(m_origin.endpoint(), tuning.originConnectTimeout,
                                                tuning.ioTimeout),
        m_stop, m_origin.target());
    m_connection->expectForeign(m_origin.size(), tuning.ioTimeout);
    m_server = Server::Origin;
    while (m_origin.isInUse() && !m_stop.isStopped()) {
        auto tail = originTail();
        if (!tail)
            continue;
        m_tail = std::move(*tail);
        return true;
    }
    m_server = Server::Nobody;
    return false;
}

Result<PackTail> ImageSource::originTail()
{
    QByteArray bytes(m_origin.size() - m_origin.mapOffset(), Qt::Uninitialized);
    Judgement judgement = begin(m_origin.mapOffset(), bytes.size());
    auto left = std::as_writable_bytes(std::span(bytes.data(), size_t(bytes.size())));
    while (judgement.verdict == Verdict::Good && !left.empty()) {
        const auto slice = left.first(std::min(left.size(), tailSliceBytes));
        judgement = judgeRead(m_connection->readExactly(slice));
        left = left.subspan(slice.size());
    }
    if (judgement.verdict == Verdict::Good)
        judgement = judgeRead(m_connection->readEnd());
    auto tail = judgement.verdict == Verdict::Good ? checked(bytes) : judgement.failure;
    if (tail && tail->tailOffset() != m_origin.mapOffset())
        tail = Failure{FailureCode::ImageCorrupt, Stage::Check, u"frames of another size"_s};
    if (!tail && judgement.verdict == Verdict::Good)
        judgement = {Verdict::Refused, tail.failure()};
    if (!tail)
        originFailed(judgement);
    return tail;
}

// What may pass is tried again, a few times in the whole job; what will not, is left at once.
// Nothing that an origin answers ends the job.
void ImageSource::originFailed(const Judgement &judgement)
{
    const bool counts = !isNetworksFault(judgement);
    if (m_stop.isStopped())
        return;
    if (counts)
        m_originFailures += judgement.failure.code == FailureCode::Stalled ? stallFailures : 1;
    if (judgement.verdict != Verdict::Retry || m_originFailures >= m_link.tuning().tries)
        m_origin.leave(complaint(judgement.failure));
    else
        (void)m_stop.sleep(m_originBackoff.next());
}

// The station does not answer either, or did not when this was begun.
bool ImageSource::isNetworksFault(const Judgement &judgement)
{
    const FailureCode code = judgement.failure.code;
    const bool unanswered = judgement.verdict == Verdict::Retry &&
                            (code == FailureCode::ConnectionLost || code == FailureCode::Stalled);
    const bool isOut = unanswered && !stationAnswers();
    const bool wasOut = std::exchange(m_networkOut, isOut);
    if (isOut && !wasOut && !m_stop.isStopped())
        logLine(u"neither the image origin nor the station answers; both are tried again"_s);
    return unanswered && (isOut || wasOut);
}

// Anything at all. A byte of the pack is what it would be asked for without an origin.
bool ImageSource::stationAnswers()
{
    transport::HttpRequest request;
    request.target = targetOf(m_action.packUrl).value_or(QByteArray("/"));
    request.headers = {{"Range", "bytes=0-0"}};
    Reply reply;
    (void)StationRequests(m_link, m_stop).tryOnce(request, &reply);
    return reply.answer.status != 0;
}

Result<void> ImageSource::openStation()
{
    const auto target = targetOf(m_action.packUrl);
    if (!target)
        return badUrl(m_action.packUrl);
    auto tail = stationTail();
    if (!tail)
        return tail.failure();
    m_tail = std::move(*tail);
    m_connection = std::make_unique<PackConnection>(m_link.makeClient(), m_stop, *target);
    m_server = Server::Station;
    return {};
}

// Damaged on its way, it is fetched again; a pack that stays wrong is ImageCorrupt.
Result<PackTail> ImageSource::stationTail()
{
    const auto target = targetOf(m_action.mapUrl);
    if (!target)
        return badUrl(m_action.mapUrl);
    StationRequests requests(m_link, m_stop);
    Failure failure;
    for (int attempt = 0; attempt < m_link.tuning().tries; ++attempt) {
        transport::HttpRequest request;
        request.target = *target;
        auto reply = requests.exchange(request, mostTailBytes);
        if (!reply)
            return reply.failure();
        auto tail = checked(reply->body);
        if (tail)
            return tail;
        failure = tail.failure();
    }
    return failure;
}

Result<PackTail> ImageSource::checked(const QByteArray &tail) const
{
    auto parsed = PackTail::parse(tail);
    if (!parsed)
        return parsed;
    const QString identity = imaging::toHex(parsed->map().identity());
    if (identity == m_action.imageIdentity.toLower())
        return parsed;
    return Failure{FailureCode::ImageCorrupt, Stage::Check,
                   u"the map is that of image %1, not %2"_s.arg(identity, m_action.imageIdentity)};
}

Judgement ImageSource::begin(qint64 offset, qint64 length)
{
    if (m_server == Server::Origin)
        return m_connection->begin(offset, length, {});
    m_session = m_link.session();
    return m_connection->begin(offset, length, {authorization(m_session)});
}

Result<void> ImageSource::afterFailure(const Judgement &judgement)
{
    if (m_server == Server::Station)
        return m_policy.afterFailure(judgement, m_session);
    originFailed(judgement);
    return m_stop.isStopped() ? Result<void>{stopped(m_stop)} : Result<void>{};
}

void ImageSource::succeeded()
{
    m_policy.succeeded();
    m_originBackoff.reset();
}

bool ImageSource::reject(quint64 chunk)
{
    if (!m_origin.isInUse())
        return false;
    m_origin.leave(u"has wrong bytes in chunk %1"_s.arg(chunk));
    return true;
}

} // namespace netclient
