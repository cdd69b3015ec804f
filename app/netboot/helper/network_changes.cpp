// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/network_changes.h"

#include "netboot/helper/firewall.h"
#include "netboot/helper/programs.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QThread>

#include <csignal>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr int patienceMs = 3'000;

// Of this interface alone: switching ip_forward on would make the machine a router between all its
// networks. A packet is forwarded when the interface that it came in by allows it. The name `all`
// is the switch for all of them: whoever sets it means every interface, these two as well.
constexpr auto allInterfaces = "all"_L1;

QString forwardingFile(const QString &interface)
{
    return u"/proc/sys/net/ipv4/conf/%1/forwarding"_s.arg(interface);
}

bool isForwarding(const QString &interface)
{
    QFile file(forwardingFile(interface));
    return file.open(QIODevice::ReadOnly) && file.readAll().trimmed() == "1";
}

Result<void> setForwarding(const QString &interface, bool on)
{
    QFile file(forwardingFile(interface));
    if (!file.open(QIODevice::WriteOnly) || file.write(on ? "1\n" : "0\n") < 0 || !file.flush())
        return Failure{FailureCode::NetbootFailed, Stage::None,
                       u"%1: %2"_s.arg(file.fileName(), file.errorString())};
    return {};
}

QByteArray emptyTable()
{
    // Adding first makes the deletion succeed whether the table is there or not.
    return u"add table ip %1\ndelete table ip %1\n"_s.arg(ownTableName).toLatin1();
}

// Without nftables in the kernel, or without its program, which alone makes it, there is no table.
Result<void> removePacketFilter()
{
    const QString nft = u"nft"_s;
    const auto removed = runProgram(nft, {u"-f"_s, u"-"_s}, emptyTable());
    if (removed || removed.failure().code == FailureCode::ProgramMissing)
        return {};
    const bool there =
        runProgram(nft, {u"list"_s, u"table"_s, u"ip"_s, QString(ownTableName)}).ok();
    return there ? removed : Result<void>();
}

Result<void> raiseLink(const ServiceWish &wish, const MachineFacts &facts, Journal &journal,
                       const SaveJournal &save)
{
    if (facts.find(wish.interface)->up)
        return {};
    journal.linkRaised = true;
    if (const auto saved = save(journal); !saved)
        return saved;
    return runProgram(u"ip"_s, {u"link"_s, u"set"_s, u"dev"_s, wish.interface, u"up"_s});
}

Result<void> addAddress(const ServiceWish &wish, const MachineFacts &facts, Journal &journal,
                        const SaveJournal &save)
{
    if (facts.find(wish.interface)->addresses.contains(wish.address))
        return {};
    journal.address = wish.address;
    if (const auto saved = save(journal); !saved)
        return saved;
    return runProgram(u"ip"_s, {u"-4"_s, u"address"_s, u"add"_s, wish.address.toString(), u"brd"_s,
                                u"+"_s, u"dev"_s, wish.interface});
}

Result<void> openWayOut(const ServiceWish &wish, Journal &journal, const SaveJournal &save)
{
    for (const QString &interface : {wish.interface, wish.uplink}) {
        if (!isForwarding(interface) && !journal.forwarding.contains(interface))
            journal.forwarding.append(interface);
    }
    journal.packetFilter = true;
    if (const auto saved = save(journal); !saved)
        return saved;
    const QByteArray rules = emptyTable() + packetFilterRules(wish, journal.forwarding);
    if (const auto done = runProgram(u"nft"_s, {u"-f"_s, u"-"_s}, rules); !done)
        return done;
    for (const QString &interface : std::as_const(journal.forwarding)) {
        if (const auto done = setForwarding(interface, true); !done)
            return done;
    }
    return {};
}

void note(const Result<void> &result, const QString &what, QStringList &done, QStringList *left)
{
    if (result)
        done.append(what);
    else
        left->append(u"%1: %2"_s.arg(what, result.failure().detail));
}

Result<void> endProcess(const ProcessMark &process)
{
    for (const int signal : {SIGTERM, SIGKILL}) {
        ::kill(pid_t(process.pid), signal);
        const QDeadlineTimer deadline(patienceMs);
        while (isAlive(process) && !deadline.hasExpired())
            QThread::msleep(20);
        if (!isAlive(process))
            return {};
    }
    return Failure{FailureCode::NetbootFailed, Stage::None,
                   u"process %1 does not end"_s.arg(process.pid)};
}

