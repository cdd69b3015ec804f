// SPDX-License-Identifier: GPL-3.0-or-later
// What else is on a wire: who answers a real DHCPDISCOVER, and whether a switch runs spanning tree.
// Asks and listens on packet sockets, so that neither this machine's own DHCP service nor its own
// DHCP client is in the way. Needs CAP_NET_RAW.
#pragma once

#include "netboot/helper/bpdu.h"
#include "protocol/result.h"

#include <QList>

#include <atomic>
#include <chrono>

namespace netboot
{

struct DhcpAnswer {
    quint32 server = 0;  // who answers; 0: it does not say
    quint32 offered = 0; // the address that it would give; 0: it only tells where to boot from

    friend bool operator==(const DhcpAnswer &, const DhcpAnswer &) = default;
};

struct WireFacts {
    QList<DhcpAnswer> dhcp; // one for each server
    QList<Bpdu> bpdus;      // one for each sending port and kind
};

// A spanning tree's hello comes every 2 s, unless somebody changed that.
inline constexpr std::chrono::milliseconds wireProbeTime{5'000};

// Blocks for `time`, or until soon after `stop` became true; what was heard until then comes back.
// InterfaceUnusable (also when it is down), NotPermitted, NetbootFailed.
[[nodiscard]] protocol::Result<WireFacts> probeWire(const QString &interface,
                                                    std::chrono::milliseconds time = wireProbeTime,
                                                    const std::atomic<bool> *stop = nullptr);

} // namespace netboot
