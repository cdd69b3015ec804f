// SPDX-License-Identifier: GPL-3.0-or-later
// What a DHCP packet on the wire says (RFC 2131, 2132, 4578), as far as the station asks. dnsmasq's
// log cuts option 97 after 14 of its 17 bytes and tells nothing about packets that it ignores or
// that other servers send, so the helper listens for itself. Parses hostile bytes.
#pragma once

#include "protocol/mac_address.h"

#include <QByteArray>
#include <QString>

#include <cstddef>
#include <optional>
#include <span>

namespace netboot
{

// Option 53. Numbers as on the wire.
enum class DhcpType {
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Ack = 5,
    Nak = 6,
    Release = 7,
    Inform = 8,
};

[[nodiscard]] QLatin1StringView nameOf(DhcpType type);
[[nodiscard]] std::optional<DhcpType> dhcpTypeOf(QStringView name);

struct DhcpMessage {
    DhcpType type = DhcpType::Discover;
    bool fromClient = true;
    protocol::MacAddress mac; // the client's
    quint32 transaction = 0;
    quint32 clientAddress = 0; // ciaddr: what it has already
    quint32 yourAddress = 0;   // yiaddr: what it gets
    quint32 server = 0;        // option 54: who offers, or whose offer is taken; 0: not told
    QString vendorClass;       // option 60, printable ASCII, at most 64
    QByteArray machineId;      // option 97
};

// `packet`: an IPv4 packet from its first header byte on. nullopt: not DHCP, cut off, fragmented or
// malformed.
[[nodiscard]] std::optional<DhcpMessage> parseDhcpPacket(std::span<const std::byte> packet);

} // namespace netboot
