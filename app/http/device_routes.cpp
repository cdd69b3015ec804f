// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/device_routes.h"

#include "http/control_request.h"
#include "protocol/device_log.h"
#include "protocol/names.h"

namespace http
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

ControlAnswer handleRegister(core::Station &station, const ControlRequest &request)
{
    const auto wish = protocol::parseRegisterRequest(request.body);
    if (!wish)
        return wish.failure();
    const auto answer =
        station.registerDevice(*wish, request.peer, QString::fromLatin1(request.authorization));
    if (!answer)
        return answer.failure();
    return {200, protocol::toJson(*answer)};
}

ControlAnswer handlePoll(core::Station &station, const ControlRequest &request)
{
    QString text = request.query.queryItemValue(u"mac"_s, QUrl::FullyDecoded);
    text.replace(u'+', u' '); // as in a form, where the other calls have it from
    const auto mac = protocol::MacAddress::parse(text);
    if (!mac)
        return Failure{FailureCode::BadRequest, Stage::None,
                       u"mac is missing or not an Ethernet address"_s};
    if (!request.base)
        return Failure{FailureCode::BadRequest, Stage::None, u"malformed Host header"_s};
    const QString session = QString::fromLatin1(request.authorization);
    const auto action = station.poll(*mac, request.peer, session, *request.base);
    if (!action)
        return action.failure();
    return {200, protocol::toJson(*action, !session.isEmpty())};
}

ControlAnswer handleReport(core::Station &station, const ControlRequest &request)
{
    const auto report = protocol::parseReport(request.body);
    if (!report)
        return report.failure();
    const auto taken =
        station.report(request.query.queryItemValue(u"job"_s),
                       QString::fromLatin1(request.authorization), *report, request.peer);
    if (!taken)
        return taken.failure();
    return {200, {{"status"_L1, "ok"_L1}}};
}

ControlAnswer handleLog(core::Station &station, const ControlRequest &request)
{
    const auto log = protocol::parseDeviceLog(request.body);
    if (!log)
        return log.failure();
    const auto taken =
        station.takeLog(*log, QString::fromLatin1(request.authorization), request.peer);
    if (!taken)
        return taken.failure();
    return {200, {{"status"_L1, "ok"_L1}}};
}

} // namespace

void addDeviceRoutes(QHttpServer &server, core::Station &station)
{
    using Method = QHttpServerRequest::Method;
    namespace names = protocol::names;
    addRoute(
        server, names::registerDevice, Method::Post,
        [&station](const ControlRequest &request) { return handleRegister(station, request); });
    addRoute(server, names::deviceActionPoll, Method::Get,
             [&station](const ControlRequest &request) { return handlePoll(station, request); });
    addRoute(server, names::jobReport, Method::Post,
             [&station](const ControlRequest &request) { return handleReport(station, request); });
    addRoute(server, names::deviceLog, Method::Post,
             [&station](const ControlRequest &request) { return handleLog(station, request); });
}

} // namespace http
