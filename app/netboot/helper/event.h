// SPDX-License-Identifier: GPL-3.0-or-later
// What the helper tells the station, one JSON object per line on its standard output.
#pragma once

#include "netboot/helper/dhcp_message.h"
#include "protocol/result.h"

#include <QJsonObject>

namespace netboot
{

using protocol::MacAddress;

// A DHCP message that was seen on the wire.
struct DhcpSeen {
    DhcpType type = DhcpType::Discover;
    bool fromClient = true;
    QString vendorClass;
    bool raspberry = false; // a Raspberry Pi's boot ROM by its option 97
    QString serial;         // of that; 8 hex digits
    QString boardRevision;  // of that; 8 hex digits
    QString address;        // what it has (from a client) or gets (from a server)
    QString server;         // option 54
    bool bySelf = false;    // that server is this service

    friend bool operator==(const DhcpSeen &, const DhcpSeen &) = default;
};

struct Event {
    enum class Kind {
        Started,  // serves: interface, address
        Log,      // a line of dnsmasq's log: text; of a TFTP line also bytes and mac where known
        Dhcp,     // mac, dhcp
        Refused,  // mac: the rule is in force
        Allowed,  // mac: the rule is gone
        Warning,  // text; the service goes on
        Waiting,  // failure: InterfaceDown or InterfaceGone; the service goes on by itself
        Resumed,  // what it waited for is there
        Failed,   // failure; Stopped follows
        Stopped,  // everything is put back
        Restored, // text: something that an earlier run had left was put back
    };
    // Each has an initializer, so that an event can be written down by the members that it has.
    Kind kind = Kind::Log;
    QString text{};
    qint64 bytes = -1; // size of the file that was sent; -1: not told
    MacAddress mac{};
    DhcpSeen dhcp{};
    QString interface {
    };
    QString address{}; // "10.20.50.1/24"
    protocol::Failure failure{};
};

[[nodiscard]] QJsonObject toJson(const Event &event);
// BadRequest.
[[nodiscard]] protocol::Result<Event> parseEvent(const QByteArray &line);

} // namespace netboot
