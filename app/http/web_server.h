// SPDX-License-Identifier: GPL-3.0-or-later
// The station's HTTP side as one object: front door, bulk lane and routes on one port.
#pragma once

#include "core/station.h"
#include "http/bulk_lane.h"
#include "http/front_door.h"
#include "http/operator_routes.h"

#include <QHostAddress>

#include <memory>

class QHttpServer;

namespace http
{

class WebServer
{
public:
    // The references outlive the server.
    WebServer(core::Station &station, core::TransferBoard &board, imaging::WorkerPool &pool,
              const OperatorAccess &access, const RequestRules &rules = RequestRules(),
              DoorLimits doorLimits = {}, LaneLimits laneLimits = {});
    ~WebServer();

    // Port 0: any. StationIoError with the system's words when the port is taken or the address is
    // not this machine's.
    [[nodiscard]] protocol::Result<void> listen(const QHostAddress &address, quint16 port);
    // "http://ADDR:PORT" after listen().
    [[nodiscard]] QString url() const;
    [[nodiscard]] quint16 port() const;
    [[nodiscard]] const FrontDoor &door() const { return *m_door; }

private:
    BulkLane m_lane;
    std::unique_ptr<QHttpServer> m_server;
    FrontDoor *m_door; // m_server's after listen()
};

} // namespace http
