// SPDX-License-Identifier: GPL-3.0-or-later
// What the station asks its root helper for, and what the helper tells: one JSON object per line on
// the helper's standard input and output. README.md beside this file has the contract. Only the
// form is judged here; whether a wish may be granted is wish_check.h.
#pragma once

#include "netboot/helper/ipv4.h"
#include "protocol/mac_address.h"
#include "protocol/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>

namespace netboot
{

using protocol::MacAddress;

enum class Mode {
    Dhcp,  // the only DHCP server on that wire
    Proxy, // beside another one: only tells Raspberry Pis where to boot from
};

// Machines whose boot ROM is refused at a time.
inline constexpr qsizetype maxRefused = 10'000;

struct ServiceWish {
    QString interface;
    Mode mode = Mode::Dhcp;
    Subnet address; // Dhcp: what the interface gets; Proxy: what it must have, prefix 0: any
    quint32 firstLease = 0; // Dhcp
    quint32 lastLease = 0;  // Dhcp, inclusive
    QString tftpRoot;       // absolute
    QString uplink;         // for NAT; empty: none
    QList<MacAddress> refused;

    friend bool operator==(const ServiceWish &, const ServiceWish &) = default;
};

[[nodiscard]] QJsonObject toJson(const ServiceWish &wish);
// BadRequest with the field's name.
[[nodiscard]] protocol::Result<ServiceWish> parseWish(const QByteArray &line);

// What may follow on the standard input. Its end means the same as Stop.
struct Command {
    enum class Kind { Refuse, Allow, Stop };
    Kind kind = Kind::Stop;
    MacAddress mac; // Refuse, Allow: whose boot ROM
};

[[nodiscard]] QJsonObject toJson(const Command &command);
[[nodiscard]] protocol::Result<Command> parseCommand(const QByteArray &line);

} // namespace netboot
