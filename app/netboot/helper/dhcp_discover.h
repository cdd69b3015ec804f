// SPDX-License-Identifier: GPL-3.0-or-later
// A DHCPDISCOVER as a packet (RFC 2131), to find out who else would answer one.
#pragma once

#include "protocol/mac_address.h"

#include <QByteArray>

namespace netboot
{

enum class Asking {
    AnyMachine, // as an installed system asks
    PxeClient,  // as a boot ROM asks; servers that only tell where to boot from answer this alone
};

// From the IPv4 header on, to 255.255.255.255; the answer is wanted by broadcast, too.
[[nodiscard]] QByteArray dhcpDiscover(const protocol::MacAddress &mac, quint32 transaction,
                                      Asking asking);

} // namespace netboot
