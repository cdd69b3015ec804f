// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration that dnsmasq gets (dnsmasq(8), 2.85 and later). Everything in it was checked
// before: see wish_check.h.
#pragma once

#include "netboot/helper/wish.h"

namespace netboot
{

struct DnsmasqPaths {
    QString leases;
    QString rules; // folder, one file per refused boot ROM
};

// `resolvers`: name servers that devices behind NAT are told of.
[[nodiscard]] QByteArray dnsmasqConfig(const ServiceWish &wish, const DnsmasqPaths &paths,
                                       const QList<quint32> &resolvers);

// A file in the folder of rules: its name, and its line.
//
// A rule only makes dnsmasq know the MAC. A rule that sets a tag of its own (set:refused) kills
// dnsmasq 2.90 at the next SIGHUP after it has matched: the rule's tags are chained into the
// packet's and freed with them.
[[nodiscard]] QString ruleFileName(MacAddress mac);
[[nodiscard]] QByteArray ruleLine(MacAddress mac);

} // namespace netboot
