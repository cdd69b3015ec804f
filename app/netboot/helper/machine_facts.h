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
    bool loopback = false;
    bool ethernet = false; // broadcast, with a hardware address
    QList<Subnet> addresses;
};

struct MachineFacts {
    QList<InterfaceFacts> interfaces;
    QStringList defaultRoutes; // names of the interfaces that lead out

    [[nodiscard]] const InterfaceFacts *find(const QString &name) const;
};

// As the kernel tells it now: getifaddrs(3) and /proc/net/route.
[[nodiscard]] MachineFacts readMachineFacts();
// Names in the text of /proc/net/route whose route is the default one.
[[nodiscard]] QStringList defaultRoutesIn(const QByteArray &routes);

} // namespace netboot
