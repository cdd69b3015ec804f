// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/dhcp_message.h"
#include "netboot/helper/pi_identity.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;

namespace
{

const protocol::MacAddress boardMac = *protocol::MacAddress::parse(u"dc:a6:32:01:02:03");

QByteArray number(quint32 value, int bytes)
{
    QByteArray text;
    for (int i = bytes - 1; i >= 0; --i)
        text += char(value >> (8 * i) & 0xff);
    return text;
}

QByteArray option(int code, const QByteArray &value)
{
    return number(quint32(code), 1) + number(quint32(value.size()), 1) + value;
}

QByteArray message(const QByteArray &options, int operation = 1)
{
    return number(quint32(operation), 1) + QByteArray("\1\6\0", 3) + number(0x12345678, 4) +
           QByteArray(4, '\0') + number(0x0a143265, 4) + number(0x0a143266, 4) +
           QByteArray(8, '\0') + QByteArray::fromHex("dca632010203") + QByteArray(10 + 192, '\0') +
           number(0x63825363, 4) + options + '\xff';
}

QByteArray packet(const QByteArray &payload, int port = 67, int fragment = 0)
{
    return QByteArray("\x45\0", 2) + number(quint32(28 + payload.size()), 2) + QByteArray(2, '\0') +
           number(quint32(fragment), 2) + QByteArray("\x40\x11\0\0", 4) + QByteArray(8, '\0') +
           number(68, 2) + number(quint32(port), 2) + number(quint32(8 + payload.size()), 2) +
           QByteArray(2, '\0') + payload;
}

std::optional<DhcpMessage> parse(const QByteArray &bytes)
{
    return parseDhcpPacket(std::as_bytes(std::span(bytes.constData(), size_t(bytes.size()))));
}

const QByteArray discover = option(53, "\1");

} // namespace

class TestDhcpMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void says()
    {
        const QByteArray id = QByteArray::fromHex("00525069341431d000");
        const auto seen = parse(
            packet(message(QByteArray("\0\0", 2) + option(53, "\3") + option(60, "PXEClient:\x01") +
                           option(97, id) + option(54, number(0x0a143201, 4)))));
        QVERIFY(seen);
        QCOMPARE(seen->type, DhcpType::Request);
        QVERIFY(seen->fromClient);
        QCOMPARE(seen->mac, boardMac);
        QCOMPARE(seen->transaction, 0x12345678u);
        QCOMPARE(seen->clientAddress, 0x0a143265u);
        QCOMPARE(seen->yourAddress, 0x0a143266u);
        QCOMPARE(seen->server, 0x0a143201u);
        QCOMPARE(seen->vendorClass, u"PXEClient:?"_s);
        QCOMPARE(seen->machineId, id);
        QVERIFY(!parse(packet(message(option(53, "\2"), 2), 68))->fromClient);
    }

    void padded() // Ethernet makes short packets longer
    {
        QVERIFY(parse(packet(message(discover)) + QByteArray(40, '\xaa')));
    }

    void everyPrefixAndFlippedByteIsSurvived()
    {
        const QByteArray whole = packet(message(discover + option(97, QByteArray(17, 'x'))));
        for (qsizetype i = 0; i < whole.size() - 1; ++i)
            (void)parse(whole.left(i));
        int survived = 0;
        for (qsizetype i = 0; i < whole.size(); ++i) {
            for (const char value : {'\0', '\x7f', '\xff'}) {
                QByteArray changed = whole;
                changed[i] = value;
                survived += parse(changed).has_value() ? 1 : 0;
            }
        }
        QVERIFY(survived > 0);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no type") << packet(message(option(60, "x")));
        QTest::newRow("type 9") << packet(message(option(53, "\11")));
        QTest::newRow("type of two bytes") << packet(message(option(53, "\1\1")));
        QTest::newRow("other port") << packet(message(discover), 53);
        QTest::newRow("later fragment") << packet(message(discover), 67, 0x0010);
        QTest::newRow("first fragment") << packet(message(discover), 67, 0x2000);
        QTest::newRow("operation 3") << packet(message(discover, 3));
        QTest::newRow("option runs out") << packet(message(discover + QByteArray("\x61\xff"
                                                                                 "ab",
                                                                                 4))
                                                       .chopped(1));
        QTest::newRow("cut") << packet(message(discover).left(238));
        QByteArray v6 = packet(message(discover));
        v6[0] = '\x60';
        QTest::newRow("not IPv4") << v6;
        QByteArray group = packet(message(discover));
        group[28 + 28] = '\x01';
        QTest::newRow("group address") << group;
        QByteArray header = packet(message(discover));
        header[0] = '\x4f';
        QTest::newRow("long header") << header.left(60);
    }

    void refuses()
    {
        QFETCH(QByteArray, bytes);
        QVERIFY(!parse(bytes));
    }

    void names()
    {
        for (int type = 1; type <= 8; ++type)
            QCOMPARE(dhcpTypeOf(QString(nameOf(DhcpType(type)))), DhcpType(type));
        QVERIFY(!dhcpTypeOf(u"gossip"));
    }

    void identity_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QString>("serial");
        QTest::addColumn<QString>("revision");
        const auto row = [](const char *name, const char *hex, const QString &serial,
                            const QString &revision) {
            QTest::newRow(name) << QByteArray::fromHex(hex) << serial << revision;
        };
        row("RPi4, little-endian", "00 52506934 1431d000 03020132 d4c3b2a1", u"a1b2c3d4"_s,
            u"00d03114"_s);
        row("turned round", "00 34695052 00d03114 32010203 a1b2c3d4", u"a1b2c3d4"_s, u"00d03114"_s);
        row("CM5", "00 35695052 00b04180 32010203 a1b2c3d4", u"a1b2c3d4"_s, u"00b04180"_s);
        row("mark one way, words the other", "00 52506934 00d03114 32010203 a1b2c3d4",
            u"a1b2c3d4"_s, u"00d03114"_s);
        row("serial four times", "00 a1b2c3d4 a1b2c3d4 a1b2c3d4 a1b2c3d4", u"a1b2c3d4"_s, {});
        row("a PC", "00 4c4c4544 00375210 8052b4c0 4f313233", {}, {});
        row("zeros", "00 00000000 00000000 00000000 00000000", {}, {});
        row("short", "00 52506934 1431d000", {}, {});
        row("other type", "01 52506934 1431d000 03020132 d4c3b2a1", {}, {});
        row("empty", "", {}, {});
    }

    void identity()
    {
        QFETCH(QByteArray, id);
        QFETCH(QString, serial);
        QFETCH(QString, revision);
        const auto pi = piIdentity(id, boardMac);
        QCOMPARE(pi.has_value(), !serial.isEmpty());
        if (pi) {
            QCOMPARE(pi->serial, serial);
            QCOMPARE(pi->boardRevision, revision);
        }
    }
};

QTEST_GUILESS_MAIN(TestDhcpMessage)
#include "tst_dhcp_message.moc"
