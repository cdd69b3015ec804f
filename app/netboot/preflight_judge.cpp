// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/bench_interfaces.h"
#include "netboot/boot_files.h"
#include "netboot/helper/firewall.h"
#include "netboot/preflight_grants.h"
#include "netboot/preflight_range.h"

#include <algorithm>
#include <array>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::FailureCode;

namespace
{

constexpr int slowLink = 1000; // megabits/s; a bench that writes images wants a gigabit

// Below the first nothing useful fits; below the second one or two images do. Bytes.
constexpr qint64 diskFull = qint64(1) << 30;
constexpr qint64 diskLow = qint64(10) << 30;

QString number(qint64 value)
{
    return QString::number(value);
}

// One walk through everything that was seen, in the order in which it is shown.
class Judgement
{
public:
    Judgement(const PreflightPlan &plan, const Observations &seen) : m_plan(plan), m_seen(seen) {}

    [[nodiscard]] QList<Finding> all()
    {
        judgeService();
        if (m_plan.netboots())
            judgeInterface();
        if (const auto finding = judgeListening(m_plan, m_seen.machine))
            m_findings.append(*finding); // that its port is free is no comfort then
        else if (m_plan.httpPort != 0)
            judgePort(Check::HttpPort, PortKind::Tcp, m_plan.httpPort);
        if (m_plan.netboots()) {
            judgePort(Check::DhcpPort, PortKind::Udp, dhcpPort);
            judgePort(Check::TftpPort, PortKind::Udp, tftpPort);
            judgeTftp();
        }
        judgeFirewall();
        if (m_plan.netboots() && !m_plan.uplink.isEmpty())
            judgeWayOut();
        judgeDisk(Check::DataDisk, m_plan.dataDir, m_seen.dataDisk);
        if (!m_plan.backupDir.isEmpty())
            judgeDisk(Check::BackupDisk, m_plan.backupDir, m_seen.backupDisk);
        return m_findings;
    }

private:
    void add(Check check, Level level, Reason reason, const QStringList &details = {},
             Mend mend = Mend::None, const QString &mendArgument = {})
    {
        m_findings.append({check, level, reason, details, mend, mendArgument});
    }

    void addCommand(Check check, Level level, Reason reason, const QStringList &details,
                    const QString &command)
    {
        add(check, level, reason, details, command.isEmpty() ? Mend::None : Mend::RunCommand,
            command);
    }

    [[nodiscard]] QStringList candidates() const
    {
        QStringList names =
            benchInterfaces(m_seen.machine, m_seen.links, m_plan.mode == Mode::Proxy);
        names.removeAll(m_plan.interface);
        return names;
    }

    // A command line's station is going to serve what it is asked about.
    void judgeService()
    {
        if (m_plan.serving)
            return add(Check::Netboot, Level::Ok, Reason::NetbootServes, {m_plan.interface});
        if (m_plan.netboots() && m_plan.ownProcess != 0)
            return add(Check::Netboot, Level::Warning, Reason::NetbootOff, {m_plan.interface});
        if (m_plan.netboots())
            return;
        const QString likely = candidates().value(0);
        add(Check::Netboot, Level::Warning, Reason::NetbootOff, {},
            likely.isEmpty() ? Mend::None : Mend::ChooseInterface, likely);
    }

    void judgeInterface()
    {
        const QString name = m_plan.interface;
        const InterfaceFacts *found = m_seen.machine.find(name);
        const bool useless = found && (!found->ethernet || found->loopback);
        if (!found || useless)
            return addOtherInterface(useless ? Reason::InterfaceUseless : Reason::InterfaceMissing);
        m_refusal = refusal(m_plan, m_seen.machine);
        if (isRefused(FailureCode::InterfaceIsUplink))
            addOtherInterface(Reason::InterfaceUplink);
        else if (isRefused(FailureCode::InterfaceUnusable))
            add(Check::Interface, Level::Error, Reason::HelperRefuses, {m_refusal->detail});
        else
            add(Check::Interface, Level::Ok, Reason::InterfaceThere, {name});
        const LinkFacts link = m_seen.links.value(name);
        judgeLink(link);
        judgeAddress(*found);
        if (const auto finding = judgeRange(m_plan, m_seen.leases))
            m_findings.append(*finding);
        judgeWire(link);
    }

