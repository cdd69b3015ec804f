// SPDX-License-Identifier: GPL-3.0-or-later
// What the root helper would refuse, and what devices would not reach, is said before.
#include "netboot/preflight_bench.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;
using namespace preflight_bench;

class TestPreflightGrants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneThingIsWrong_data()
    {
        makeColumns();
        interfaceRows();
        addressRows();
        uplinkRows();
        listenRows();
    }

    void oneThingIsWrong()
    {
        QFETCH(Change, change);
        QFETCH(Finding, finding);
        expect(change, finding);
    }

    void besideAnotherServerTheInterfacesAddressCounts()
    {
        PreflightPlan plan = benchPlan();
        plan.mode = Mode::Proxy;
        plan.address = {};
        plan.listen = QHostAddress(u"10.20.50.1"_s);
        QCOMPARE(of(Check::HttpPort, judge(plan, goodMachine()))[0].reason, Reason::PortFree);
        plan.listen = QHostAddress(u"192.168.1.5"_s);
        QCOMPARE(of(Check::HttpPort, judge(plan, goodMachine()))[0].reason,
                 Reason::ListensElsewhere);
    }

    void withoutNetbootOneAddressIsEnough()
    {
        PreflightPlan plan = benchPlan();
        plan.interface.clear();
        plan.listen = QHostAddress(u"192.168.1.5"_s);
        QVERIFY(!hasError(judge(plan, goodMachine())));
        plan.listen = QHostAddress(QHostAddress::LocalHost);
        QVERIFY(hasError(judge(plan, goodMachine())));
    }

private:
    static void interfaceRows()
    {
        row("the interface with the default route",
            [](auto &, auto &seen) { seen.machine.defaultRoutes = {u"eth1"_s}; },
            {Check::Interface,
             Level::Error,
             Reason::InterfaceUplink,
             {u"eth1"_s, u"eth0"_s},
             Mend::ChooseInterface,
             u"eth0"_s});
        row("beside another DHCP server it may",
            [](auto &plan, auto &seen) {
                plan.mode = Mode::Proxy;
                seen.machine.defaultRoutes = {u"eth1"_s};
                seen.probed.wire->dhcp = {{0x0a143202, 0x0a143264}};
            },
            {Check::Interface, Level::Ok, Reason::InterfaceThere, {u"eth1"_s}, Mend::None, {}});
        row("a name that means something else elsewhere",
            [](auto &plan, auto &seen) {
                seen.machine.interfaces[1].name = plan.interface = u"eth1:0"_s;
            },
            {Check::Interface,
             Level::Error,
             Reason::HelperRefuses,
             {u"not the name of an interface"_s},
             Mend::None,
             {}});
    }

    static void addressRows()
    {
        const auto refused = [](const char *name, const char16_t *address, const QString &why) {
            row(name, [=](auto &plan, auto &) { plan.address = *Subnet::parse(address); },
                {Check::Address, Level::Error, Reason::HelperRefuses, {why}, Mend::None, {}});
        };
        refused("no room for devices", u"10.20.50.1/30",
                u"10.20.50.1/30: the prefix must be 16 to 29"_s);
        refused("a network's name", u"10.20.50.0/24",
                u"10.20.50.0/24 is not an address of a host"_s);
        row("a public network",
            [](auto &plan, auto &) { plan.address = *Subnet::parse(u"8.8.8.8/16"); },
            {Check::Address,
             Level::Error,
             Reason::HelperRefuses,
             {u"8.8.8.8/16 is not a private network (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, "
              "100.64.0.0/10 or 169.254.0.0/16)"_s},
             Mend::None,
             {}});
        row("the devices' addresses are outside",
            [](auto &plan, auto &) {
                plan.firstLease = 0x0a143301;
                plan.lastLease = 0x0a143309;
            },
            {Check::Address,
             Level::Error,
             Reason::HelperRefuses,
             {u"10.20.51.1-10.20.51.9 is not inside 10.20.50.1/24"_s},
             Mend::None,
             {}});
    }

    static void uplinkRows()
    {
        const auto row = [](const char *name, const QString &uplink, const QByteArray &ruleset,
                            const Finding &finding) {
            preflight_bench::row(
                name,
                [=](auto &plan, auto &seen) {
                    plan.uplink = uplink;
                    seen.probed.ruleset = ruleset;
                },
                finding);
        };
        const QStringList both{u"eth1"_s, u"eth0"_s};
        row("a way out", u"eth0"_s, R"({"nftables":[]})",
            {Check::Uplink, Level::Ok, Reason::UplinkOpen, both, Mend::None, {}});
        row("no such way out", u"eth9"_s, R"({"nftables":[]})",
            {Check::Uplink,
             Level::Error,
             Reason::HelperRefuses,
             {u"there is no such interface"_s},
             Mend::None,
             {}});
        row("a forward policy of drop", u"eth0"_s, forwardDrop("filter"),
            {Check::Uplink, Level::Warning, Reason::ForwardBlocked, both, Mend::None, {}});
        row("ufw's", u"eth0"_s, forwardDrop("ufw-forward"),
            {Check::Uplink, Level::Warning, Reason::ForwardBlocked, both, Mend::RunCommand,
             u"sudo ufw route allow in on eth1 out on eth0"_s});
        row("Docker's", u"eth0"_s, forwardDrop("DOCKER-USER"),
            {Check::Uplink, Level::Warning, Reason::ForwardBlocked, both, Mend::RunCommand,
             u"sudo iptables -I DOCKER-USER -i eth1 -o eth0 -j ACCEPT; "
             "sudo iptables -I DOCKER-USER -i eth0 -o eth1 -m conntrack "
             "--ctstate ESTABLISHED,RELATED -j ACCEPT"_s});
        row("rules that are not known", u"eth0"_s, {},
            {Check::Uplink, Level::Unknown, Reason::CannotTell, {QString()}, Mend::None, {}});
    }

    // Another chain beside it tells whose it is.
    static QByteArray forwardDrop(const char *beside)
    {
        return QByteArray(
                   R"({"nftables":[{"chain":{"family":"ip","table":"filter","name":"FORWARD",)"
                   R"("hook":"forward","policy":"drop"}},{"chain":{"family":"ip",)"
                   R"("table":"filter","name":"@B"}}]})")
            .replace("@B", beside);
    }

    static void listenRows()
    {
        const auto row = [](const char *name, const QString &listen, Level level, Reason reason,
                            const QStringList &details) {
            preflight_bench::row(name,
                                 [=](auto &plan, auto &) { plan.listen = QHostAddress(listen); },
                                 {Check::HttpPort, level, reason, details, Mend::None, {}});
        };
        row("on this computer only", u"127.0.0.1"_s, Level::Error, Reason::ListensHereOnly,
            {u"5000"_s});
        row("on this computer only, IPv6", u"::1"_s, Level::Error, Reason::ListensHereOnly,
            {u"5000"_s});
        row("to the office", u"192.168.1.5"_s, Level::Error, Reason::ListensElsewhere,
            {u"192.168.1.5"_s, u"10.20.50.1"_s, u"5000"_s});
        row("by IPv6", u"::"_s, Level::Error, Reason::ListensElsewhere,
            {u"::"_s, u"10.20.50.1"_s, u"5000"_s});
        row("to the bench", u"10.20.50.1"_s, Level::Ok, Reason::PortFree, {u"5000"_s});
        row("everywhere", u"0.0.0.0"_s, Level::Ok, Reason::PortFree, {u"5000"_s});
    }
};

QTEST_GUILESS_MAIN(TestPreflightGrants)
#include "tst_preflight_grants.moc"
