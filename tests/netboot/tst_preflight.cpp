// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from what was found out about the machine: ports, kit, disks, and all of it
// together.
#include "netboot/preflight_bench.h"
#include "netboot/preflight_range.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;
using namespace preflight_bench;

namespace
{

PortUse taken(PortKind kind, quint16 port, qint64 pid, const QString &program,
              const QString &unit = {})
{
    return {kind, port, u"0.0.0.0"_s, 0, pid, program, unit};
}

} // namespace

class TestPreflight : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingIsRight()
    {
        PreflightPlan plan = benchPlan();
        plan.serving = true;
        const auto findings = judge(plan, goodMachine());
        QList<Check> checks;
        for (const Finding &each : findings) {
            QCOMPARE(each.level, Level::Ok);
            QCOMPARE(each.mend, Mend::None);
            checks << each.check;
        }
        QCOMPARE(checks.size(), 14);
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
        QCOMPARE(checks,
                 (QList{Check::Netboot, Check::HttpPort, Check::Firewall, Check::DataDisk}));
        // Which is no reason to call the bench ready.
        const Finding off = judge(plan, goodMachine())[0];
        QCOMPARE(off.level, Level::Warning);
        QCOMPARE(off.reason, Reason::NetbootOff);
        QCOMPARE(off.mend, Mend::ChooseInterface);
        QCOMPARE(off.mendArgument, u"eth0"_s); // the first with a link; neither leads out here
        QCOMPARE(plan.ports(), QList<quint16>{5000});
    }

    void aServiceThatIsOffIsTold()
    {
        PreflightPlan plan = benchPlan();
        QCOMPARE(of(Check::Netboot, judge(plan, goodMachine()))[0].reason, Reason::NetbootOff);
        plan.serving = true;
        QCOMPARE(of(Check::Netboot, judge(plan, goodMachine()))[0].level, Level::Ok);
        // Of a command line: what is asked about is going to be served.
        plan.serving = false;
        plan.ownProcess = 0;
        QVERIFY(of(Check::Netboot, judge(plan, goodMachine())).isEmpty());
        // The likely interface leads nowhere else.
        plan.interface.clear();
        Observations seen = goodMachine();
        seen.machine.defaultRoutes = {u"eth0"_s};
        QCOMPARE(of(Check::Netboot, judge(plan, seen))[0].mendArgument, u"eth1"_s);
        seen.machine.interfaces.removeLast();
        QCOMPARE(of(Check::Netboot, judge(plan, seen))[0].mend, Mend::None);
    }

    void theRangeIsCountedAgainstTheDevices_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("last");
        QTest::addColumn<int>("known");
        QTest::addColumn<int>("leases"); // of which the first two are of known devices
        QTest::addColumn<int>("addresses");
        QTest::addColumn<int>("devices");
        const auto row = [](const char *name, const char *first, const char *last, int known,
                            int leases, int addresses, int devices) {
            QTest::newRow(name) << QString::fromLatin1(first) << QString::fromLatin1(last) << known
                                << leases << addresses << devices;
        };
        row("the usual range", "", "", 0, 0, 101, 0);
        row("as many as there are", "10.20.50.100", "10.20.50.110", 11, 0, 11, 11);
        row("one too many", "10.20.50.100", "10.20.50.110", 12, 0, 11, 12);
        row("strangers have leases", "10.20.50.100", "10.20.50.110", 9, 5, 11, 12);
        row("the same ones have leases", "10.20.50.100", "10.20.50.110", 11, 2, 11, 11);
        row("the station is inside", "10.20.50.1", "10.20.50.4", 3, 0, 3, 3);
        row("the station is inside, and too many", "10.20.50.1", "10.20.50.4", 4, 0, 3, 4);
    }

    void theRangeIsCountedAgainstTheDevices()
    {
        QFETCH(QString, first);
        QFETCH(QString, last);
        QFETCH(int, known);
        QFETCH(int, leases);
        QFETCH(int, addresses);
        QFETCH(int, devices);
        PreflightPlan plan = benchPlan();
        plan.firstLease = parseIpv4(first).value_or(0);
        plan.lastLease = parseIpv4(last).value_or(0);
        const auto device = [](int number) {
            return *MacAddress::parse(u"dc:a6:32:00:00:%1"_s.arg(number, 2, 16, QChar(u'0')));
        };
        for (int i = 0; i < known; ++i)
            plan.devices << device(i);
        Observations seen = goodMachine();
        for (int i = 0; i < leases; ++i)
            seen.leases << device(i < 2 ? i : 100 + i);
        const auto found = of(Check::Range, judge(plan, seen));
        QCOMPARE(found.size(), 1);
        QCOMPARE(found[0].level, devices > addresses ? Level::Warning : Level::Ok);
        QCOMPARE(found[0].details,
                 (QStringList{QString::number(addresses), QString::number(devices)}));
        plan.mode = Mode::Proxy; // another server's range
        QVERIFY(of(Check::Range, judge(plan, seen)).isEmpty());
    }

    void leasesAreRead()
    {
        const auto found = leasesIn("1000 dc:a6:32:01:02:03 10.20.50.101 * 01:dc:a6:32:01:02:03\n"
                                    "999 dc:a6:32:01:02:04 10.20.50.102 pi *\n"
                                    "0 dc:a6:32:01:02:05 10.20.50.103 * *\n"
                                    "duid 00:01\n\nnonsense\n2000 x y z\n",
                                    999);
        QCOMPARE(found, (QList{*MacAddress::parse(u"dc:a6:32:01:02:03"),
                               *MacAddress::parse(u"dc:a6:32:01:02:05")}));
    }

    void anyFreePortNeedsNoCheck()
    {
        PreflightPlan plan = benchPlan();
        plan.httpPort = 0;
        QVERIFY(of(Check::HttpPort, judge(plan, goodMachine())).isEmpty());
    }

    void oneThingIsWrong_data()
    {
        makeColumns();
        portRows();
        tftpRows();
        diskRows();
    }

    void oneThingIsWrong()
    {
        QFETCH(Change, change);
        QFETCH(Finding, finding);
        expect(change, finding);
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
        row("the helper would not serve it",
            [](auto &, auto &seen) {
                seen.tftp = {{Kind::Refused, u"/kit cannot be read by everybody"_s, 0}};
            },
            {Check::TftpRoot,
             Level::Error,
             Reason::TftpRefused,
             {u"/kit cannot be read by everybody"_s},
             Mend::ChooseTftpRoot,
             {}});
        row("no firmware",
            [](auto &, auto &seen) {
                seen.tftp = {{Kind::NoFirmware, u"a"_s, 0}};
            },
            {Check::TftpRoot,
             Level::Error,
             Reason::FirmwareInvalid,
             {u"a"_s},
             Mend::ChooseTftpRoot,
             {}});
        row("firmware too old",
            [](auto &, auto &seen) {
                seen.tftp = {{Kind::FirmwareOld, u"a"_s, 0, u"2021-01-25"_s}};
            },
            {Check::TftpRoot,
             Level::Error,
             Reason::FirmwareOld,
             {u"a"_s, u"2021-01-25"_s, u"2022-01-20"_s},
             Mend::ChooseTftpRoot,
             {}});
        row("firmware perhaps too old",
            [](auto &, auto &seen) {
                seen.tftp = {{Kind::FirmwareDoubtful, u"a"_s, 0, u"2021-10-29"_s}};
            },
            {Check::TftpRoot,
             Level::Warning,
             Reason::FirmwareDoubtful,
             {u"a"_s, u"2021-10-29"_s, u"2022-01-20"_s},
             Mend::ChooseTftpRoot,
             {}});
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
