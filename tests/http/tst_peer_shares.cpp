// SPDX-License-Identifier: GPL-3.0-or-later
// Who gives way: the oldest of the address that has most, and among equals the one that came first.
#include "http/peer_shares.h"

#include <QTest>

using namespace Qt::StringLiterals;

class TestPeerShares : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theOldestOfTheLargest()
    {
        http::PeerShares<int> shares;
        shares.add(u"10.0.0.1"_s, 1);
        shares.add(u"10.0.0.9"_s, 2);
        shares.add(u"10.0.0.9"_s, 3);
        QCOMPARE(shares.oldestOfLargest(), 2);
        QCOMPARE(shares.oldestOf(u"10.0.0.1"_s), 1);
        shares.remove(u"10.0.0.9"_s, 2);
        QCOMPARE(shares.count(u"10.0.0.9"_s), 1);
        QCOMPARE(shares.oldestOf(u"10.0.0.9"_s), 3);
    }

    // Not the first in the alphabet, which may be a device that has just come.
    void amongEqualsWhoCameFirst()
    {
        http::PeerShares<int> shares;
        for (int attacker = 0; attacker < 20; ++attacker)
            shares.add(u"fe80::%1"_s.arg(attacker, 4, 16, QLatin1Char('0')), attacker);
        shares.add(u"10.0.0.1"_s, 100);
        for (int attacker = 0; attacker < 20; ++attacker) {
            QCOMPARE(shares.oldestOfLargest(), attacker);
            shares.remove(u"fe80::%1"_s.arg(attacker, 4, 16, QLatin1Char('0')), attacker);
        }
        QCOMPARE(shares.oldestOfLargest(), 100);
    }

    void whoIsGoneIsForgotten()
    {
        http::PeerShares<int> shares;
        shares.add(u"10.0.0.1"_s, 1);
        shares.remove(u"10.0.0.1"_s, 1);
        shares.remove(u"10.0.0.1"_s, 1);
        shares.remove(u"10.0.0.2"_s, 2);
        QCOMPARE(shares.count(u"10.0.0.1"_s), 0);
    }
};

QTEST_APPLESS_MAIN(TestPeerShares)
#include "tst_peer_shares.moc"
