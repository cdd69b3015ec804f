// SPDX-License-Identifier: GPL-3.0-or-later
// Who the kernel has found at an address of a directly connected network.
#pragma once

#include "protocol/mac_address.h"

#include <functional>
#include <optional>

namespace core
{

struct Neighbour {
    bool isLocal = false; // this machine itself: whoever is there could do as he likes anyway
    std::optional<protocol::MacAddress> mac; // none: not known, as of what is behind a router
};

using NeighbourLookup = std::function<Neighbour(const QString &address)>;

// From the text of /proc/net/arp (proc(5)): complete entries alone.
[[nodiscard]] std::optional<protocol::MacAddress> macInArpTable(QStringView table,
                                                                QStringView address);
// Of this machine, now; an IPv6 address may have a zone ("fe80::5%eth1").
[[nodiscard]] Neighbour kernelNeighbour(const QString &address);

} // namespace core
