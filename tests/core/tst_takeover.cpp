// SPDX-License-Identifier: GPL-3.0-or-later
// Who may take a device over, as a table; and the kernel's word for who has an address.
#include "core/neighbours.h"
#include "core/takeover.h"

#include <QTest>

using namespace Qt::StringLiterals;
using core::judge;
using core::Newcomer;
using core::Takeover;

namespace
{

Newcomer running(bool sameAddress)
{
    Newcomer newcomer;
    newcomer.sameAddress = sameAddress;
    newcomer.running = true;
    newcomer.online = true;
    return newcomer;
}

} // namespace

class TestTakeover : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRunningJobNeedsProof()
    {
        for (const bool same : {false, true}) {
            const Takeover itself = same ? Takeover::Same : Takeover::Moved;
            QCOMPARE(judge(running(same)), Takeover::Refused);
            for (bool Newcomer::*proof :
                 {&Newcomer::ownSession, &Newcomer::accepted, &Newcomer::bootSeen}) {
                Newcomer newcomer = running(same);
                newcomer.*proof = true;
                QCOMPARE(judge(newcomer), itself);
            }
        }
    }

    // Only at the same address, and only once the old session is silent.
    void theKernelsWord_data()
    {
        QTest::addColumn<bool>("sameAddress");
        QTest::addColumn<bool>("agrees");
        QTest::addColumn<bool>("known");
        QTest::addColumn<qint64>("silentMs");
        QTest::addColumn<bool>("allowed");
        const auto row = [](const char *name, bool same, bool agrees, bool known, qint64 ms,
                            bool allowed) {
            QTest::newRow(name) << same << agrees << known << ms << allowed;
        };
        row("a moment too early", true, true, true, core::silentSessionMs - 1, false);
        row("silent", true, true, true, core::silentSessionMs, true);
        row("another address", false, true, true, core::unknownNeighbourMs, false);
        row("another machine there", true, false, true, 10 * core::unknownNeighbourMs, false);
        row("behind a router, early", true, false, false, core::unknownNeighbourMs - 1, false);
        row("behind a router", true, false, false, core::unknownNeighbourMs, true);
        row("behind a router, elsewhere", false, false, false, core::unknownNeighbourMs, false);
    }

    void theKernelsWord()
    {
        QFETCH(bool, sameAddress);
        QFETCH(bool, agrees);
        QFETCH(bool, known);
        QFETCH(qint64, silentMs);
        Newcomer newcomer = running(sameAddress);
        newcomer.online = false;
        newcomer.neighbourAgrees = agrees;
        newcomer.neighbourKnown = known;
        newcomer.silentMs = silentMs;
        QFETCH(bool, allowed);
        QCOMPARE(judge(newcomer), allowed ? Takeover::Same : Takeover::Refused);
    }

    void aPlainDeviceHasItsAddressAlone()
    {
        Newcomer newcomer = running(true);
        newcomer.wasPlain = true;
        QCOMPARE(judge(newcomer), Takeover::Same);
        newcomer.sameAddress = false;
        newcomer.silentMs = core::plainAwayMs - 1;
        QCOMPARE(judge(newcomer), Takeover::Refused);
        newcomer.silentMs = core::plainAwayMs;
        QCOMPARE(judge(newcomer), Takeover::Moved);
        newcomer.attached = true; // it flushes
        QCOMPARE(judge(newcomer), Takeover::Refused);
    }

    void anIdleDeviceIsShown()
    {
        Newcomer newcomer;
        newcomer.online = true;
        QCOMPARE(judge(newcomer), Takeover::Shown);
        newcomer.sameAddress = true;
        QCOMPARE(judge(newcomer), Takeover::Same);
        newcomer.sameAddress = false;
        newcomer.ownSession = true;
        QCOMPARE(judge(newcomer), Takeover::Moved);
        newcomer.ownSession = false;
        newcomer.online = false; // an ordinary new lease
        QCOMPARE(judge(newcomer), Takeover::Moved);
    }

    void anotherBoardWaitsUntilTheFirstIsGone()
    {
        Newcomer newcomer;
        newcomer.otherUnit = true;
        QCOMPARE(judge(newcomer), Takeover::OtherUnit);
        newcomer.online = true;
        QCOMPARE(judge(newcomer), Takeover::Refused);
        newcomer.sameAddress = true; // one of two cannot be there
        QCOMPARE(judge(newcomer), Takeover::OtherUnit);
        newcomer.running = true;
        newcomer.silentMs = core::plainAwayMs - 1;
        QCOMPARE(judge(newcomer), Takeover::Refused);
        newcomer.silentMs = core::plainAwayMs;
        QCOMPARE(judge(newcomer), Takeover::OtherUnit);
        newcomer.silentMs = 0;
        newcomer.accepted = true;
        QCOMPARE(judge(newcomer), Takeover::OtherUnit);
    }

    void arpTable()
    {
        const QString table =
            u"IP address       HW type     Flags       HW address            Mask     Device\n"
            u"10.77.0.100      0x1         0x2         dc:a6:32:01:02:03     *        eth1\n"
            u"10.77.0.101      0x1         0x0         dc:a6:32:01:02:04     *        eth1\n"
            u"10.77.0.102      0x1         0x6         dc:a6:32:01:02:05     *        eth1\n"_s;
        QCOMPARE(core::macInArpTable(table, u"10.77.0.100"),
                 protocol::MacAddress::parse(u"dc:a6:32:01:02:03"));
        QCOMPARE(core::macInArpTable(table, u"10.77.0.101"), std::nullopt); // not complete
        QCOMPARE(core::macInArpTable(table, u"10.77.0.102"),
                 protocol::MacAddress::parse(u"dc:a6:32:01:02:05"));
        QCOMPARE(core::macInArpTable(table, u"10.77.0.10"), std::nullopt);
        QCOMPARE(core::macInArpTable({}, u"10.77.0.100"), std::nullopt);
    }

    void thisMachine()
    {
        QVERIFY(core::kernelNeighbour(u"127.0.0.1"_s).isLocal);
        QVERIFY(core::kernelNeighbour(u"::1"_s).isLocal);
        QVERIFY(!core::kernelNeighbour(u"203.0.113.77"_s).isLocal);
        QVERIFY(!core::kernelNeighbour(u"203.0.113.77"_s).mac);
    }
};

QTEST_APPLESS_MAIN(TestTakeover)
#include "tst_takeover.moc"
