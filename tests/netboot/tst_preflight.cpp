// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from what was found out: one small change of a machine on which everything is right,
// and the findings that it makes.
#include "netboot/preflight.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <functional>
#include <iterator>

using namespace Qt::StringLiterals;
using namespace netboot;

namespace
{

constexpr qint64 gib = qint64(1) << 30;

InterfaceFacts interface(const QString &name, const QStringList &addresses)
{
    InterfaceFacts facts;
    facts.name = name;
    facts.up = true;
    facts.ethernet = true;
    for (const QString &each : addresses)
        facts.addresses << *Subnet::parse(each);
    return facts;
}

PreflightPlan benchPlan()
{
    PreflightPlan plan;
    plan.httpPort = 5000;
    plan.dataDir = u"/data"_s;
    plan.backupDir = u"/backups"_s;
    plan.interface = u"eth1"_s;
    plan.address = *Subnet::parse(u"10.20.50.1/24");
    plan.tftpRoot = u"/kit"_s;
    plan.ownProcess = 42;
    return plan;
}

Observations goodMachine()
{
    Observations seen;
    seen.machine.interfaces = {interface(u"eth0"_s, {u"192.168.1.5/24"_s}),
                               interface(u"eth1"_s, {u"10.20.50.1/24"_s})};
    seen.links = {{u"eth0"_s, {true, true, 1000}}, {u"eth1"_s, {true, true, 1000}}};
    seen.asked = true;
    seen.probed.wire = WireFacts();
    seen.probed.ruleset = R"({"nftables":[]})";
    seen.dataDisk = seen.backupDisk = {true, false, 100 * gib};
    return seen;
}

Bpdu hello()
{
    Bpdu bpdu;
    bpdu.kind = Bpdu::Kind::Rstp;
    bpdu.bridge = *protocol::MacAddress::parse(u"00:1c:0e:87:78:00");
    bpdu.forwardDelayMs = 15000;
    return bpdu;
}

QList<Finding> of(Check check, const QList<Finding> &all)
{
    QList<Finding> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found),
                 [check](const Finding &each) { return each.check == check; });
    return found;
}

using Change = std::function<void(PreflightPlan &, Observations &)>;

PortUse taken(PortKind kind, quint16 port, qint64 pid, const QString &program,
              const QString &unit = {})
{
    return {kind, port, u"0.0.0.0"_s, 0, pid, program, unit};
}

} // namespace

Q_DECLARE_METATYPE(Change)
Q_DECLARE_METATYPE(netboot::Finding)

