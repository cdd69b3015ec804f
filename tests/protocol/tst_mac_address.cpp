// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/mac_address.h"

#include <QTest>

using protocol::MacAddress;

class TestMacAddress : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void parses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("canonical"); // empty: refused
        const QString canonical = QStringLiteral("dc:a6:32:01:02:0f");
        QTest::newRow("canonical") << canonical << canonical;
        QTest::newRow("upper case") << "DC:A6:32:01:02:0F" << canonical;
        QTest::newRow("dashes") << "dc-a6-32-01-02-0f" << canonical;
        QTest::newRow("percent") << "dc%3Aa6%3a32%3A01%3A02%3A0f" << canonical;
        QTest::newRow("white space") << " dc:a6:32:01:02:0f\n" << canonical;
        QTest::newRow("mixed separators") << "dc:a6-32:01:02:0f"
                                          << "";
        QTest::newRow("no separators") << "dca63201020f"
                                       << "";
        QTest::newRow("five octets") << "dc:a6:32:01:02"
                                     << "";
        QTest::newRow("seven octets") << "dc:a6:32:01:02:0f:11"
                                      << "";
        QTest::newRow("not hex") << "dc:a6:32:01:02:0g"
                                 << "";
        QTest::newRow("sign") << "dc:a6:32:01:02:+f"
                              << "";
        QTest::newRow("null") << "00:00:00:00:00:00"
                              << "";
        QTest::newRow("broadcast") << "ff:ff:ff:ff:ff:ff"
                                   << "";
        QTest::newRow("multicast") << "01:00:5e:00:00:01"
                                   << "";
        QTest::newRow("empty") << ""
                               << "";
        QTest::newRow("path") << "../../../etc/pass"
                              << "";
    }

    void parses()
    {
        QFETCH(QString, text);
        QFETCH(QString, canonical);
        const auto mac = MacAddress::parse(text);
        QCOMPARE(mac.has_value(), !canonical.isEmpty());
        if (mac)
            QCOMPARE(mac->toString(), canonical);
    }
};

QTEST_APPLESS_MAIN(TestMacAddress)
#include "tst_mac_address.moc"
