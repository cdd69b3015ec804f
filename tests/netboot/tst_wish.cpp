// SPDX-License-Identifier: GPL-3.0-or-later
// The lines between station and helper: form, round trip, and what comes of hostile ones.
#include "netboot/helper/event.h"
#include "netboot/helper/wish.h"
#include "protocol/messages.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;
using protocol::FailureCode;

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
    wish.uplink = u"eth0"_s;
    wish.refused = {*MacAddress::parse(u"dc:a6:32:01:02:03")};
    return wish;
}

} // namespace

class TestWish : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addresses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("good");
        QTest::newRow("plain") << u"10.20.50.1/24"_s << true;
        QTest::newRow("host") << u"10.20.50.1/32"_s << true;
        QTest::newRow("no prefix") << u"10.20.50.1"_s << false;
        QTest::newRow("empty prefix") << u"10.20.50.1/"_s << false;
        QTest::newRow("prefix 33") << u"10.20.50.1/33"_s << false;
        QTest::newRow("prefix 0") << u"10.20.50.1/0"_s << false;
        QTest::newRow("signed") << u"10.20.50.1/+8"_s << false;
        QTest::newRow("blank") << u"10.20.50.1/ 8"_s << false;
        QTest::newRow("line feed") << u"10.20.50.1/8\n"_s << false;
        QTest::newRow("three numbers") << u"10.20.50/24"_s << false;
        QTest::newRow("leading zero") << u"010.20.50.1/24"_s << false;
        QTest::newRow("octal-looking") << u"10.20.50.08/24"_s << false;
        QTest::newRow("256") << u"10.20.50.256/24"_s << false;
        QTest::newRow("words") << u"10.20.50.1 dev eth0/24"_s << false;
        QTest::newRow("zero byte") << QString(u"10.20.50.1"_s + QChar(0) + u"x/24"_s) << false;
        QTest::newRow("v6") << u"fe80::1/64"_s << false;
        QTest::newRow("empty") << QString() << false;
    }

    void addresses()
    {
        QFETCH(QString, text);
        QFETCH(bool, good);
        const auto subnet = Subnet::parse(text);
        QCOMPARE(subnet.has_value(), good);
        if (good)
            QCOMPARE(subnet->toString(), text);
    }

    void networks()
    {
        const Subnet bench = *Subnet::parse(u"10.20.50.1/24");
        QCOMPARE(ipv4Text(bench.network()), u"10.20.50.0"_s);
        QCOMPARE(ipv4Text(bench.broadcast()), u"10.20.50.255"_s);
        QVERIFY(bench.hasHost(*parseIpv4(u"10.20.50.254")));
        QVERIFY(!bench.hasHost(bench.network()) && !bench.hasHost(bench.broadcast()));
        QVERIFY(!bench.contains(*parseIpv4(u"10.20.51.1")));
        QVERIFY(bench.overlaps(*Subnet::parse(u"10.0.0.1/8")));
        QVERIFY(!bench.overlaps(*Subnet::parse(u"10.20.51.1/24")));
    }

    void comesBackAsItWent()
    {
        const auto parsed = parseWish(protocol::toBody(toJson(bench())));
        QVERIFY(parsed.ok());
        QCOMPARE(*parsed, bench());
        ServiceWish proxy;
        proxy.interface = u"eth1"_s;
        proxy.mode = Mode::Proxy;
        proxy.tftpRoot = u"/srv/tftp"_s;
        const auto again = parseWish(protocol::toBody(toJson(proxy)));
        QVERIFY(again.ok());
        QCOMPARE(*again, proxy);
    }

    void malformed_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("interface=eth1");
        QTest::newRow("array") << QByteArray("[]");
        QTest::newRow("no address") << QByteArray(R"({"interface":"eth1"})");
        QTest::newRow("mode") << QByteArray(
            R"({"mode":"root","address":"10.0.0.1/24","range":["10.0.0.2","10.0.0.3"]})");
        QTest::newRow("interface is a number") << QByteArray(
            R"({"interface":1,"address":"10.0.0.1/24","range":["10.0.0.2","10.0.0.3"]})");
        QTest::newRow("uplink is a list") << QByteArray(
            R"({"uplink":["a"],"address":"10.0.0.1/24","range":["10.0.0.2","10.0.0.3"]})");
        QTest::newRow("range of one")
            << QByteArray(R"({"address":"10.0.0.1/24","range":["10.0.0.2"]})");
        QTest::newRow("range of three") << QByteArray(
            R"({"address":"10.0.0.1/24","range":["10.0.0.2","10.0.0.3","10.0.0.4"]})");
        QTest::newRow("range of options")
            << QByteArray(R"({"address":"10.0.0.1/24","range":["10.0.0.2","10.0.0.3,set:x"]})");
        QTest::newRow("refused") << QByteArray(
            R"({"address":"10.0.0.1/24","range":["10.0.0.2","10.0.0.3"],"refused":["../../x"]})");
        QTest::newRow("refused is one text") << QByteArray(
            R"({"address":"10.0.0.1/24","range":["10.0.0.2","10.0.0.3"],"refused":"dc:a6:32:01:02:03"})");
    }

    void malformed()
    {
        QFETCH(QByteArray, line);
        const auto wish = parseWish(line);
        QVERIFY(!wish.ok());
        QCOMPARE(wish.failure().code, FailureCode::BadRequest);
    }

    void commands()
    {
        const MacAddress mac = *MacAddress::parse(u"dc:a6:32:01:02:03");
        for (const auto kind : {Command::Kind::Refuse, Command::Kind::Allow}) {
            const auto parsed = parseCommand(protocol::toBody(toJson(Command{kind, mac})));
            QVERIFY(parsed.ok());
            QCOMPARE(parsed->kind, kind);
            QCOMPARE(parsed->mac, mac);
        }
        QCOMPARE(parseCommand(R"({"command":"stop"})")->kind, Command::Kind::Stop);
        QVERIFY(!parseCommand(R"({"command":"refuse"})").ok());
        QVERIFY(!parseCommand(R"({"command":"refuse","mac":"*"})").ok());
        QVERIFY(!parseCommand(R"({"command":"exec","mac":"dc:a6:32:01:02:03"})").ok());
        QVERIFY(!parseCommand("{}").ok());
    }

    void events()
    {
        Event event{.kind = Event::Kind::Dhcp, .mac = *MacAddress::parse(u"dc:a6:32:01:02:03")};
        event.dhcp = {DhcpType::Request, true, u"PXEClient"_s,  true, u"a1b2c3d4"_s,
                      u"00d03114"_s,     {},   u"10.20.50.1"_s, true};
        auto parsed = parseEvent(protocol::toBody(toJson(event)));
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->dhcp, event.dhcp);
        QCOMPARE(parsed->mac, event.mac);

        const protocol::Failure failure{FailureCode::PortTaken, protocol::Stage::None, u"67"_s};
        parsed = parseEvent(
            protocol::toBody(toJson(Event{.kind = Event::Kind::Failed, .failure = failure})));
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->failure.code, FailureCode::PortTaken);
        QCOMPARE(parsed->failure.detail, u"67"_s);

        QVERIFY(!parseEvent(R"({"event":"shell"})").ok());
        QVERIFY(!parseEvent(R"({"event":"dhcp","dhcp":{"type":"gossip"}})").ok());
        QVERIFY(!parseEvent("junk").ok());
    }
};

QTEST_GUILESS_MAIN(TestWish)
#include "tst_wish.moc"