    void addOtherInterface(Reason reason)
    {
        const QStringList others = candidates();
        add(Check::Interface, Level::Error, reason, QStringList(m_plan.interface) + others,
            others.isEmpty() ? Mend::None : Mend::ChooseInterface, others.value(0));
    }

    [[nodiscard]] bool isRefused(FailureCode code) const
    {
        return m_refusal && m_refusal->code == code;
    }

    void judgeLink(const LinkFacts &link)
    {
        const QString name = m_plan.interface;
        if (!link.up)
            addCommand(Check::Link, Level::Warning, Reason::LinkOff, {name},
                       u"sudo ip link set %1 up"_s.arg(name));
        else if (!link.connected)
            add(Check::Link, Level::Error, Reason::LinkDown, {name});
        else if (link.megabits > 0 && link.megabits < slowLink)
            add(Check::Link, Level::Warning, Reason::LinkSlow, {number(link.megabits)});
        else
            add(Check::Link, Level::Ok, Reason::LinkUp, {number(link.megabits)});
    }

    void judgeAddress(const InterfaceFacts &own)
    {
        const Subnet &wanted = m_plan.address;
        if (wanted.prefix == 0) {
            if (own.addresses.isEmpty())
                add(Check::Address, Level::Error, Reason::AddressNone, {own.name});
            else
                add(Check::Address, Level::Ok, Reason::AddressThere,
                    {own.addresses.first().toString()});
            return;
        }
        for (const InterfaceFacts &other : m_seen.machine.interfaces) {
            for (const Subnet &address : other.addresses) {
                if (other.name == own.name || !address.overlaps(wanted))
                    continue;
                add(Check::Address, Level::Error, Reason::AddressElsewhere,
                    {other.name, address.toString()});
                return;
            }
        }
        if (isRefused(FailureCode::AddressUnusable))
            return add(Check::Address, Level::Error, Reason::HelperRefuses, {m_refusal->detail});
        const bool there =
            std::any_of(own.addresses.begin(), own.addresses.end(),
                        [&wanted](const Subnet &each) { return each.address == wanted.address; });
        if (there)
            add(Check::Address, Level::Ok, Reason::AddressThere, {wanted.toString()});
        else
            add(Check::Address, Level::Ok, Reason::AddressMissing, {own.name, wanted.toString()});
    }

    void judgeWire(const LinkFacts &link)
    {
        if (!link.connected)
            return; // nothing can be heard, and that is said already
        if (!m_seen.probed.wire) {
            for (const Check check : {Check::OtherDhcp, Check::SpanningTree})
                addUnknown(check, m_seen.probed.wireFailure);
            return;
        }
        judgeServers(*m_seen.probed.wire);
        judgeBpdus(*m_seen.probed.wire);
    }

    void addUnknown(Check check, const protocol::Failure &failure)
    {
        if (!m_seen.asked)
            add(check, Level::Unknown, Reason::NeedsRights, {}, Mend::AskForRights);
        else
            add(check, Level::Unknown, Reason::CannotTell, {failure.detail});
    }

    [[nodiscard]] bool isOwnAddress(quint32 address) const
    {
        for (const InterfaceFacts &each : m_seen.machine.interfaces)
            for (const Subnet &own : each.addresses)
                if (own.address == address)
                    return true;
        return false;
    }

    void judgeServers(const WireFacts &wire)
    {
        QStringList dhcp;
        QStringList boot;
        for (const DhcpAnswer &answer : wire.dhcp)
            if (!isOwnAddress(answer.server))
                (answer.offered != 0 ? dhcp : boot) << ipv4Text(answer.server);
        const bool proxy = m_plan.mode == Mode::Proxy;
        if (proxy && dhcp.isEmpty())
            add(Check::OtherDhcp, Level::Error, Reason::DhcpServerMissing, {}, Mend::UseDhcp);
        else if (proxy)
            add(Check::OtherDhcp, Level::Ok, Reason::DhcpServerThere, dhcp);
        else if (!dhcp.isEmpty())
            add(Check::OtherDhcp, Level::Error, Reason::OtherDhcpServer, dhcp, Mend::UseProxy);
        else if (boot.isEmpty())
            add(Check::OtherDhcp, Level::Ok, Reason::AloneOnWire);
        if (!boot.isEmpty())
            add(Check::OtherDhcp, Level::Warning, Reason::OtherBootServer, boot);
    }

