// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from what was found out about interface, wire and firewall.
#include "netboot/preflight_bench.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;
using namespace preflight_bench;

namespace
{

Bpdu hello()
{
    Bpdu bpdu;
    bpdu.kind = Bpdu::Kind::Rstp;
    bpdu.bridge = *protocol::MacAddress::parse(u"00:1c:0e:87:78:00");
    bpdu.forwardDelayMs = 15000;
    return bpdu;
}

} // namespace

class TestPreflightNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneThingIsWrong_data()
    {
        makeColumns();
        interfaceRows();
        addressRows();
        wireRows();
        firewallRows();
    }

    void oneThingIsWrong()
    {
        QFETCH(Change, change);
        QFETCH(Finding, finding);
        expect(change, finding);
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

private:
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
             Level::Ok, // the service sets it
             Reason::AddressMissing,
             {u"eth1"_s, u"10.20.50.1/24"_s},
             Mend::None,
             {}});
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
};

QTEST_GUILESS_MAIN(TestPreflightNetwork)
#include "tst_preflight_network.moc"
