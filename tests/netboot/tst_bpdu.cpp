// SPDX-License-Identifier: GPL-3.0-or-later
// Spanning tree messages as switches send them, and what only looks like them.
#include "frames.h"
#include "netboot/helper/bpdu.h"

#include <QTest>

using namespace Qt::StringLiterals;
using netboot::Bpdu;
using netboot::parseBpdu;

class TestBpdu : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("perVlan");
        QTest::addColumn<int>("forwardDelay");
        using enum Bpdu::Kind;
        const QByteArray stp = frames::configuration("0000");
        const QByteArray rstp = frames::configuration("0202") + '\0';
        const QByteArray mstp = frames::configuration("0302") + QByteArray(67, '\0');
        QTest::addRow("STP") << frames::bpdu(stp) << int(Stp) << false << 15000;
        QTest::addRow("RSTP") << frames::bpdu(rstp) << int(Rstp) << false << 15000;
        QTest::addRow("MSTP") << frames::bpdu(mstp) << int(Mstp) << false << 15000;
        QTest::addRow("SPB") << frames::bpdu(frames::configuration("0402")) << int(Mstp) << false
                             << 15000;
        QTest::addRow("topology change")
            << frames::bpdu(frames::hex("00000080")) << int(TopologyChange) << false << 0;
        QTest::addRow("per VLAN") << frames::perVlanBpdu(rstp) << int(Rstp) << true << 15000;
        QByteArray tagged = frames::perVlanBpdu(rstp);
        tagged.insert(12, frames::hex("81000007"));
        QTest::addRow("per VLAN, tagged") << tagged << int(Rstp) << true << 15000;
    }

    void reads()
    {
        QFETCH(QByteArray, frame);
        QFETCH(int, kind);
        QFETCH(bool, perVlan);
        QFETCH(int, forwardDelay);
        const auto bpdu = parseBpdu(frames::bytes(frame));
        QVERIFY(bpdu);
        QCOMPARE(int(bpdu->kind), kind);
        QCOMPARE(bpdu->perVlan, perVlan);
        QCOMPARE(bpdu->forwardDelayMs, forwardDelay);
        QCOMPARE(bpdu->sender.toString(), u"00:1c:0e:87:77:85"_s);
        if (bpdu->kind == Bpdu::Kind::TopologyChange)
            return;
        QCOMPARE(bpdu->helloMs, 2000);
        QCOMPARE(bpdu->bridge.toString(), u"00:1c:0e:87:78:00"_s);
        QCOMPARE(bpdu->root.toString(), u"00:1c:0e:87:78:00"_s);
    }

    void leavesTheRestAlone_data()
    {
        QTest::addColumn<QByteArray>("frame");
        const QByteArray good = frames::bpdu(frames::configuration("0000"));
        QTest::addRow("nothing") << QByteArray();
        QTest::addRow("a header") << good.first(14);
        QTest::addRow("cut off in the message") << good.first(40);
        QByteArray shortLength = good;
        shortLength[13] = 20; // the padding is not part of it
        QTest::addRow("length says that it is shorter") << shortLength;
        QByteArray etherType = good;
        etherType[12] = '\x08';
        QTest::addRow("an EtherType") << etherType;
        QByteArray otherLlc = good;
        otherLlc[14] = '\x43';
        QTest::addRow("another LLC") << otherLlc;
        QTest::addRow("another SNAP protocol")
            << frames::perVlanBpdu(frames::configuration("0000")).replace("\x01\x0b", "\x01\x0c");
        QTest::addRow("another protocol identifier")
            << frames::bpdu(frames::hex("0001") + frames::configuration("0000").sliced(2));
        QTest::addRow("padding taken for a message")
            << frames::bpdu(frames::hex("000002") + QByteArray(33, '\0'));
        QTest::addRow("unknown type") << frames::bpdu(frames::configuration("0005"));
        QTest::addRow("rapid of version 0") << frames::bpdu(frames::configuration("0002"));
        QTest::addRow("LLDP") << frames::padded(frames::hex("0180c200000e001c0e87778588cc0207"));
    }

    void leavesTheRestAlone()
    {
        QFETCH(QByteArray, frame);
        QVERIFY(!parseBpdu(frames::bytes(frame)));
    }

    void everyCutIsHarmless()
    {
        const QByteArray whole = frames::perVlanBpdu(frames::configuration("0202"));
        for (qsizetype length = 0; length <= whole.size(); ++length)
            if (const auto bpdu = parseBpdu(frames::bytes(whole.first(length))))
                QVERIFY(length >= 14 + 8 + 35);
    }
};

QTEST_GUILESS_MAIN(TestBpdu)
#include "tst_bpdu.moc"
