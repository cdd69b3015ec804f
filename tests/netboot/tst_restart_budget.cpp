// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/restart_budget.h"

#include <QTest>

using namespace netboot;
using namespace std::chrono_literals;

class TestRestartBudget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFewInAWhile()
    {
        const RestartBudget::Time begin;
        RestartBudget budget;
        for (int i = 0; i < RestartBudget::most; ++i)
            QVERIFY(budget.take(begin + i * 1s));
        QVERIFY(!budget.take(begin + 10s));
        QVERIFY(!budget.take(begin + RestartBudget::window - 1s));
        QVERIFY(budget.take(begin + RestartBudget::window)); // the first is forgotten
        QVERIFY(!budget.take(begin + RestartBudget::window));
    }

    void aCrashNowAndThenForEver()
    {
        RestartBudget budget;
        RestartBudget::Time now;
        for (int i = 0; i < 100; ++i, now += RestartBudget::window)
            QVERIFY(budget.take(now));
    }
};

QTEST_GUILESS_MAIN(TestRestartBudget)
#include "tst_restart_budget.moc"
