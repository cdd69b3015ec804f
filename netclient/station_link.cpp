// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/station_link.h"

#include "protocol/names.h"

#include <QUrl>

namespace netclient
{

using protocol::FailureCode;
using protocol::Stage;
using transport::HttpRequest;
using namespace Qt::StringLiterals;

namespace
{

QByteArray bytesOf(QLatin1StringView text)
{
    return {text.data(), text.size()};
}

Judgement badAnswer(const protocol::Failure &failure)
{
    return {Verdict::Retry, failure};
}

} // namespace

transport::HttpHeader authorization(const QByteArray &session)
{
    return {"Authorization", "Bearer " + session};
}

std::optional<QByteArray> targetOf(const QString &url)
{
    const QUrl parsed(url, QUrl::StrictMode);
    const bool known = parsed.scheme().isEmpty() || parsed.scheme() == "http"_L1;
    if (!parsed.isValid() || !known || !parsed.path().startsWith(u'/'))
        return std::nullopt;
    return parsed.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority | QUrl::RemoveFragment |
                            QUrl::FullyEncoded);
}

StationLink::StationLink(transport::Endpoint endpoint, protocol::RegisterRequest facts,
                         Tuning tuning)
    : m_endpoint(std::move(endpoint)), m_facts(std::move(facts)), m_tuning(tuning)
{
}

std::unique_ptr<transport::HttpClient> StationLink::makeClient() const
{
    return std::make_unique<transport::HttpClient>(m_endpoint, m_tuning.connectTimeout,
                                                   m_tuning.ioTimeout);
}

Judgement StationLink::call(const HttpRequest &request, StopSource &stop, QByteArray *body) const
{
    const auto client = makeClient();
    const StopSource::Subscription abortion(stop, [&] { client->abort(); });
    transport::HttpAnswer answer;
    const auto status = client->exchange(request, &answer, body);
    return judge(status, answer, *body);
}

Judgement StationLink::registerDevice(StopSource &stop)
{
    HttpRequest request;
    request.method = "POST";
    request.target = bytesOf(protocol::names::registerDevice);
    request.headers = {{"Content-Type", bytesOf(protocol::names::jsonMediaType)}};
    // That we are who we were, also at another address.
    if (const QByteArray former = session(); !former.isEmpty())
        request.headers.push_back(authorization(former));
    request.body = protocol::toBody(protocol::toJson(m_facts));
    QByteArray body;
    Judgement judgement = call(request, stop, &body);
    judgement.failure.stage = Stage::Register;
    if (judgement.verdict != Verdict::Good)
        return judgement;
    const auto answer = protocol::parseRegisterAnswer(body);
    if (!answer)
        return badAnswer(answer.failure());
    if (answer->session.isEmpty())
        return {Verdict::Refused,
                {FailureCode::Unsupported, Stage::Register,
                 u"the station gave no session: it does not speak the full level"_s}};
    const std::lock_guard lock(m_mutex);
    m_session = answer->session.toLatin1();
    m_stationTime = answer->time;
    m_pollInterval = std::chrono::seconds(std::clamp(answer->pollIntervalSeconds, 1, 60));
    return judgement;
}

Judgement StationLink::renewSession(const QByteArray &stale, StopSource &stop)
{
    const std::lock_guard lock(m_renewal);
    return session() == stale ? registerDevice(stop) : Judgement{};
}

Judgement StationLink::poll(StopSource &stop, protocol::Action *action)
{
    HttpRequest request;
    request.target = bytesOf(protocol::names::deviceActionPoll) +
                     "?mac=" + QUrl::toPercentEncoding(m_facts.mac.toString());
    request.headers = {authorization(session())};
    QByteArray body;
    Judgement judgement = call(request, stop, &body);
    if (judgement.verdict == Verdict::JobOver) // 404: it does not know this MAC
        judgement.verdict = Verdict::RenewSession;
    if (judgement.verdict != Verdict::Good)
        return judgement;
    const auto parsed = protocol::parseAction(body);
    if (!parsed)
        return badAnswer(parsed.failure());
    *action = *parsed;
    return judgement;
}

QByteArray StationLink::session() const
{
    const std::lock_guard lock(m_mutex);
    return m_session;
}

qint64 StationLink::stationTime() const
{
    const std::lock_guard lock(m_mutex);
    return m_stationTime;
}

std::chrono::seconds StationLink::pollInterval() const
{
    const std::lock_guard lock(m_mutex);
    return m_pollInterval;
}

} // namespace netclient
