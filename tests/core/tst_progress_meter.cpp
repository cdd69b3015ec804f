// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/progress_meter.h"

#include <QTest>

using core::ProgressMeter;
using protocol::Phase;

class TestProgressMeter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void steadySpeed()
    {
        ProgressMeter meter(0);
        for (qint64 ms = 0; ms <= 5000; ms += 200)
            meter.sample(Phase::Writing, ms * 1000, ms);
        QVERIFY(qAbs(meter.bytesPerSecond() - 1e6) < 1e3);
        QCOMPARE(meter.secondsLeft(5'000'000, 15'000'000), 10);
    }

    void standstillIsSeen()
    {
        ProgressMeter meter(0);
        meter.sample(Phase::Writing, 0, 0);
        meter.sample(Phase::Writing, 1'000'000, 1000);
        for (qint64 ms = 2000; ms <= 60000; ms += 1000)
            meter.sample(Phase::Writing, 1'000'000, ms);
        QVERIFY(meter.bytesPerSecond() < 1);
        QCOMPARE(meter.secondsLeft(1'000'000, 2'000'000), -1);
    }

    void newPhaseStartsOver()
    {
        ProgressMeter meter(0);
        meter.sample(Phase::Writing, 0, 0);
        meter.sample(Phase::Writing, 1'000'000, 1000);
        meter.sample(Phase::Verifying, 0, 1200);
        QCOMPARE(meter.bytesPerSecond(), 0.0);
    }

    void silence()
    {
        ProgressMeter meter(1000);
        QCOMPARE(meter.silentMs(61000), 60000);
        meter.markAlive(61000);
        QCOMPARE(meter.silentMs(61500), 500);
    }

    void unknownTotal()
    {
        ProgressMeter meter(0);
        QCOMPARE(meter.secondsLeft(5, 0), -1);
        QCOMPARE(meter.secondsLeft(5, 3), -1);
    }
};

QTEST_APPLESS_MAIN(TestProgressMeter)
#include "tst_progress_meter.moc"
