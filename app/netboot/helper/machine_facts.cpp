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
    list.append(InterfaceFacts{name, false, false, false, false, {}});
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
    facts.running = entry.ifa_flags & IFF_RUNNING;
    facts.loopback = entry.ifa_flags & IFF_LOOPBACK;
    facts.ethernet = (entry.ifa_flags & IFF_BROADCAST) && !facts.loopback;
    if (!entry.ifa_addr || entry.ifa_addr->sa_family != AF_INET || !entry.ifa_netmask)
        return;
    facts.addresses.append(
        Subnet{addressOf(entry.ifa_addr), std::popcount(addressOf(entry.ifa_netmask))});
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// systemd-resolved names itself in /etc/resolv.conf and the real ones beside it.
QList<quint32> machineResolvers()
{
    const auto own = resolversIn(contentOf(u"/etc/resolv.conf"_s));
    return own.isEmpty() ? resolversIn(contentOf(u"/run/systemd/resolve/resolv.conf"_s)) : own;
}

// The fields of each: Iface Destination Gateway Flags RefCnt Use Metric Mask …, numbers in hex.
QList<QList<QByteArray>> defaultRouteLines(const QByteArray &routes)
{
    QList<QList<QByteArray>> found;
    for (const QByteArray &line : routes.split('\n')) {
        const QList<QByteArray> fields = line.simplified().split(' ');
        if (fields.size() > 7 && fields[1] == "00000000" && fields[7] == "00000000")
            found.append(fields);
    }
    return found;
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
    QStringList names;
    for (const QList<QByteArray> &fields : defaultRouteLines(routes))
        names.append(QString::fromLocal8Bit(fields[0]));
    names.removeDuplicates();
    return names;
}

QList<quint32> gatewaysIn(const QByteArray &routes)
{
    QList<quint32> gateways;
    for (const QList<QByteArray> &fields : defaultRouteLines(routes)) {
        const quint32 gateway = ntohl(fields[2].toUInt(nullptr, 16)); // printed as it is in memory
        if (gateway != 0 && !gateways.contains(gateway))
            gateways.append(gateway);
    }
    return gateways;
}

QList<quint32> resolversIn(const QByteArray &resolvConf)
{
    constexpr qsizetype most = 3; // MAXNS of resolv.conf(5)
    QList<quint32> found;
    for (const QByteArray &line : resolvConf.split('\n')) {
        const QList<QByteArray> words = line.simplified().split(' ');
        if (words.size() < 2 || words[0] != "nameserver")
            continue;
        const auto address = parseIpv4(QString::fromLatin1(words[1]));
        if (address && *address >> 24 != 127 && found.size() < most)
            found.append(*address);
    }
    return found;
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
    const QByteArray routes = contentOf(u"/proc/net/route"_s);
    facts.defaultRoutes = defaultRoutesIn(routes);
    facts.gateways = gatewaysIn(routes);
    facts.resolvers = machineResolvers();
    return facts;
}

} // namespace netboot
