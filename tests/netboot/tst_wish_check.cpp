// SPDX-License-Identifier: GPL-3.0-or-later
// What the root helper grants and what it does not, on machines and folders made for it.
#include "netboot/helper/machine_facts.h"
#include "netboot/helper/wish_check.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace netboot;
using protocol::FailureCode;

namespace
{

MachineFacts machine()
{
    const auto subnet = [](const char16_t *text) { return *Subnet::parse(text); };
    return {{{u"lo"_s, true, true, true, false, {subnet(u"127.0.0.1/8")}},
             {u"eth0"_s, true, true, false, true, {subnet(u"192.168.1.7/24")}},
             {u"eth1"_s, false, false, false, true, {}},
             {u"eth2"_s, true, true, false, true, {subnet(u"10.99.0.1/24")}},
             {u"tun0"_s, true, true, false, false, {subnet(u"172.16.0.2/30")}}},
            {u"eth0"_s},
            {*parseIpv4(u"192.168.1.1")},
            {*parseIpv4(u"192.168.7.53"), *parseIpv4(u"10.30.0.53")}};
}

ServiceWish wish()
{
    ServiceWish good;
    good.interface = u"eth1"_s;
    good.address = *Subnet::parse(u"10.20.50.1/24");
    good.firstLease = *parseIpv4(u"10.20.50.100");
    good.lastLease = *parseIpv4(u"10.20.50.200");
    return good;
}

using Change = std::function<void(ServiceWish &)>;

Change onInterface(const QString &name)
{
    return [name](ServiceWish &w) { w.interface = name; };
}

Change at(const char16_t *address, const char16_t *first, const char16_t *last)
{
    return [=](ServiceWish &w) {
        w.address = *Subnet::parse(address);
        w.firstLease = *parseIpv4(first);
        w.lastLease = *parseIpv4(last);
    };
}

} // namespace

Q_DECLARE_METATYPE(Change)

class TestWishCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void grants()
    {
        QVERIFY(checkNetwork(wish(), machine()).ok());
        ServiceWish nat = wish();
        nat.uplink = u"eth0"_s;
        QVERIFY(checkNetwork(nat, machine()).ok());
        nat.uplink = u"tun0"_s; // a VPN is a way out, too
        QVERIFY(checkNetwork(nat, machine()).ok());
        ServiceWish there = wish(); // the interface has its address already
        there.interface = u"eth2"_s;
        at(u"10.99.0.1/24", u"10.99.0.10", u"10.99.0.20")(there);
        QVERIFY(checkNetwork(there, machine()).ok());
    }

    void grantsPrivateNetworks_data()
    {
        QTest::addColumn<QString>("address");
        QTest::newRow("class A") << u"10.255.0.1/16"_s;
        QTest::newRow("class B, first") << u"172.16.9.1/24"_s;
        QTest::newRow("class B, last") << u"172.31.255.1/24"_s;
        QTest::newRow("class C") << u"192.168.200.1/29"_s;
        QTest::newRow("behind a provider") << u"100.127.0.1/24"_s;
        QTest::newRow("link-local") << u"169.254.3.1/24"_s;
        QTest::newRow("the name server is this machine") << u"10.30.0.53/24"_s;
    }

    void grantsPrivateNetworks()
    {
        QFETCH(QString, address);
        ServiceWish w = wish();
        w.address = *Subnet::parse(address);
        w.firstLease = w.lastLease = w.address.network() + 3;
        QVERIFY(checkNetwork(w, machine()).ok());
    }

    // Its name server may be on the bench, if the bench is its network already.
    void whatIsThereAlreadyIsGranted()
    {
        MachineFacts facts = machine();
        facts.resolvers = {*parseIpv4(u"10.99.0.53")};
        ServiceWish w = wish();
        at(u"10.99.0.1/24", u"10.99.0.10", u"10.99.0.20")(w);
        w.interface = u"eth2"_s;
        QVERIFY(checkNetwork(w, facts).ok());
    }

    void refuses_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const Change &change, FailureCode code) {
            QTest::newRow(name) << change << int(code);
        };
        row("no such interface", onInterface(u"eth9"_s), FailureCode::InterfaceUnusable);
        row("loopback", onInterface(u"lo"_s), FailureCode::InterfaceUnusable);
        row("no Ethernet", onInterface(u"tun0"_s), FailureCode::InterfaceUnusable);
        row("empty", onInterface({}), FailureCode::InterfaceUnusable);
        row("path", onInterface(u"../eth1"_s), FailureCode::InterfaceUnusable);
        row("option", onInterface(u"-eth1"_s), FailureCode::InterfaceUnusable);
        row("line", onInterface(u"eth1\nport=53"_s), FailureCode::InterfaceUnusable);
        row("line at the end", onInterface(u"eth1\n"_s), FailureCode::InterfaceUnusable);
        row("quote", onInterface(u"eth1\""_s), FailureCode::InterfaceUnusable);
        row("long", onInterface(QString(16, u'e')), FailureCode::InterfaceUnusable);
        row("the way out", onInterface(u"eth0"_s), FailureCode::InterfaceIsUplink);
        row("another's network", at(u"10.99.0.2/24", u"10.99.0.3", u"10.99.0.4"),
            FailureCode::AddressUnusable);
        row("around another's network", at(u"10.99.1.1/16", u"10.99.1.3", u"10.99.1.4"),
            FailureCode::AddressUnusable);
        row("network's name", at(u"10.20.50.0/24", u"10.20.50.3", u"10.20.50.4"),
            FailureCode::AddressUnusable);
        row("broadcast", at(u"10.20.50.255/24", u"10.20.50.3", u"10.20.50.4"),
            FailureCode::AddressUnusable);
        row("multicast", at(u"224.0.0.1/24", u"224.0.0.3", u"224.0.0.4"),
            FailureCode::AddressUnusable);
        row("localhost", at(u"127.0.5.1/24", u"127.0.5.3", u"127.0.5.4"),
            FailureCode::AddressUnusable);
        row("far too wide", at(u"10.0.0.1/8", u"10.0.0.3", u"10.0.0.4"),
            FailureCode::AddressUnusable);
        row("too narrow", at(u"10.20.50.1/30", u"10.20.50.2", u"10.20.50.2"),
            FailureCode::AddressUnusable);
        row("Google's", at(u"8.8.8.8/16", u"8.8.1.1", u"8.8.1.9"), FailureCode::AddressUnusable);
        row("documentation", at(u"192.0.2.1/24", u"192.0.2.2", u"192.0.2.9"),
            FailureCode::AddressUnusable);
        row("past class B", at(u"172.32.0.1/24", u"172.32.0.2", u"172.32.0.9"),
            FailureCode::AddressUnusable);
        row("past a provider's", at(u"100.128.0.1/24", u"100.128.0.2", u"100.128.0.9"),
            FailureCode::AddressUnusable);
        row("a name server's", at(u"192.168.7.1/24", u"192.168.7.2", u"192.168.7.9"),
            FailureCode::AddressUnusable);
        row("range outside", at(u"10.20.50.1/24", u"10.20.51.3", u"10.20.51.4"),
            FailureCode::AddressUnusable);
        row("range leaves", at(u"10.20.50.1/24", u"10.20.50.3", u"10.20.51.4"),
            FailureCode::AddressUnusable);
        row("range with broadcast", at(u"10.20.50.1/24", u"10.20.50.3", u"10.20.50.255"),
            FailureCode::AddressUnusable);
        row("range backwards", at(u"10.20.50.1/24", u"10.20.50.30", u"10.20.50.4"),
            FailureCode::AddressUnusable);
        row("range of the station", at(u"10.20.50.1/24", u"10.20.50.1", u"10.20.50.1"),
            FailureCode::AddressUnusable);
        row(
            "uplink unknown", [](ServiceWish &w) { w.uplink = u"eth9"_s; },
            FailureCode::UplinkUnusable);
        row(
            "uplink is loopback", [](ServiceWish &w) { w.uplink = u"lo"_s; },
            FailureCode::UplinkUnusable);
        row(
            "uplink is a rule", [](ServiceWish &w) { w.uplink = u"eth0\" drop; \""_s; },
            FailureCode::UplinkUnusable);
        row(
            "uplink is the bench", [](ServiceWish &w) { w.uplink = u"eth1"_s; },
            FailureCode::UplinkUnusable);
    }

    void refuses()
    {
        QFETCH(Change, change);
        QFETCH(int, code);
        ServiceWish changed = wish();
        change(changed);
        const auto checked = checkNetwork(changed, machine());
        QVERIFY(!checked.ok());
        QCOMPARE(int(checked.failure().code), code);
    }

    // As of a VPN: a gateway that is in no interface's own network.
    void refusesTheGatewaysNetwork()
    {
        MachineFacts facts = machine();
        facts.gateways = {*parseIpv4(u"10.20.50.254")};
        const auto checked = checkNetwork(wish(), facts);
        QVERIFY(!checked.ok());
        QCOMPARE(checked.failure().code, FailureCode::AddressUnusable);
        QVERIFY(checked.failure().detail.contains(u"10.20.50.254"_s));
    }

    void proxyTakesTheInterfaceAsItIs()
    {
        ServiceWish proxy;
        proxy.mode = Mode::Proxy;
        proxy.interface = u"eth0"_s; // the office's network is what it is for
        const auto checked = checkNetwork(proxy, machine());
        QVERIFY(checked.ok());
        QCOMPARE(checked->address.toString(), u"192.168.1.7/24"_s);
        proxy.address = *Subnet::parse(u"192.168.1.8/24");
        QCOMPARE(checkNetwork(proxy, machine()).failure().code, FailureCode::AddressUnusable);
        proxy.address = {};
        proxy.interface = u"eth1"_s;
        QCOMPARE(checkNetwork(proxy, machine()).failure().code, FailureCode::AddressUnusable);
        proxy.interface = u"eth0"_s;
        proxy.uplink = u"eth2"_s;
        QCOMPARE(checkNetwork(proxy, machine()).failure().code, FailureCode::UplinkUnusable);
    }

    void tftpRoot()
    {
        QTemporaryDir folder(u"/var/tmp/ps-tftp-XXXXXX"_s);
        const auto mode = [](const QString &path, mode_t bits) {
            QCOMPARE(::chmod(QFile::encodeName(path).constData(), bits), 0);
        };
        const auto code = [](const QString &path) { return checkTftpRoot(path).failure().code; };
        mode(folder.path(), 0755);
        const QString root = folder.filePath(u"tftp"_s);
        QVERIFY(QDir().mkdir(root));
        mode(root, 0755);
        QVERIFY(checkTftpRoot(root).ok());
        QCOMPARE(*checkTftpRoot(root + u"/../tftp/."_s), QDir(root).canonicalPath());
        QVERIFY(QFile::link(root, folder.filePath(u"link"_s)));
        QCOMPARE(*checkTftpRoot(folder.filePath(u"link"_s)), QDir(root).canonicalPath());

        mode(root, 0777);
        QCOMPARE(code(root), FailureCode::TftpRootUnusable);
        mode(root, 0750);
        QCOMPARE(code(root), FailureCode::TftpRootUnusable);
        mode(root, 0755);
        mode(folder.path(), 0700); // as Debian makes homes
        QCOMPARE(code(root), FailureCode::TftpRootUnusable);
        mode(folder.path(), 0755);
        QCOMPARE(code(u"tftp"_s), FailureCode::TftpRootUnusable);
        QCOMPARE(code(u"/"_s), FailureCode::TftpRootUnusable);
        QCOMPARE(code(QString()), FailureCode::TftpRootUnusable);
        QCOMPARE(code(root + u"/absent"_s), FailureCode::TftpRootUnusable);
        QCOMPARE(code(u"/etc/hostname"_s), FailureCode::TftpRootUnusable);
        for (const QString &name :
             {u"a\ndhcp-script=x"_s, u"a b"_s, u"a#b"_s, u"a\"b"_s, u"a,b"_s}) {
            const QString path = folder.filePath(name);
            QVERIFY(QDir().mkdir(path));
            mode(path, 0755);
            QCOMPARE(code(path), FailureCode::TftpRootUnusable);
        }
    }

    void foldersOfTheSystemAreNoTftpRoot_data()
    {
        QTest::addColumn<QString>("path");
        for (const char *path : {"/", "/etc", "/etc/ssl", "/usr", "/usr/lib", "/var", "/var/lib",
                                 "/home", "/proc", "/sys/class", "/dev", "/run", "/srv/../etc"})
            QTest::newRow(path) << QString::fromLatin1(path);
    }

    void foldersOfTheSystemAreNoTftpRoot()
    {
        QFETCH(QString, path);
        const auto checked = checkTftpRoot(path);
        QVERIFY(!checked.ok());
        QCOMPARE(checked.failure().code, FailureCode::TftpRootUnusable);
        if (QFileInfo::exists(path))
            QVERIFY2(checked.failure().detail.contains(u"own folders"_s),
                     qPrintable(checked.failure().detail));
    }

    void linksThatLeadOut_data()
    {
        QTest::addColumn<QString>("link"); // below the root
        QTest::addColumn<QString>("target");
        QTest::addColumn<bool>("good");
        QTest::newRow("a file inside") << u"kernel.img"_s << u"kernel8.img"_s << true;
        QTest::newRow("a folder inside") << u"a1b2c3d4"_s << u"sub"_s << true;
        QTest::newRow("the root itself") << u"a1b2c3d4"_s << u"."_s << true;
        QTest::newRow("up and back") << u"sub/k"_s << u"../kernel8.img"_s << true;
        QTest::newRow("a file outside") << u"passwd"_s << u"/etc/passwd"_s << false;
        QTest::newRow("a folder outside") << u"sub/etc"_s << u"/etc"_s << false;
        QTest::newRow("by way of ..") << u"sub/k"_s << u"../../outside"_s << false;
        QTest::newRow("hidden") << u".x"_s << u"/etc/passwd"_s << false;
        QTest::newRow("to nothing yet") << u"later"_s << u"/nowhere/at/all"_s << false;
        QTest::newRow("to nothing inside") << u"later"_s << u"gone.img"_s << true;
        QTest::newRow("to a neighbour of the same beginning") << u"k"_s << u"../tftp2"_s << false;
    }

    void linksThatLeadOut()
    {
        QFETCH(QString, link);
        QFETCH(QString, target);
        QFETCH(bool, good);
        QTemporaryDir folder(u"/var/tmp/ps-tftp-XXXXXX"_s);
        QVERIFY(QFile::setPermissions(folder.path(), QFile::Permissions(0x7755)));
        const QString root = folder.filePath(u"tftp"_s);
        for (const QString &each : {root + u"/sub"_s, folder.filePath(u"tftp2"_s)})
            QVERIFY(QDir().mkpath(each));
        for (const QString &each : {root + u"/kernel8.img"_s, folder.filePath(u"outside"_s)}) {
            QFile file(each);
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        QVERIFY(::symlink(QFile::encodeName(target).constData(),
                          QFile::encodeName(root + u'/' + link).constData()) == 0);
        const auto checked = checkTftpRoot(root);
        QVERIFY2(checked.ok() == good, qPrintable(checked.ok() ? root : checked.failure().detail));
        if (!good)
            QVERIFY(checked.failure().detail.contains(link.section(u'/', -1)));
    }

    void defaultRoutes()
    {
        const QByteArray routes =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
            "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
            "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
            "eth1\t0032140A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
        QCOMPARE(defaultRoutesIn(routes), QStringList({u"eth0"_s, u"wlan0"_s}));
        QCOMPARE(gatewaysIn(routes), QList<quint32>{*parseIpv4(u"192.168.1.1")});
        QVERIFY(defaultRoutesIn("junk\n\n\t\t").isEmpty());
        QVERIFY(gatewaysIn("tun0\t00000000\t00000000\t1\t0\t0\t0\t00000000\n").isEmpty());
    }

    void thisMachine()
    {
        const MachineFacts facts = readMachineFacts();
        const InterfaceFacts *loopback = facts.find(u"lo"_s);
        QVERIFY(loopback && loopback->loopback && !loopback->ethernet);
        QVERIFY(!facts.find(u"no such"_s));
    }
};

QTEST_GUILESS_MAIN(TestWishCheck)
#include "tst_wish_check.moc"
