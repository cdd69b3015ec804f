// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/link_facts.h"

#include <cstring>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace netboot
{

using namespace Qt::StringLiterals;

namespace
{

ifreq requestFor(const QString &interface)
{
    ifreq request{};
    std::strncpy(request.ifr_name, interface.toLocal8Bit().constData(), IFNAMSIZ - 1);
    return request;
}

// The driver's word; the interface's flags follow up to a second later (linkwatch). Drivers without
// one leave it to the flags.
bool hasCarrier(int socket, const QString &interface, bool running)
{
    ethtool_value value{};
    value.cmd = ETHTOOL_GLINK;
    ifreq request = requestFor(interface);
    request.ifr_data = reinterpret_cast<char *>(&value);
    return ::ioctl(socket, SIOCETHTOOL, &request) == 0 ? value.data != 0 : running;
}

int speedOf(int socket, const QString &interface)
{
    ethtool_cmd command{};
    command.cmd = ETHTOOL_GSET;
    ifreq request = requestFor(interface);
    request.ifr_data = reinterpret_cast<char *>(&command);
    if (::ioctl(socket, SIOCETHTOOL, &request) != 0)
        return 0;
    const quint32 speed = ethtool_cmd_speed(&command);
    return speed == quint32(SPEED_UNKNOWN) || speed == 0xffff ? 0 : int(speed);
}

// By the driver's name: what has no card behind it, and no cable.
bool isMade(int socket, const QString &interface)
{
    ethtool_drvinfo info{};
    info.cmd = ETHTOOL_GDRVINFO;
    ifreq request = requestFor(interface);
    request.ifr_data = reinterpret_cast<char *>(&info);
    if (::ioctl(socket, SIOCETHTOOL, &request) != 0)
        return false;
    const QLatin1StringView driver(info.driver);
    for (const auto made : {"bridge"_L1, "veth"_L1, "tun"_L1, "dummy"_L1, "macvlan"_L1}) {
        if (driver == made)
            return true;
    }
    return false;
}

} // namespace

LinkFacts readLink(const QString &interface)
{
    LinkFacts facts;
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return facts;
    ifreq request = requestFor(interface);
    if (::ioctl(socket, SIOCGIFFLAGS, &request) == 0) {
        facts.up = (request.ifr_flags & IFF_UP) != 0;
        facts.connected =
            facts.up && hasCarrier(socket, interface, (request.ifr_flags & IFF_RUNNING) != 0);
        facts.megabits = facts.connected ? speedOf(socket, interface) : 0;
        facts.made = isMade(socket, interface);
    }
    ::close(socket);
    return facts;
}

} // namespace netboot