class TestPreflight : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingIsRight()
    {
        const auto findings = judge(benchPlan(), goodMachine());
        QList<Check> checks;
        for (const Finding &each : findings) {
            QCOMPARE(each.level, Level::Ok);
            QCOMPARE(each.mend, Mend::None);
            checks << each.check;
        }
        QCOMPARE(checks.size(), 12);
        QVERIFY(std::is_sorted(checks.begin(), checks.end()));
        QVERIFY(!hasError(findings));
    }

    void withoutNetbootOnlyTheStationIsJudged()
    {
        PreflightPlan plan = benchPlan();
        plan.interface.clear();
        plan.backupDir.clear();
        QList<Check> checks;
        for (const Finding &each : judge(plan, goodMachine()))
            checks << each.check;
        QCOMPARE(checks, (QList{Check::HttpPort, Check::Firewall, Check::DataDisk}));
        QCOMPARE(plan.ports(), QList<quint16>{5000});
    }

    void anyFreePortNeedsNoCheck()
    {
        PreflightPlan plan = benchPlan();
        plan.httpPort = 0;
        QVERIFY(of(Check::HttpPort, judge(plan, goodMachine())).isEmpty());
    }

    void oneThingIsWrong_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<Finding>("finding");
        interfaceRows();
        addressRows();
        wireRows();
        portRows();
        tftpRows();
        firewallRows();
        diskRows();
    }

    void oneThingIsWrong()
    {
        QFETCH(Change, change);
        QFETCH(Finding, finding);
        PreflightPlan plan = benchPlan();
        Observations seen = goodMachine();
        change(plan, seen);
        const auto all = judge(plan, seen);
        const auto found = of(finding.check, all);
        QCOMPARE(found.size(), 1);
        QCOMPARE(found[0].level, finding.level);
        QCOMPARE(found[0].reason, finding.reason);
        QCOMPARE(found[0].details, finding.details);
        QCOMPARE(found[0].mend, finding.mend);
        QCOMPARE(found[0].mendArgument, finding.mendArgument);
        QCOMPARE(hasError(all), finding.level == Level::Error);
    }

    void withoutAnInterfaceNothingOfItIsJudged()
    {
        PreflightPlan plan = benchPlan();
        plan.interface = u"eth7"_s;
        const auto all = judge(plan, goodMachine());
        for (const Check check :
             {Check::Link, Check::Address, Check::OtherDhcp, Check::SpanningTree})
            QVERIFY(of(check, all).isEmpty());
    }

    void silenceWithoutACableProvesNothing()
    {
        Observations seen = goodMachine();
        seen.links[u"eth1"_s].connected = false;
        const auto all = judge(benchPlan(), seen);
        QVERIFY(of(Check::OtherDhcp, all).isEmpty() && of(Check::SpanningTree, all).isEmpty());
    }

    void bothKindsOfServersAreTold()
    {
        Observations seen = goodMachine();
        seen.probed.wire->dhcp = {{0x0a323202, 0x0a323264}, {0x0a323203, 0}};
        const auto found = of(Check::OtherDhcp, judge(benchPlan(), seen));
        QCOMPARE(found.size(), 2);
        QCOMPARE(found[0].reason, Reason::OtherDhcpServer);
        QCOMPARE(found[1].reason, Reason::OtherBootServer);
        QCOMPARE(found[1].details, QStringList{u"10.50.50.3"_s});
    }

    void namesAreStable()
    {
        QCOMPARE(nameOf(Check::OtherDhcp), "other-dhcp"_L1);
        QCOMPARE(nameOf(Check::BackupDisk), "backup-disk"_L1);
        QCOMPARE(nameOf(Level::Warning), "warning"_L1);
    }

    void thisMachineCanBeObserved()
    {
        const QTemporaryDir folder;
        PreflightPlan plan = benchPlan();
        plan.interface = u"lo"_s;
        plan.tftpRoot = folder.path();
        plan.dataDir = folder.filePath(u"not/there/yet"_s);
        plan.backupDir = u"/proc"_s;
        const Observations seen = observe(plan);
        QVERIFY(seen.machine.find(u"lo"_s));
        QVERIFY(seen.dataDisk.known && !seen.dataDisk.readOnly && seen.dataDisk.available > 0);
        QVERIFY(!seen.tftp.isEmpty());
        QVERIFY(!seen.asked && !seen.probed.wire);
        const auto all = judge(plan, seen);
        QCOMPARE(of(Check::Interface, all)[0].reason, Reason::InterfaceUseless);
    }