// Unless the sysctl promote_secondaries is on, the kernel takes the interface's other addresses in
// the same network off along with the first. They are somebody's and come back.
Result<void> removeAddress(const Journal &journal, const InterfaceFacts &before)
{
    const auto ip = [&journal](const QString &verb, const Subnet &address) {
        return runProgram(u"ip"_s, {u"-4"_s, u"address"_s, verb, address.toString(), u"dev"_s,
                                    journal.interface});
    };
    if (const auto removed = ip(u"del"_s, journal.address); !removed)
        return removed;
    const MachineFacts after = readMachineFacts();
    const InterfaceFacts *interface = after.find(journal.interface);
    for (const Subnet &other : before.addresses) {
        if (other == journal.address || !interface || interface->addresses.contains(other))
            continue;
        if (const auto added = ip(u"add"_s, other); !added)
            return added;
    }
    return {};
}

void closeWayOut(const Journal &journal, QStringList &done, QStringList *left)
{
    // Somebody else made the whole machine a router meanwhile: Docker, libvirt, the administrator.
    const bool othersForward = isForwarding(allInterfaces);
    for (const QString &interface : journal.forwarding) {
        if (!othersForward && isForwarding(interface))
            note(setForwarding(interface, false), u"forwarding off on %1"_s.arg(interface), done,
                 left);
    }
    if (journal.packetFilter)
        note(removePacketFilter(), u"packet filter removed"_s, done, left);
}

} // namespace

QByteArray packetFilterRules(const ServiceWish &wish, const QStringList &closed)
{
    const Subnet devices{wish.address.network(), wish.address.prefix};
    QString forward;
    forward += u"iifname \"%1\" oifname \"%2\" ip saddr %3 accept\n"_s.arg(
        wish.interface, wish.uplink, devices.toString());
    forward += u"iifname \"%2\" oifname \"%1\" ct state established,related accept\n"_s.arg(
        wish.interface, wish.uplink);
    forward += u"iifname \"%2\" oifname \"%1\" drop\n"_s.arg(wish.interface, wish.uplink);
    for (const QString &interface : closed)
        forward += u"iifname \"%1\" drop\n"_s.arg(interface);
    return u"table ip %1 {\n"
           "chain forward {\ntype filter hook forward priority 0; policy accept;\n%2}\n"
           "chain postrouting {\ntype nat hook postrouting priority 100; policy accept;\n"
           "ip saddr %3 oifname \"%4\" masquerade\n}\n}\n"_s
               .arg(ownTableName, forward, devices.toString(), wish.uplink)
               .toLatin1();
}

Result<void> changeNetwork(const ServiceWish &wish, const MachineFacts &facts, Journal &journal,
                           const SaveJournal &save)
{
    // Nothing is changed, nor written down as changed, when the rest cannot be done.
    if (const auto nft = findProgram(u"nft"_s); !wish.uplink.isEmpty() && !nft)
        return nft.failure();
    journal.interface = wish.interface;
    if (const auto done = raiseLink(wish, facts, journal, save); !done)
        return done;
    if (wish.mode == Mode::Dhcp) {
        if (const auto done = addAddress(wish, facts, journal, save); !done)
            return done;
    }
    return wish.uplink.isEmpty() ? Result<void>() : openWayOut(wish, journal, save);
}

QStringList putBack(const Journal &journal, QStringList *left)
{
    QStringList done;
    if (isAlive(journal.dnsmasq))
        note(endProcess(journal.dnsmasq), u"dnsmasq ended"_s, done, left);
    closeWayOut(journal, done, left);
    const MachineFacts facts = readMachineFacts();
    const InterfaceFacts *interface = facts.find(journal.interface);
    if (interface && journal.address.prefix > 0 && interface->addresses.contains(journal.address))
        note(removeAddress(journal, *interface),
             u"%1 taken off %2"_s.arg(journal.address.toString(), journal.interface), done, left);
    if (interface && journal.linkRaised && interface->up)
        note(runProgram(u"ip"_s, {u"link"_s, u"set"_s, u"dev"_s, journal.interface, u"down"_s}),
             u"%1 switched off"_s.arg(journal.interface), done, left);
    return done;
}

} // namespace netboot
