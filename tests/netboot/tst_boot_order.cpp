// SPDX-License-Identifier: GPL-3.0-or-later
// BOOT_ORDER words and what they mean, as tables.
#include "netboot/boot_order.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;
using enum BootMode;
using enum BootRemark;

Q_DECLARE_METATYPE(BootMode)
Q_DECLARE_METATYPE(BootRemark)

namespace
{

using Steps = QList<BootMode>;
using Remarks = QList<BootRemark>;

constexpr auto undefined = BootMode(0x9);

} // namespace

class TestBootOrder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodes_data()
    {
        QTest::addColumn<quint32>("word");
        QTest::addColumn<Steps>("steps");
        QTest::addColumn<Remarks>("remarks");
        // The words of the documentation, and those that were used in the field.
        QTest::addRow("0xf12") << 0xf12U << Steps{Network, Sd, Restart} << Remarks{NetworkFirst};
        QTest::addRow("0xf21") << 0xf21U << Steps{Sd, Network, Restart} << Remarks{StorageFirst};
        QTest::addRow("0x21") << 0x21U << Steps{Sd, Network}
                              << Remarks{MeantNetworkFirst, NoTerminator, StorageFirst};
        QTest::addRow("0xf41") << 0xf41U << Steps{Sd, UsbMassStorage, Restart}
                               << Remarks{NoNetwork};
        QTest::addRow("0xf641") << 0xf641U << Steps{Sd, UsbMassStorage, Nvme, Restart}
                                << Remarks{NoNetwork};
        QTest::addRow("0xf25641") << 0xf25641U
                                  << Steps{Sd,      UsbMassStorage, Nvme, BcmUsbMassStorage,
                                           Network, Restart}
                                  << Remarks{StorageFirst};
        QTest::addRow("0xf2") << 0xf2U << Steps{Network, Restart} << Remarks{NetworkOnly};
        QTest::addRow("0xe2") << 0xe2U << Steps{Network, Stop} << Remarks{NetworkOnly};
        QTest::addRow("0x2") << 0x2U << Steps{Network} << Remarks{NoTerminator, NetworkOnly};
        QTest::addRow("0x12") << 0x12U << Steps{Network, Sd} << Remarks{NoTerminator, NetworkFirst};
        QTest::addRow("0x241") << 0x241U << Steps{Sd, UsbMassStorage, Network}
                               << Remarks{MeantNetworkFirst, NoTerminator, StorageFirst};
        QTest::addRow("0xf72") << 0xf72U << Steps{Network, Http, Restart} << Remarks{NetworkOnly};
        // Hardly sensible ones.
        QTest::addRow("0") << 0U << Steps{} << Remarks{Empty};
        QTest::addRow("0xf") << 0xfU << Steps{Restart} << Remarks{NoNetwork};
        QTest::addRow("0xf91") << 0xf91U << Steps{Sd, undefined, Restart}
                               << Remarks{UndefinedMode, NoNetwork};
        QTest::addRow("0x2f1") << 0x2f1U << Steps{Sd, Restart, Network}
                               << Remarks{Unreachable, NoNetwork};
        QTest::addRow("0xf32") << 0xf32U << Steps{Network, RpiBoot, Restart}
                               << Remarks{Unreachable, NetworkOnly};
        QTest::addRow("0x321") << 0x321U << Steps{Sd, Network, RpiBoot} << Remarks{StorageFirst};
        QTest::addRow("0xf20") << 0xf20U << Steps{SdCardDetect, Network, Restart}
                               << Remarks{Unreachable, NoNetwork};
        QTest::addRow("0xffffffff")
            << 0xffffffffU << Steps(8, Restart) << Remarks{Unreachable, NoNetwork};
        QTest::addRow("0xf1212121")
            << 0xf1212121U << Steps{Sd, Network, Sd, Network, Sd, Network, Sd, Restart}
            << Remarks{StorageFirst};
    }

    void decodes()
    {
        QFETCH(quint32, word);
        QFETCH(Steps, steps);
        QFETCH(Remarks, remarks);
        const BootOrder order(word);
        QCOMPARE(order.steps(), steps);
        QCOMPARE(order.remarks(), remarks);
        QCOMPARE(BootOrder::fromSteps(steps), std::optional(order));
        QCOMPARE(BootOrder::parse(order.toString()), std::optional(order));
    }

    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("good");
        QTest::addColumn<quint32>("word");
        const auto good = [](const char *text, quint32 word) {
            QTest::addRow("%s", text) << QString::fromLatin1(text) << true << word;
        };
        const auto bad = [](const char *text) {
            QTest::addRow("bad: %s", text) << QString::fromLatin1(text) << false << 0U;
        };
        good("0xf12", 0xf12);
        good(" 0XF12 ", 0xf12);
        good("f12", 0xf12);
        good("21", 0x21);
        good("BOOT_ORDER=0xf641", 0xf641);
        good("boot_order = 0xf641\n", 0xf641);
        good("0xffffffff", 0xffffffff);
        good("0x0000f21", 0xf21);
        good("network, emmc, restart", 0xf12);
        good("network emmc restart", 0xf12);
        good("Network,SD,RESTART", 0xf12);
        good("emmc > usb > nvme > bcm-usb > network > restart", 0xf25641);
        good("rpiboot", 0x3);
        good("http stop", 0xe7);
        bad("");
        bad(" ");
        bad(",,");
        bad("0x");
        bad("0xf123456789");
        bad("0xg");
        bad("-1");
        bad("network, floppy");
        bad("emmc, sd-detect"); // a leading zero
        bad("emmc network emmc network emmc network emmc network restart");
    }

    void reads()
    {
        QFETCH(QString, text);
        QFETCH(bool, good);
        QFETCH(quint32, word);
        const auto order = BootOrder::parse(text);
        QCOMPARE(order.has_value(), good);
        if (good)
            QCOMPARE(order->word(), word);
    }

    void suggests_data()
    {
        QTest::addColumn<quint32>("word");
        QTest::addColumn<quint32>("better"); // 0: none
        QTest::addRow("the first description's") << 0x21U << 0xf12U;
        QTest::addRow("written from the left, with USB") << 0x241U << 0xf142U;
        QTest::addRow("only the end is missing") << 0x12U << 0xf12U;
        QTest::addRow("network only, no end") << 0x2U << 0xf2U;
        QTest::addRow("good as it is") << 0xf12U << 0U;
        QTest::addRow("stops, on purpose") << 0xe12U << 0U;
        QTest::addRow("empty") << 0U << 0U;
        QTest::addRow("undefined mode") << 0x92U << 0U;
        QTest::addRow("no room for an end") << 0x12121212U << 0U;
        QTest::addRow("waits for ever at its end") << 0x32U << 0U;
    }

    void suggests()
    {
        QFETCH(quint32, word);
        QFETCH(quint32, better);
        const auto suggestion = BootOrder(word).suggestion();
        QCOMPARE(suggestion ? suggestion->word() : 0U, better);
        if (suggestion)
            QVERIFY(!suggestion->suggestion());
    }

    void everyDefinedModeHasAWord()
    {
        int defined = 0;
        for (quint8 nibble = 0; nibble < 16; ++nibble) {
            const auto mode = BootMode(nibble);
            if (!isDefined(mode))
                continue;
            ++defined;
            QCOMPARE(bootModeFromWord(QString(bootModeWord(mode))), std::optional(mode));
        }
        QCOMPARE(defined, 10);
    }

    void onlyDefinedOrdersAreUsable()
    {
        QVERIFY(networkThenStorage.isUsable());
        QVERIFY(BootOrder(0x21).isUsable()); // unwise, but it means something
        QVERIFY(!BootOrder(0).isUsable());
        QVERIFY(!BootOrder(0xf81).isUsable());
    }

    void stepsBeyondAnEndAreNotTried()
    {
        QCOMPARE(BootOrder(0x2f1).tried(), (Steps{Sd, Restart}));
        QCOMPARE(BootOrder(0xf321).tried(), (Steps{Sd, Network, RpiBoot}));
    }

    void onlyFactsAreNotes()
    {
        QVERIFY(!isWarning(NetworkFirst) && !isWarning(StorageFirst));
        QVERIFY(isWarning(NoNetwork) && isWarning(MeantNetworkFirst));
    }
};

QTEST_GUILESS_MAIN(TestBootOrder)
#include "tst_boot_order.moc"
