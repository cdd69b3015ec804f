// SPDX-License-Identifier: GPL-3.0-or-later
// Whether this machine's packet filter lets devices in. Walks the rules of `nft -j list ruleset`
// (libnftables-json(5)) as the kernel would for one imagined packet; a condition that it does not
// know makes the verdict uncertain, never wrong.
#pragma once

#include "netboot/helper/socket_table.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace netboot
{

// The first packet of a device that comes in by an interface.
struct ImaginedPacket {
    PortKind kind = PortKind::Udp;
    quint16 port = 0;
    QString interface;

    friend bool operator==(const ImaginedPacket &, const ImaginedPacket &) = default;
};

enum class Passage { Open, Blocked, Uncertain };

// nullopt: not a ruleset.
[[nodiscard]] std::optional<Passage> judgeRuleset(const QByteArray &json,
                                                  const ImaginedPacket &packet);

} // namespace netboot