    void judgeBpdus(const WireFacts &wire)
    {
        const auto found = std::ranges::find_if(
            wire.bpdus, [](const Bpdu &each) { return each.kind != Bpdu::Kind::TopologyChange; });
        if (found == wire.bpdus.end()) {
            add(Check::SpanningTree, Level::Ok, Reason::NoSpanningTree);
            return;
        }
        constexpr std::array names{"STP"_L1, "RSTP"_L1, "MSTP"_L1};
        // Listening, then learning.
        add(Check::SpanningTree, Level::Warning, Reason::SpanningTree,
            {names[size_t(found->kind)], found->bridge.toString(),
             number(2 * found->forwardDelayMs / 1000)});
    }

    [[nodiscard]] bool isOwn(const PortUse &use) const
    {
        if (use.kind == PortKind::Udp)
            return m_plan.serving && (use.pid == 0 || use.program == "dnsmasq"_L1);
        return use.pid != 0 && use.pid == m_plan.ownProcess;
    }

    void judgePort(Check check, PortKind kind, quint16 port)
    {
        const auto found = std::ranges::find_if(m_seen.probed.ports, [=](const PortUse &use) {
            return use.kind == kind && use.port == port;
        });
        if (found == m_seen.probed.ports.end()) {
            add(check, Level::Ok, Reason::PortFree, {number(port)});
            return;
        }
        if (isOwn(*found)) {
            add(check, Level::Ok, Reason::PortOwn, {number(port)});
            return;
        }
        const QStringList details{number(port), found->program,
                                  found->pid == 0 ? QString() : number(found->pid)};
        const QString command =
            found->unit.isEmpty() ? QString() : u"sudo systemctl stop %1"_s.arg(found->unit);
        // Of a virtual machine's network, say: several can serve DHCP, each on its own interface.
        if (check == Check::DhcpPort && found->program == "dnsmasq"_L1)
            addCommand(check, Level::Warning, Reason::PortShared, details, command);
        else if (found->pid == 0 && !m_seen.asked)
            add(check, Level::Error, Reason::PortTaken, details, Mend::AskForRights);
        else
            addCommand(check, Level::Error, Reason::PortTaken, details, command);
    }

    void judgeTftp()
    {
        for (const TftpProblem &problem : m_seen.tftp)
            judgeTftpProblem(problem);
        if (m_seen.tftp.isEmpty())
            add(Check::TftpRoot, Level::Ok, Reason::TftpComplete, {m_plan.tftpRoot});
    }

    void judgeTftpProblem(const TftpProblem &problem)
    {
        using Kind = TftpProblem::Kind;
        const auto error = [&](Reason reason, Mend mend) {
            add(Check::TftpRoot, Level::Error, reason, {problem.file}, mend);
        };
        switch (problem.kind) {
        case Kind::NoFolder:
            return error(Reason::TftpNoFolder, Mend::ChooseTftpRoot);
        case Kind::Refused:
            return error(Reason::TftpRefused, Mend::ChooseTftpRoot);
        case Kind::Missing:
            return error(Reason::TftpMissing, Mend::ChooseTftpRoot);
        case Kind::Empty:
            return error(Reason::TftpEmpty, Mend::ChooseTftpRoot);
        case Kind::NoInitramfs:
            return error(Reason::TftpNoInitramfs, Mend::ChooseTftpRoot);
        case Kind::Unreadable:
            return addCommand(Check::TftpRoot, Level::Error, Reason::TftpUnreadable, {problem.file},
                              u"chmod o+r '%1/%2'"_s.arg(m_plan.tftpRoot, problem.file));
        case Kind::TooLarge:
            return add(Check::TftpRoot, Level::Error, Reason::TftpTooLarge,
                       {problem.file, number(problem.size), number(tftpFileLimit)});
        case Kind::NoFirmware:
            return error(Reason::FirmwareInvalid, Mend::ChooseTftpRoot);
        case Kind::NoKernel:
            return error(Reason::KernelInvalid, Mend::ChooseTftpRoot);
        case Kind::NoDeviceTree:
            return error(Reason::DeviceTreeInvalid, Mend::ChooseTftpRoot);
        case Kind::NoArchive:
            return error(Reason::InitramfsInvalid, Mend::ChooseTftpRoot);
        case Kind::FirmwareOld:
        case Kind::FirmwareDoubtful:
            return judgeFirmwareDate(problem);
        case Kind::Slow:
            return add(Check::TftpRoot, Level::Warning, Reason::TftpSlow,
                       {number(problem.size), number(bootSizeGoal)});
        }
    }

