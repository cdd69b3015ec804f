// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's tables of sockets, and whose a port is.
#include "netboot/helper/socket_table.h"

#include <QCoreApplication>
#include <QTcpServer>
#include <QTest>
#include <QUdpSocket>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace netboot;

namespace
{

constexpr const char *head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
                             "retrnsmt   uid  timeout inode\n";
constexpr const char *listening = "   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 "
                                  "00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n";
constexpr const char *connected = "   1: 0100007F:1388 0100007F:9C40 01 00000000:00000000 "
                                  "00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0\n";
constexpr const char *listening6 =
    "   0: 00000000000000000000000001000000:1389 00000000000000000000000000000000:0000 0A "
    "00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0\n";
constexpr const char *datagram = "  44: 00000000:0043 00000000:0000 07 00000000:00000000 "
                                 "00:00000000 00000000     0        0 4714 2 0 0\n";

const PortUse *findPort(const QList<PortUse> &uses, quint16 port)
{
    const auto found =
        std::find_if(uses.begin(), uses.end(), [port](const PortUse &u) { return u.port == port; });
    return found == uses.end() ? nullptr : &*found;
}

} // namespace

class TestSocketTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTables()
    {
        const auto tcp = parseSocketTable(QByteArray(head) + listening + connected, PortKind::Tcp);
        QCOMPARE(tcp.size(), 1);
        QCOMPARE(tcp[0].port, quint16(5000));
        QCOMPARE(tcp[0].address, u"127.0.0.1"_s);
        QCOMPARE(tcp[0].inode, quint64(4711));
        const auto tcp6 = parseSocketTable(QByteArray(head) + listening6, PortKind::Tcp);
        QCOMPARE(tcp6.size(), 1);
        QCOMPARE(tcp6[0].address, u"::1"_s);
        const auto udp = parseSocketTable(QByteArray(head) + datagram, PortKind::Udp);
        QCOMPARE(udp.size(), 1);
        QCOMPARE(udp[0].port, quint16(67));
    }

    void leavesMalformedLinesOut_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addRow("nothing") << QByteArray();
        QTest::addRow("head") << QByteArray(head);
        QTest::addRow("cut off") << QByteArray(listening).left(60);
        QTest::addRow("no port") << QByteArray(listening).replace(":1388", "");
        QTest::addRow("port too large") << QByteArray(listening).replace(":1388", ":11388");
        QTest::addRow("odd address")
            << QByteArray(listening).replace("0100007F:1388", "01007F:1388");
        QTest::addRow("inode is no number") << QByteArray(listening).replace("4711", "x");
    }

    void leavesMalformedLinesOut()
    {
        QFETCH(QByteArray, text);
        QCOMPARE(parseSocketTable(text, PortKind::Tcp), QList<PortUse>());
    }

    void findsItsOwnSockets()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QUdpSocket socket;
        QVERIFY(socket.bind(QHostAddress::LocalHostIPv6, 0) ||
                socket.bind(QHostAddress::LocalHost, 0));
        const auto uses = portsInUse({server.serverPort(), socket.localPort()});
        const PortUse *tcp = findPort(uses, server.serverPort());
        const PortUse *udp = findPort(uses, socket.localPort());
        QVERIFY(tcp && udp);
        QCOMPARE(tcp->kind, PortKind::Tcp);
        QCOMPARE(tcp->address, u"127.0.0.1"_s);
        QCOMPARE(tcp->pid, QCoreApplication::applicationPid());
        QCOMPARE(tcp->program, u"tst_socket_tabl"_s); // the kernel cuts names at 15
        QCOMPARE(udp->kind, PortKind::Udp);
        QCOMPARE(udp->pid, QCoreApplication::applicationPid());
        const quint16 port = server.serverPort();
        server.close();
        QVERIFY(!findPort(portsInUse({port}), port));
    }

    void findsTheService_data()
    {
        QTest::addColumn<QByteArray>("cgroup");
        QTest::addColumn<QString>("unit");
        QTest::addRow("v2") << QByteArray("0::/system.slice/tftpd-hpa.service\n")
                            << u"tftpd-hpa.service"_s;
        QTest::addRow("v1") << QByteArray("2:cpu:/\n1:name=systemd:/system.slice/dnsmasq.service\n")
                            << u"dnsmasq.service"_s;
        QTest::addRow("a user's program")
            << QByteArray("0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope\n")
            << QString();
        QTest::addRow("no systemd") << QByteArray("0::/\n") << QString();
        QTest::addRow("nothing") << QByteArray() << QString();
    }

    void findsTheService()
    {
        QFETCH(QByteArray, cgroup);
        QFETCH(QString, unit);
        QCOMPARE(unitInCgroup(cgroup), unit);
    }
};

QTEST_GUILESS_MAIN(TestSocketTable)
#include "tst_socket_table.moc"
