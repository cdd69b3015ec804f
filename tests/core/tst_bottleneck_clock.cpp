// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bottleneck_clock.h"

#include <QTest>

using core::BottleneckClock;
using protocol::Bottleneck;

class TestBottleneckClock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingAtFirst()
    {
        BottleneckClock clock;
        QCOMPARE(clock.longest(), Bottleneck::None);
        clock.note(Bottleneck::Network, 1000); // for how long is not known
        QCOMPARE(clock.longest(), Bottleneck::None);
    }

    void addsUp()
    {
        BottleneckClock clock;
        clock.note(Bottleneck::None, 0);
        clock.note(Bottleneck::Network, 2000);
        clock.note(Bottleneck::Storage, 5000);
        QCOMPARE(clock.longest(), Bottleneck::Storage);
        clock.note(Bottleneck::Network, 7000);
        QCOMPARE(clock.longest(), Bottleneck::Network);
        clock.note(Bottleneck::Verifying, 9000);
        clock.note(Bottleneck::Verifying, 13000);
        QCOMPARE(clock.longest(), Bottleneck::Verifying);
    }

    void waitingForNothingDoesNotCount()
    {
        BottleneckClock clock;
        clock.note(Bottleneck::None, 0);
        for (qint64 ms = 500; ms < 60'000; ms += 500)
            clock.note(Bottleneck::None, ms);
        QCOMPARE(clock.longest(), Bottleneck::None);
        clock.note(Bottleneck::Compression, 60'000);
        QCOMPARE(clock.longest(), Bottleneck::Compression);
    }

    void gapsDoNotCount()
    {
        BottleneckClock clock;
        clock.note(Bottleneck::Network, 0);
        for (qint64 ms = 500; ms <= 10'000; ms += 500)
            clock.note(Bottleneck::Network, ms);
        clock.note(Bottleneck::Storage, 3'600'000); // the reports between were lost
        QCOMPARE(clock.longest(), Bottleneck::Network);
        clock.stop();
        for (qint64 hour = 1; hour < 100; ++hour) {
            clock.note(Bottleneck::Storage, hour * 3'600'000);
            clock.stop(); // interrupted each time
        }
        QCOMPARE(clock.longest(), Bottleneck::Network);
    }

    void aClockThatGoesBack()
    {
        BottleneckClock clock;
        clock.note(Bottleneck::Network, 10'000);
        clock.note(Bottleneck::Network, 5'000);
        QCOMPARE(clock.longest(), Bottleneck::None);
        clock.note(Bottleneck::Network, 6'000);
        QCOMPARE(clock.longest(), Bottleneck::Network);
    }
};

QTEST_APPLESS_MAIN(TestBottleneckClock)
#include "tst_bottleneck_clock.moc"
