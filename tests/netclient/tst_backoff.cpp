// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/backoff.h"

#include <QTest>

#include <set>

using namespace std::chrono_literals;
using netclient::Backoff;

class TestBackoff : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void doublesUpToTheMost()
    {
        Backoff backoff({250ms, 10s}, 1);
        auto step = 250ms;
        for (int i = 0; i < 20; ++i) {
            const auto wait = backoff.next();
            QVERIFY(wait >= step / 2 && wait <= step);
            step = std::min<std::chrono::milliseconds>(step * 2, 10s);
        }
        backoff.reset();
        QVERIFY(backoff.next() <= 250ms);
    }

    void devicesDoNotAskInStep()
    {
        std::set<qint64> waits;
        for (std::uint32_t seed = 1; seed <= 48; ++seed) {
            Backoff backoff({10s, 10s}, seed);
            waits.insert(backoff.next().count());
        }
        QVERIFY(waits.size() > 24);
    }
};

QTEST_APPLESS_MAIN(TestBackoff)
#include "tst_backoff.moc"