private:
    static void row(const char *name, const Change &change, const Finding &finding)
    {
        QTest::addRow("%s", name) << change << finding;
    }

    static void interfaceRows()
    {
        row("no such interface", [](auto &plan, auto &) { plan.interface = u"eth7"_s; },
            {Check::Interface,
             Level::Error,
             Reason::InterfaceMissing,
             {u"eth7"_s, u"eth0"_s, u"eth1"_s},
             Mend::ChooseInterface,
             u"eth0"_s});
        row("the one with a cable is meant",
            [](auto &plan, auto &seen) {
                plan.interface = u"eth7"_s;
                seen.links[u"eth0"_s].connected = false;
            },
            {Check::Interface,
             Level::Error,
             Reason::InterfaceMissing,
             {u"eth7"_s, u"eth1"_s, u"eth0"_s},
             Mend::ChooseInterface,
             u"eth1"_s});
        row("no Ethernet", [](auto &, auto &seen) { seen.machine.interfaces[1].ethernet = false; },
            {Check::Interface,
             Level::Error,
             Reason::InterfaceUseless,
             {u"eth1"_s, u"eth0"_s},
             Mend::ChooseInterface,
             u"eth0"_s});
        row("switched off", [](auto &, auto &seen) { seen.links[u"eth1"_s] = {}; },
            {Check::Link,
             Level::Warning,
             Reason::LinkOff,
             {u"eth1"_s},
             Mend::RunCommand,
             u"sudo ip link set eth1 up"_s});
        row("no cable",
            [](auto &, auto &seen) {
                seen.links[u"eth1"_s] = {true, false, 0};
            },
            {Check::Link, Level::Error, Reason::LinkDown, {u"eth1"_s}, Mend::None, {}});
        row("a slow link", [](auto &, auto &seen) { seen.links[u"eth1"_s].megabits = 100; },
            {Check::Link, Level::Warning, Reason::LinkSlow, {u"100"_s}, Mend::None, {}});
    }

    static void addressRows()
    {
        row("no address yet", [](auto &, auto &seen) { seen.machine.interfaces[1].addresses = {}; },
            {Check::Address,
             Level::Warning,
             Reason::AddressMissing,
             {u"eth1"_s, u"10.20.50.1/24"_s},
             Mend::RunCommand,
             u"sudo ip address add 10.20.50.1/24 dev eth1"_s});
        row("another interface is in that network",
            [](auto &, auto &seen) {
                seen.machine.interfaces[0].addresses = {*Subnet::parse(u"10.20.0.7/16")};
            },
            {Check::Address,
             Level::Error,
             Reason::AddressElsewhere,
             {u"eth0"_s, u"10.20.0.7/16"_s},
             Mend::None,
             {}});
        row("any address would do, none is there",
            [](auto &plan, auto &seen) {
                plan.address = {};
                seen.machine.interfaces[1].addresses = {};
            },
            {Check::Address, Level::Error, Reason::AddressNone, {u"eth1"_s}, Mend::None, {}});
        row("any address will do", [](auto &plan, auto &) { plan.address = {}; },
            {Check::Address,
             Level::Ok,
             Reason::AddressThere,
             {u"10.20.50.1/24"_s},
             Mend::None,
             {}});
    }

    static void wireRows()
    {
        row("another DHCP server",
            [](auto &, auto &seen) {
                seen.probed.wire->dhcp = {{0x0a323202, 0x0a323264}};
            },
            {Check::OtherDhcp,
             Level::Error,
             Reason::OtherDhcpServer,
             {u"10.50.50.2"_s},
             Mend::UseProxy,
             {}});
        row("this station's own",
            [](auto &, auto &seen) {
                seen.probed.wire->dhcp = {{0x0a143201, 0x0a143264}};
            },
            {Check::OtherDhcp, Level::Ok, Reason::AloneOnWire, {}, Mend::None, {}});
        row("another boot server",
            [](auto &, auto &seen) {
                seen.probed.wire->dhcp = {{0x0a323203, 0}};
            },
            {Check::OtherDhcp,
             Level::Warning,
             Reason::OtherBootServer,
             {u"10.50.50.3"_s},
             Mend::None,
             {}});
        row("a proxy finds its server",
            [](auto &plan, auto &seen) {
                plan.mode = Mode::Proxy;
                seen.probed.wire->dhcp = {{0x0a323202, 0x0a323264}};
            },
            {Check::OtherDhcp,
             Level::Ok,
             Reason::DhcpServerThere,
             {u"10.50.50.2"_s},
             Mend::None,
             {}});
        row("a proxy alone", [](auto &plan, auto &) { plan.mode = Mode::Proxy; },
            {Check::OtherDhcp, Level::Error, Reason::DhcpServerMissing, {}, Mend::UseDhcp, {}});
        row("spanning tree", [](auto &, auto &seen) { seen.probed.wire->bpdus = {hello()}; },
            {Check::SpanningTree,
             Level::Warning,
             Reason::SpanningTree,
             {u"RSTP"_s, u"00:1c:0e:87:78:00"_s, u"30"_s},
             Mend::None,
             {}});
        row("no rights",
            [](auto &, auto &seen) {
                seen.probed.wire.reset();
                seen.asked = false;
            },
            {Check::SpanningTree, Level::Unknown, Reason::NeedsRights, {}, Mend::AskForRights, {}});
        row("rights, and yet nothing",
            [](auto &, auto &seen) {
                seen.probed.wire.reset();
                seen.probed.wireFailure.detail = u"odd"_s;
            },
            {Check::OtherDhcp, Level::Unknown, Reason::CannotTell, {u"odd"_s}, Mend::None, {}});
    }

    static void portRows()
    {
        row("port 69 taken by a service",
            [](auto &, auto &seen) {
                seen.probed.ports = {
                    taken(PortKind::Udp, 69, 812, u"in.tftpd"_s, u"tftpd-hpa.service"_s)};
            },
            {Check::TftpPort,
             Level::Error,
             Reason::PortTaken,
             {u"69"_s, u"in.tftpd"_s, u"812"_s},
             Mend::RunCommand,
             u"sudo systemctl stop tftpd-hpa.service"_s});
        row("port 5000 taken by a program",
            [](auto &, auto &seen) {
                seen.probed.ports = {taken(PortKind::Tcp, 5000, 99, u"python3"_s)};
            },
            {Check::HttpPort,
             Level::Error,
             Reason::PortTaken,
             {u"5000"_s, u"python3"_s, u"99"_s},
             Mend::None,
             {}});
        row("taken by whom, only root knows",
            [](auto &, auto &seen) {
                seen.asked = false;
                seen.probed.ports = {taken(PortKind::Udp, 67, 0, {})};
            },
            {Check::DhcpPort,
             Level::Error,
             Reason::PortTaken,
             {u"67"_s, {}, {}},
             Mend::AskForRights,
             {}});
        row("another dnsmasq",
            [](auto &, auto &seen) {
                seen.probed.ports = {taken(PortKind::Udp, 67, 700, u"dnsmasq"_s)};
            },
            {Check::DhcpPort,
             Level::Warning,
             Reason::PortShared,
             {u"67"_s, u"dnsmasq"_s, u"700"_s},
             Mend::None,
             {}});
        row("this station",
            [](auto &, auto &seen) {
                seen.probed.ports = {taken(PortKind::Tcp, 5000, 42, u"provisioning-st"_s)};
            },
            {Check::HttpPort, Level::Ok, Reason::PortOwn, {u"5000"_s}, Mend::None, {}});
        row("this station's own DHCP service",
            [](auto &plan, auto &seen) {
                plan.serving = true;
                seen.probed.ports = {taken(PortKind::Udp, 67, 700, u"dnsmasq"_s)};
            },
            {Check::DhcpPort, Level::Ok, Reason::PortOwn, {u"67"_s}, Mend::None, {}});
        row("somebody else's TFTP while this station serves",
            [](auto &plan, auto &seen) {
                plan.serving = true;
                seen.probed.ports = {taken(PortKind::Udp, 69, 99, u"in.tftpd"_s)};
            },
            {Check::TftpPort,
             Level::Error,
             Reason::PortTaken,
             {u"69"_s, u"in.tftpd"_s, u"99"_s},
             Mend::None,
             {}});
        row("the same number of the other kind",
            [](auto &, auto &seen) {
                seen.probed.ports = {taken(PortKind::Udp, 5000, 99, u"x"_s)};
            },
            {Check::HttpPort, Level::Ok, Reason::PortFree, {u"5000"_s}, Mend::None, {}});
    }

    static void tftpRows()
    {
        using Kind = TftpProblem::Kind;
        row("file missing",
            [](auto &, auto &seen) {
                seen.tftp = {{Kind::Missing, u"a"_s, 0}};
            },
            {Check::TftpRoot,
             Level::Error,
             Reason::TftpMissing,
             {u"a"_s},
             Mend::ChooseTftpRoot,
             {}});
        row("file too large",
            [](auto &, auto &seen) {
                seen.tftp = {{Kind::TooLarge, u"a"_s, 70'000'000}};
            },
            {Check::TftpRoot,
             Level::Error,
             Reason::TftpTooLarge,
             {u"a"_s, u"70000000"_s, u"67107840"_s},
             Mend::None,
             {}});
        row("file unreadable",
            [](auto &, auto &seen) {
                seen.tftp = {{Kind::Unreadable, u"a"_s, 0}};
            },
            {Check::TftpRoot,
             Level::Error,
             Reason::TftpUnreadable,
             {u"a"_s},
             Mend::RunCommand,
             u"chmod o+r '/kit/a'"_s});
        row("slow",
            [](auto &, auto &seen) {
                seen.tftp = {{Kind::Slow, {}, 20'000'000}};
            },
            {Check::TftpRoot,
             Level::Warning,
             Reason::TftpSlow,
             {u"20000000"_s, u"15000000"_s},
             Mend::None,
             {}});
        row("no folder",
            [](auto &, auto &seen) {
                seen.tftp = {{Kind::NoFolder, {}, 0}};
            },
            {Check::TftpRoot,
             Level::Error,
             Reason::TftpNoFolder,
             {QString()},
             Mend::ChooseTftpRoot,
             {}});
    }

    static QByteArray closedRuleset(const char *table)
    {
        return QByteArray(R"({"nftables":[{"chain":{"family":"inet","table":"@T","name":"input",)"
                          R"("hook":"input","policy":"drop"}}]})")
            .replace("@T", table);
    }

    static void firewallRows()
    {
        row("blocked", [](auto &, auto &seen) { seen.probed.ruleset = closedRuleset("filter"); },
            {Check::Firewall,
             Level::Error,
             Reason::FirewallBlocks,
             {u"5000"_s, u"67"_s, u"69"_s},
             Mend::None,
             {}});
        row("blocked by firewalld",
            [](auto &, auto &seen) { seen.probed.ruleset = closedRuleset("firewalld"); },
            {Check::Firewall,
             Level::Error,
             Reason::FirewallBlocks,
             {u"5000"_s, u"67"_s, u"69"_s},
             Mend::RunCommand,
             u"sudo firewall-cmd --zone=trusted --change-interface=eth1"_s});
        row("no rules to be had, no rights",
            [](auto &, auto &seen) {
                seen.asked = false;
                seen.probed.ruleset.clear();
            },
            {Check::Firewall, Level::Unknown, Reason::NeedsRights, {}, Mend::AskForRights, {}});
        row("no nft",
            [](auto &, auto &seen) {
                seen.probed.ruleset.clear();
                seen.probed.rulesetFailure.detail = u"nft"_s;
            },
            {Check::Firewall, Level::Unknown, Reason::CannotTell, {u"nft"_s}, Mend::None, {}});
    }

    static void diskRows()
    {
        row("nearly full", [](auto &, auto &seen) { seen.dataDisk.available = gib - 1; },
            {Check::DataDisk,
             Level::Error,
             Reason::DiskFull,
             {u"/data"_s, u"1073741823"_s},
             Mend::OpenFolder,
             u"/data"_s});
        row("low", [](auto &, auto &seen) { seen.backupDisk.available = gib; },
            {Check::BackupDisk,
             Level::Warning,
             Reason::DiskLow,
             {u"/backups"_s, u"1073741824"_s},
             Mend::OpenFolder,
             u"/backups"_s});
        row("read-only", [](auto &, auto &seen) { seen.dataDisk.readOnly = true; },
            {Check::DataDisk,
             Level::Error,
             Reason::DiskReadOnly,
             {u"/data"_s, u"107374182400"_s},
             Mend::None,
             {}});
        row("not known", [](auto &, auto &seen) { seen.dataDisk = {}; },
            {Check::DataDisk,
             Level::Unknown,
             Reason::DiskUnknown,
             {u"/data"_s, u"0"_s},
             Mend::None,
             {}});
    }
};

QTEST_GUILESS_MAIN(TestPreflight)
#include "tst_preflight.moc"
