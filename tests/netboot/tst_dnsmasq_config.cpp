// SPDX-License-Identifier: GPL-3.0-or-later
// The texts that the helper gives to dnsmasq and nft, and what it reads of resolv.conf.
#include "netboot/helper/dnsmasq_config.h"
#include "netboot/helper/machine_facts.h"
#include "netboot/helper/network_changes.h"
#include "netboot/helper/pi_identity.h"
#include "netboot/helper/tftp_notes.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;

namespace
{

ServiceWish bench()
{
    ServiceWish wish;
    wish.interface = u"eth1"_s;
    wish.address = *Subnet::parse(u"10.20.50.1/24");
    wish.firstLease = *parseIpv4(u"10.20.50.100");
    wish.lastLease = *parseIpv4(u"10.20.50.200");
    wish.tftpRoot = u"/srv/tftp"_s;
    return wish;
}

QList<QByteArray> linesOf(const ServiceWish &wish, const QList<quint32> &resolvers = {})
{
    return dnsmasqConfig(wish, {u"/run/x/leases"_s, u"/run/x/rules"_s}, resolvers).split('\n');
}

} // namespace

class TestDnsmasqConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onTheBench()
    {
        const auto lines = linesOf(bench());
        for (const char *line :
             {"port=0", "interface=eth1", "except-interface=lo", "bind-dynamic", "log-dhcp",
              "dhcp-leasefile=/run/x/leases", "dhcp-hostsdir=/run/x/rules", "enable-tftp=eth1",
              "tftp-root=/srv/tftp", "dhcp-authoritative", "dhcp-ignore-clid",
              "dhcp-range=10.20.50.100,10.20.50.200,255.255.255.0,1h",
              "pxe-service=0,\"Raspberry Pi Boot\"", "dhcp-option-force=tag:netboot,66,10.20.50.1",
              "dhcp-ignore=tag:known,tag:netboot", "dhcp-vendorclass=set:netboot,PXEClient",
              "dhcp-option=3", "dhcp-option=6"})
            QVERIFY2(lines.contains(line), line);
        QVERIFY(!lines.contains("dhcp-ignore=tag:!raspberry"));
    }

    void withAWayOut()
    {
        ServiceWish wish = bench();
        wish.uplink = u"eth0"_s;
        const auto lines = linesOf(wish, {*parseIpv4(u"192.0.2.53"), *parseIpv4(u"192.0.2.54")});
        QVERIFY(!lines.contains("dhcp-option=3"));
        QVERIFY(lines.contains("dhcp-option=6,192.0.2.53,192.0.2.54"));
    }

    void besideAnotherServer()
    {
        ServiceWish wish = bench();
        wish.mode = Mode::Proxy;
        const auto lines = linesOf(wish);
        QVERIFY(lines.contains("dhcp-range=10.20.50.0,proxy,255.255.255.0"));
        QVERIFY(lines.contains("dhcp-ignore=tag:!raspberry"));
        QVERIFY(!lines.contains("dhcp-authoritative"));
    }

    void everyBoardIsARow()
    {
        const auto lines = linesOf(bench());
        for (const char *mark : {"52:50:69:34", "34:69:50:52", "52:50:69:35", "35:69:50:52"}) {
            QVERIFY(lines.contains(QByteArray("dhcp-match=set:netboot,97,00:") + mark));
            QVERIFY(lines.contains(QByteArray("dhcp-match=set:raspberry,97,00:") + mark));
        }
        QCOMPARE(machineMarks().size(), size_t(4));
    }

    void rules()
    {
        const MacAddress mac = *MacAddress::parse(u"DC-A6-32-01-02-03");
        QCOMPARE(ruleFileName(mac), u"dca632010203"_s);
        QCOMPARE(ruleLine(mac), QByteArray("dc:a6:32:01:02:03,1h\n"));
        // A tag of its own would kill dnsmasq 2.90 at the next SIGHUP.
        QVERIFY(!ruleLine(mac).contains("set:"));
    }

    void packetFilter()
    {
        ServiceWish wish = bench();
        wish.uplink = u"eth0"_s;
        const QByteArray open = packetFilterRules(wish, {});
        QVERIFY(open.contains("ip saddr 10.20.50.0/24 oifname \"eth0\" masquerade"));
        QVERIFY(open.contains("iifname \"eth0\" oifname \"eth1\" drop"));
        QVERIFY(!open.contains("iifname \"eth0\" drop"));
        // An uplink that forwarded nothing before forwards nothing else now.
        QVERIFY(packetFilterRules(wish, {u"eth0"_s}).contains("iifname \"eth0\" drop"));
    }

    void resolvers()
    {
        const auto found = resolversIn("# comment\nnameserver 127.0.0.53\nnameserver fe80::1\n"
                                       "  nameserver   192.0.2.1  \nnameserver 192.0.2.2\n"
                                       "nameserver 192.0.2.3\nnameserver 192.0.2.4\noptions x");
        QCOMPARE(found.size(), qsizetype(3));
        QCOMPARE(ipv4Text(found[0]), u"192.0.2.1"_s);
    }

    void notes()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"start4.elf"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("12345") == 5);
        file.close();
        const QByteArray arp =
            "IP address       HW type     Flags       HW address            Mask     Device\n"
            "10.20.50.101     0x1         0x2         dc:a6:32:01:02:03     *        eth1\n";
        const auto note = [&](const QString &path) {
            return notesOn(u"dnsmasq-tftp[7]: sent %1 to 10.20.50.101"_s.arg(path), folder.path(),
                           arp);
        };
        QCOMPARE(note(folder.filePath(u"start4.elf"_s)).bytes, qint64(5));
        QCOMPARE(note(folder.filePath(u"start4.elf"_s)).mac,
                 *MacAddress::parse(u"dc:a6:32:01:02:03"));
        QCOMPARE(note(folder.filePath(u"../../etc/passwd"_s)).bytes, qint64(-1));
        QCOMPARE(note(u"/etc/passwd"_s).bytes, qint64(-1));
        QVERIFY(neighbourIn(arp, u"10.20.50.1"_s).isNull());
        QVERIFY(notesOn(u"dnsmasq-dhcp[7]: x 10.20.50.101"_s, folder.path(), arp).mac.isNull());
    }
};

QTEST_GUILESS_MAIN(TestDnsmasqConfig)
#include "tst_dnsmasq_config.moc"
