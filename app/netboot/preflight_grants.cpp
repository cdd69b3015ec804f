// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/preflight_grants.h"

#include "netboot/helper/firewall.h"
#include "netboot/helper/wish_check.h"
#include "netboot/service.h"

#include <algorithm>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;

namespace
{

ServiceWish wishOf(const PreflightPlan &plan)
{
    ServiceWish wish;
    wish.interface = plan.interface;
    wish.mode = plan.mode;
    wish.address = plan.address;
    wish.firstLease = plan.firstLease;
    wish.lastLease = plan.lastLease;
    if (wish.firstLease == 0)
        fillRange(wish);
    return wish;
}

// Where devices look for the station: the addresses that they can be told.
QList<quint32> benchAddresses(const PreflightPlan &plan, const MachineFacts &machine)
{
    QList<quint32> addresses;
    if (plan.address.prefix > 0)
        return {plan.address.address};
    if (const InterfaceFacts *bench = machine.find(plan.interface)) {
        for (const Subnet &each : bench->addresses)
            addresses.append(each.address);
    }
    return addresses;
}

// Of a packet filter: Docker keeps a chain for others' rules, ufw has a command.
QString forwardingCommand(const PreflightPlan &plan, const QByteArray &ruleset)
{
    if (ruleset.contains("\"DOCKER-USER\""))
        return u"sudo iptables -I DOCKER-USER -i %1 -o %2 -j ACCEPT; "
               "sudo iptables -I DOCKER-USER -i %2 -o %1 -m conntrack "
               "--ctstate ESTABLISHED,RELATED -j ACCEPT"_s.arg(plan.interface, plan.uplink);
    if (ruleset.contains("\"ufw-"))
        return u"sudo ufw route allow in on %1 out on %2"_s.arg(plan.interface, plan.uplink);
    return {};
}

} // namespace

std::optional<Failure> refusal(const PreflightPlan &plan, const MachineFacts &machine)
{
    const auto checked = checkNetwork(wishOf(plan), machine);
    if (checked)
        return std::nullopt;
    const bool anyAddress = plan.mode == Mode::Dhcp && plan.address.prefix == 0;
    if (anyAddress && checked.failure().code == FailureCode::AddressUnusable)
        return std::nullopt;
    return checked.failure();
}

std::optional<Finding> judgeListening(const PreflightPlan &plan, const MachineFacts &machine)
{
    const QHostAddress &listen = plan.listen;
    if (listen == QHostAddress(QHostAddress::AnyIPv4) || listen == QHostAddress(QHostAddress::Any))
        return std::nullopt;
    if (listen.isLoopback())
        return Finding{Check::HttpPort,
                       Level::Error,
                       Reason::ListensHereOnly,
                       {QString::number(plan.httpPort)},
                       Mend::None,
                       {}};
    if (!plan.netboots())
        return std::nullopt;
    QStringList wanted;
    for (const quint32 each : benchAddresses(plan, machine)) {
        if (listen == QHostAddress(each))
            return std::nullopt;
        wanted.append(ipv4Text(each));
    }
    if (wanted.isEmpty())
        return std::nullopt; // that it has no address is said already
    return Finding{Check::HttpPort,
                   Level::Error,
                   Reason::ListensElsewhere,
                   {listen.toString(), wanted.join(u", "_s), QString::number(plan.httpPort)},
                   Mend::None,
                   {}};
}

std::optional<Finding> judgeUplink(const PreflightPlan &plan, const Observations &seen)
{
    ServiceWish wish = wishOf(plan);
    wish.uplink = plan.uplink;
    const auto checked = checkNetwork(wish, seen.machine);
    if (!checked && checked.failure().code == FailureCode::UplinkUnusable)
        return Finding{Check::Uplink,
                       Level::Error,
                       Reason::HelperRefuses,
                       {checked.failure().detail},
                       Mend::None,
                       {}};
    const auto passage = judgeWayOut(seen.probed.ruleset, plan.interface, plan.uplink);
    if (!passage)
        return std::nullopt;
    const QStringList both{plan.interface, plan.uplink};
    if (*passage == Passage::Open)
        return Finding{Check::Uplink, Level::Ok, Reason::UplinkOpen, both, Mend::None, {}};
    const QString command = forwardingCommand(plan, seen.probed.ruleset);
    return Finding{Check::Uplink,
                   Level::Warning,
                   *passage == Passage::Blocked ? Reason::ForwardBlocked : Reason::ForwardUncertain,
                   both,
                   command.isEmpty() ? Mend::None : Mend::RunCommand,
                   command};
}

} // namespace netboot
