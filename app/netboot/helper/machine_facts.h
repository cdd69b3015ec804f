// SPDX-License-Identifier: GPL-3.0-or-later
// What the helper needs to know of the machine's network before it touches it.
#pragma once

#include "netboot/helper/ipv4.h"

#include <QList>
#include <QStringList>

namespace netboot
{

struct InterfaceFacts {
    QString name;
    bool up = false;
    bool running = false; // has a link, as far as its driver tells
    bool loopback = false;
    bool ethernet = false; // broadcast, with a hardware address
    QList<Subnet> addresses;
};

struct MachineFacts {
    QList<InterfaceFacts> interfaces;
    QStringList defaultRoutes; // names of the interfaces that lead out
    QList<quint32> gateways;   // by which they do
    QList<quint32> resolvers;  // name servers that this machine asks

    [[nodiscard]] const InterfaceFacts *find(const QString &name) const;
};

// As the kernel and resolv.conf(5) tell it now: getifaddrs(3), /proc/net/route.
[[nodiscard]] MachineFacts readMachineFacts();
// Names in the text of /proc/net/route whose route is the default one.
[[nodiscard]] QStringList defaultRoutesIn(const QByteArray &routes);
// Their gateways; a route without one (a point-to-point link) has none.
[[nodiscard]] QList<quint32> gatewaysIn(const QByteArray &routes);
// Name servers of this machine that another one can ask, for devices behind NAT.
[[nodiscard]] QList<quint32> resolversIn(const QByteArray &resolvConf);

} // namespace netboot
