// SPDX-License-Identifier: GPL-3.0-or-later
// Whether this machine's packet filter lets devices in, and out by the uplink. Walks the rules of
// `nft -j list ruleset` (libnftables-json(5)) as the kernel would for one imagined packet; a
// condition that it does not know makes the verdict uncertain, never wrong.
#pragma once

#include "netboot/helper/socket_table.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace netboot
{

// The netboot service's own table, which is not judged: it lets devices pass.
inline constexpr QLatin1StringView ownTableName{"provisioning_netboot"};

// A packet that comes in by an interface: for this machine, or to be forwarded.
struct ImaginedPacket {
    PortKind kind = PortKind::Udp;
    quint16 port = 0; // it is sent to; 0: any
    QString interface;
    QString outInterface = {};             // empty: for this machine
    QString state = QStringLiteral("new"); // of its connection, as conntrack says

    friend bool operator==(const ImaginedPacket &, const ImaginedPacket &) = default;
};

enum class Passage { Open, Blocked, Uncertain };

// nullopt: not a ruleset.
[[nodiscard]] std::optional<Passage> judgeRuleset(const QByteArray &json,
                                                  const ImaginedPacket &packet);

// Whether devices behind `bench` reach the internet by `uplink`, there and back. Docker and ufw
// drop what is forwarded unless they are told otherwise, and an accept of our own table does not
// help against theirs.
[[nodiscard]] std::optional<Passage> judgeWayOut(const QByteArray &json, const QString &bench,
                                                 const QString &uplink);

} // namespace netboot