    void judgeFirmwareDate(const TftpProblem &problem)
    {
        const bool old = problem.kind == TftpProblem::Kind::FirmwareOld;
        add(Check::TftpRoot, old ? Level::Error : Level::Warning,
            old ? Reason::FirmwareOld : Reason::FirmwareDoubtful,
            {problem.file, problem.date, oldestStartingFirmware().toString(Qt::ISODate)},
            Mend::ChooseTftpRoot);
    }

    void judgeFirewall()
    {
        QList<ImaginedPacket> packets;
        if (m_plan.httpPort != 0)
            packets.append({PortKind::Tcp, m_plan.httpPort, m_plan.interface});
        for (const quint16 port : {dhcpPort, tftpPort})
            if (m_plan.netboots())
                packets.append({PortKind::Udp, port, m_plan.interface});
        QStringList blocked;
        QStringList uncertain;
        for (const ImaginedPacket &packet : packets) {
            const auto passage = judgeRuleset(m_seen.probed.ruleset, packet);
            if (!passage)
                return addUnknown(Check::Firewall, m_seen.probed.rulesetFailure);
            if (*passage == Passage::Blocked)
                blocked << number(packet.port);
            else if (*passage == Passage::Uncertain)
                uncertain << number(packet.port);
        }
        if (!blocked.isEmpty())
            addCommand(Check::Firewall, Level::Error, Reason::FirewallBlocks, blocked,
                       openingCommand());
        else if (!uncertain.isEmpty())
            addCommand(Check::Firewall, Level::Warning, Reason::FirewallUncertain, uncertain,
                       openingCommand());
        else
            add(Check::Firewall, Level::Ok, Reason::FirewallOpen);
    }

    void judgeWayOut()
    {
        if (const auto finding = judgeUplink(m_plan, m_seen))
            m_findings.append(*finding);
        else
            addUnknown(Check::Uplink, m_seen.probed.rulesetFailure);
    }

    // Whoever manages the rules should be told, or the next reload forgets it.
    [[nodiscard]] QString openingCommand() const
    {
        if (!m_plan.netboots())
            return {};
        if (m_seen.probed.ruleset.contains("\"firewalld\""))
            return u"sudo firewall-cmd --zone=trusted --change-interface=%1"_s.arg(
                m_plan.interface);
        if (m_seen.probed.ruleset.contains("\"ufw-"))
            return u"sudo ufw allow in on %1"_s.arg(m_plan.interface);
        return {};
    }

    void judgeDisk(Check check, const QString &folder, const DiskFacts &disk)
    {
        const QStringList details{folder, number(disk.available)};
        if (!disk.known)
            add(check, Level::Unknown, Reason::DiskUnknown, details);
        else if (disk.readOnly)
            add(check, Level::Error, Reason::DiskReadOnly, details);
        else if (disk.available < diskFull)
            add(check, Level::Error, Reason::DiskFull, details, Mend::OpenFolder, folder);
        else if (disk.available < diskLow)
            add(check, Level::Warning, Reason::DiskLow, details, Mend::OpenFolder, folder);
        else
            add(check, Level::Ok, Reason::DiskEnough, details);
    }

    const PreflightPlan &m_plan;
    const Observations &m_seen;
    QList<Finding> m_findings;
    std::optional<protocol::Failure> m_refusal; // by the helper, when it is asked
};

} // namespace

QList<Finding> judge(const PreflightPlan &plan, const Observations &seen)
{
    return Judgement(plan, seen).all();
}

} // namespace netboot
