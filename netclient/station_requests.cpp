// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/station_requests.h"

#include "protocol/names.h"

namespace netclient
{

using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using transport::HttpRequest;
using namespace Qt::StringLiterals;

Failure stopped(const StopSource &stop)
{
    switch (stop.reason()) {
    case StopReason::JobOver:
        return {FailureCode::Cancelled, {}, u"the station has ended the job"_s};
    case StopReason::CutOff:
        return {FailureCode::AddressChanged, {}, u"the station does not know us here"_s};
    default:
        return {FailureCode::Cancelled, {}, u"the program was told to end"_s};
    }
}

// A token is good for one address, and ours may have changed.
StopReason reasonOf(const Judgement &judgement)
{
    return judgement.failure.code == FailureCode::UnknownTransfer ? StopReason::CutOff
                                                                  : StopReason::JobOver;
}

RetryPolicy::RetryPolicy(StationLink &link, StopSource &stop)
    : m_link(link), m_stop(stop), m_backoff(link.tuning().backoff)
{
}

Result<void> RetryPolicy::afterFailure(const Judgement &judgement, const QByteArray &session)
{
    if (m_stop.isStopped())
        return stopped(m_stop);
    if (judgement.verdict == Verdict::Refused)
        return judgement.failure;
    if (judgement.verdict == Verdict::JobOver) {
        m_stop.stop(reasonOf(judgement));
        return judgement.failure;
    }
    if (!m_stop.sleep(m_backoff.next()))
        return stopped(m_stop);
    // A registration that fails is tried again after the next failure.
    if (judgement.verdict == Verdict::RenewSession)
        (void)m_link.renewSession(session, m_stop);
    return {};
}

StationRequests::StationRequests(StationLink &link, StopSource &stop)
    : m_link(link),
      m_stop(stop),
      m_client(link.makeClient()),
      m_abortion(stop, [this] { m_client->abort(); })
{
}

Judgement StationRequests::tryOnce(HttpRequest request, Reply *reply, qint64 limit)
{
    request.headers.push_back(authorization(m_link.session()));
    reply->answer = {};
    const auto status = m_client->exchange(request, &reply->answer, &reply->body, limit);
    return judge(status, reply->answer, reply->body);
}

Judgement StationRequests::send(HttpRequest request)
{
    request.headers.push_back(authorization(m_link.session()));
    return judgeRead(m_client->send(request));
}

Judgement StationRequests::receive(Reply *reply, qint64 limit)
{
    reply->answer = {};
    const auto status = m_client->receive(&reply->answer, &reply->body, limit);
    return judge(status, reply->answer, reply->body);
}

Result<Reply> StationRequests::exchange(HttpRequest request, qint64 limit)
{
    RetryPolicy policy(m_link, m_stop);
    for (;;) {
        const QByteArray session = m_link.session();
        Reply reply;
        const Judgement judgement = tryOnce(request, &reply, limit);
        if (judgement.verdict == Verdict::Good)
            return reply;
        if (auto again = policy.afterFailure(judgement, session); !again)
            return again.failure();
    }
}

Result<void> StationRequests::report(const QByteArray &target, const protocol::Report &report)
{
    const auto reply = exchange(reportRequest(target, report));
    return reply ? Result<void>{} : Result<void>{reply.failure()};
}

HttpRequest reportRequest(const QByteArray &target, const protocol::Report &report)
{
    const auto type = protocol::names::jsonMediaType;
    HttpRequest request;
    request.method = "POST";
    request.target = target;
    request.headers = {{"Content-Type", QByteArray(type.data(), type.size())}};
    request.body = protocol::toBody(protocol::toJson(report));
    return request;
}

} // namespace netclient
