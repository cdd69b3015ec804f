// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/web_server.h"

#include "http/control_request.h"
#include "http/device_routes.h"

#include <QUrl>

namespace http
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

WebServer::WebServer(core::Station &station, core::TransferBoard &board, imaging::WorkerPool &pool,
                     const OperatorAccess &access, const RequestRules &rules, DoorLimits doorLimits,
                     LaneLimits laneLimits)
    : m_lane(board, pool, laneLimits, rules),
      m_server(std::make_unique<QHttpServer>()),
      m_door(new FrontDoor(
          {[this](const transport::RequestHead &head, const QString &peer) {
               return m_lane.knows(head, peer);
           },
           [this](int descriptor, const QHostAddress &peer) { m_lane.accept(descriptor, peer); }},
          doorLimits, rules, m_server.get()))
{
    addDeviceRoutes(*m_server, station);
    addOperatorRoutes(*m_server, station, access);
    addMissingRoute(*m_server, m_server.get());
}

WebServer::~WebServer() = default;

protocol::Result<void> WebServer::listen(const QHostAddress &address, quint16 port)
{
    if (!m_door->listen(address, port))
        return Failure{FailureCode::StationIoError, Stage::None,
                       u"cannot listen on %1 port %2: %3"_s.arg(address.toString())
                           .arg(port)
                           .arg(m_door->errorString())};
    if (!bindServer(*m_server, m_door))
        return Failure{FailureCode::Internal, Stage::None,
                       u"the HTTP server refused the front door"_s};
    return {};
}

QString WebServer::url() const
{
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(m_door->serverAddress().toString());
    url.setPort(m_door->serverPort());
    return url.toString();
}

quint16 WebServer::port() const
{
    return m_door->serverPort();
}

} // namespace http
