// SPDX-License-Identifier: GPL-3.0-or-later
// Which requests the station takes at all, judged by their heads: it answers to its own names and
// to nobody's page. A page in a browser on the bench network can make any name point to the station
// (DNS rebinding) and would then read images, register devices and poll for them; and a form of
// another site can be sent here by it. Programs that say neither are served.
#pragma once

#include "protocol/failure.h"
#include "transport/http_server_connection.h"

#include <QStringList>

#include <optional>

namespace http
{

class RequestRules
{
public:
    // `names`: what the station is called, besides addresses and `localhost`; without a port.
    explicit RequestRules(const QStringList &names = {});

    // The machine's: host name, with the local domain, and as mDNS has it (NAME.local).
    [[nodiscard]] static QStringList machineNames();

    // BadRequest for a Host that is none, an upgrade to WebSocket or CONNECT; HostUnknown;
    // ForeignOrigin. nullopt: welcome.
    [[nodiscard]] std::optional<protocol::Failure> check(const transport::RequestHead &head) const;

private:
    [[nodiscard]] std::optional<protocol::Failure> checkHost(const QByteArray &host) const;
    [[nodiscard]] static bool isForeign(const transport::RequestHead &head);

    QStringList m_names; // lower case
};

} // namespace http
