// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/machine_facts.h"

#include <QFile>

#include <algorithm>
#include <bit>
#include <memory>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

namespace netboot
{

using namespace Qt::StringLiterals;

namespace
{

InterfaceFacts &entryOf(QList<InterfaceFacts> &list, const QString &name)
{
    const auto it = std::find_if(list.begin(), list.end(),
                                 [&name](const InterfaceFacts &i) { return i.name == name; });
    if (it != list.end())
        return *it;
    list.append(InterfaceFacts{name, false, false, false, {}});
    return list.last();
}

quint32 addressOf(const sockaddr *address)
{
    return ntohl(reinterpret_cast<const sockaddr_in *>(address)->sin_addr.s_addr);
}

void take(QList<InterfaceFacts> &list, const ifaddrs &entry)
{
    InterfaceFacts &facts = entryOf(list, QString::fromLocal8Bit(entry.ifa_name));
    facts.up = entry.ifa_flags & IFF_UP;
    facts.loopback = entry.ifa_flags & IFF_LOOPBACK;
    facts.ethernet = (entry.ifa_flags & IFF_BROADCAST) && !facts.loopback;
    if (!entry.ifa_addr || entry.ifa_addr->sa_family != AF_INET || !entry.ifa_netmask)
        return;
    facts.addresses.append(
        Subnet{addressOf(entry.ifa_addr), std::popcount(addressOf(entry.ifa_netmask))});
}

} // namespace

const InterfaceFacts *MachineFacts::find(const QString &name) const
{
    const auto it = std::find_if(interfaces.begin(), interfaces.end(),
                                 [&name](const InterfaceFacts &i) { return i.name == name; });
    return it == interfaces.end() ? nullptr : &*it;
}

QStringList defaultRoutesIn(const QByteArray &routes)
{
    // Iface Destination Gateway Flags RefCnt Use Metric Mask …, numbers in hex
    QStringList names;
    for (const QByteArray &line : routes.split('\n')) {
        const QList<QByteArray> fields = line.simplified().split(' ');
        if (fields.size() > 7 && fields[1] == "00000000" && fields[7] == "00000000")
            names.append(QString::fromLocal8Bit(fields[0]));
    }
    names.removeDuplicates();
    return names;
}

MachineFacts readMachineFacts()
{
    MachineFacts facts;
    ifaddrs *first = nullptr;
    if (getifaddrs(&first) == 0) {
        const std::unique_ptr<ifaddrs, void (*)(ifaddrs *)> owner(first, freeifaddrs);
        for (const ifaddrs *entry = first; entry; entry = entry->ifa_next)
            take(facts.interfaces, *entry);
    }
    QFile routes(u"/proc/net/route"_s);
    if (routes.open(QIODevice::ReadOnly))
        facts.defaultRoutes = defaultRoutesIn(routes.readAll());
    return facts;
}

} // namespace netboot
