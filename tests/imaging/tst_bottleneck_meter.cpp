// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/bottleneck_meter.h"
#include "imaging/work_clock.h"

#include <QTest>

using namespace std::chrono_literals;
using imaging::BottleneckMeter;
using imaging::bottleneckOf;
using imaging::WorkClock;
using imaging::WorkShares;
using imaging::WorkTimes;
using protocol::Bottleneck;
using protocol::Phase;
using std::chrono::nanoseconds;

Q_DECLARE_METATYPE(imaging::WorkShares)

namespace
{

constexpr nanoseconds interval = 500ms;

// A job of which every part is at work for some share of each interval.
struct Work {
    BottleneckMeter meter;
    Phase phase = Phase::Writing;
    qint64 done = 0;
    WorkTimes times;
    nanoseconds now{1h};

    Bottleneck go(const WorkShares &shares, qint64 moved = 1000, nanoseconds time = interval)
    {
        const auto part = [time](double share) {
            return std::chrono::duration_cast<nanoseconds>(time * share);
        };
        times.network += part(shares.network);
        times.processors += part(shares.processors);
        times.storage += part(shares.storage);
        now += time;
        done += moved;
        return meter.sample(phase, done, times, now);
    }
};

constexpr WorkShares network{0.99, 0.2, 0.3};
constexpr WorkShares storage{0.2, 0.2, 0.99};

} // namespace

class TestBottleneckMeter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void decides_data()
    {
        QTest::addColumn<WorkShares>("shares");
        QTest::addColumn<Phase>("phase");
        QTest::addColumn<Bottleneck>("before");
        QTest::addColumn<Bottleneck>("found");
        const auto row = [](const char *name, WorkShares shares, Phase phase, Bottleneck before,
                            Bottleneck found) {
            QTest::newRow(name) << shares << phase << before << found;
        };
        using enum Bottleneck;
        row("the wire", {0.98, 0.4, 0.7}, Phase::Writing, None, Network);
        row("the device", {0.3, 0.4, 0.97}, Phase::Writing, None, Storage);
        row("unpacking", {0.3, 0.96, 0.5}, Phase::Writing, None, Decompression);
        row("packing", {0.3, 0.96, 0.5}, Phase::Reading, None, Compression);
        row("reading the device for a backup", {0.5, 0.6, 0.96}, Phase::Reading, None, Storage);
        row("uploading", {0.96, 0.6, 0.7}, Phase::Reading, None, Network);
        row("comparing", {0, 0.95, 0.5}, Phase::Verifying, None, Verifying);
        row("reading back", {0, 0.3, 0.98}, Phase::Verifying, None, Storage);
        row("zeroing", {0, 0, 0.99}, Phase::Zeroing, None, Storage);
        row("flushing", {0, 0, 1}, Phase::Flushing, None, Storage);
        row("wiping", {0, 0, 0.9}, Phase::Wiping, None, Storage);
        row("nobody", {0, 0, 0}, Phase::Writing, None, None);
        row("nobody for most of the time", {0.45, 0.3, 0.4}, Phase::Writing, None, None);
        row("stays without a clear lead", {0.85, 0.2, 0.97}, Phase::Writing, Network, Network);
        row("gives way to a clear lead", {0.8, 0.2, 0.97}, Phase::Writing, Network, Storage);
        row("stays though it is less", {0.42, 0.1, 0.3}, Phase::Writing, Network, Network);
        row("ends", {0.35, 0.1, 0.3}, Phase::Writing, Network, None);
        row("what another phase had", {0, 0.8, 0.85}, Phase::Verifying, Decompression, Storage);
    }

    void decides()
    {
        QFETCH(WorkShares, shares);
        QFETCH(Phase, phase);
        QFETCH(Bottleneck, before);
        QTEST(bottleneckOf(shares, phase, before), "found");
    }

    void needsSomeTime()
    {
        Work work;
        QCOMPARE(work.go(network), Bottleneck::None); // since when it is busy is not known
        QCOMPARE(work.go(network, 1000, 100ms), Bottleneck::None);
        QCOMPARE(work.go(network, 1000, 100ms), Bottleneck::Network); // both together
        QCOMPARE(work.go(storage, 1000, 50ms), Bottleneck::Network);
    }

    void isSmoothed()
    {
        Work work;
        (void)work.go(network);
        for (int i = 0; i < 10; ++i)
            QCOMPARE(work.go(network), Bottleneck::Network);
        QCOMPARE(work.go(storage), Bottleneck::Network); // a device's hiccup
        for (int i = 0; i < 3; ++i)
            QCOMPARE(work.go(network), Bottleneck::Network);
        int turned = 0;
        while (work.go(storage) != Bottleneck::Storage && turned < 20)
            ++turned;
        QVERIFY2(turned >= 1 && turned <= 6, qPrintable(QString::number(turned)));
    }

    // The slots are filled from the network before anything is written.
    void theFirstMomentDoesNotLast()
    {
        Work work;
        (void)work.go(network);
        QCOMPARE(work.go(network, 1000, 250ms), Bottleneck::Network);
        int turned = 0;
        while (work.go(storage, 1000, 250ms) != Bottleneck::Storage && turned < 20)
            ++turned;
        QVERIFY2(turned <= 1, qPrintable(QString::number(turned)));
    }

    void beginsAnewWithAPhase()
    {
        Work work;
        (void)work.go(network);
        QCOMPARE(work.go(network), Bottleneck::Network);
        work.phase = Phase::Verifying;
        work.done = 0;
        QCOMPARE(work.go(network, 0), Bottleneck::None); // what it is of the old phase
        QCOMPARE(work.go({0, 0.3, 0.98}), Bottleneck::Storage);
    }

    void saysNothingOfAStandingNetwork()
    {
        Work work;
        (void)work.go(network);
        QCOMPARE(work.go(network), Bottleneck::Network);
        for (nanoseconds still = interval; still <= 10s; still += interval)
            QCOMPARE(work.go(network, 0), Bottleneck::Network);
        QCOMPARE(work.go(network, 0), Bottleneck::None);
        QCOMPARE(work.go(network, 1), Bottleneck::Network);
    }

    void saysNothingBeforeTheFirstByte()
    {
        Work work;
        for (int i = 0; i < 10; ++i)
            QCOMPARE(work.go(network, 0), Bottleneck::None);
    }

    // An erase of many minutes, of which the device tells nothing.
    void waitsForTheDeviceWithoutAByte()
    {
        Work work;
        work.phase = Phase::Flushing;
        (void)work.go({0, 0, 1}, 0);
        for (int i = 0; i < 100; ++i)
            QCOMPARE(work.go({0, 0, 1}, 0), Bottleneck::Storage);
    }

    void saysNothingWhereNothingIsMoved()
    {
        for (const Phase phase : {Phase::Checking, Phase::Committing}) {
            Work work;
            work.phase = phase;
            for (int i = 0; i < 5; ++i)
                QCOMPARE(work.go(network), Bottleneck::None);
        }
    }

    void clockCountsWhatIsUnderWay()
    {
        WorkClock clock;
        QCOMPARE(clock.total(), 0ns);
        std::chrono::nanoseconds within{0};
        {
            const WorkClock::Visit visit(clock);
            QTRY_VERIFY(clock.total() > 1ms);
            const WorkClock::Visit another(clock);
            const WorkClock::Pause away(clock);
            within = clock.total();
            QTRY_VERIFY(clock.total() > within); // the first is still there
        }
        const auto total = clock.total();
        QVERIFY(total > within);
        QVERIFY(std::chrono::nanoseconds(WorkClock::Clock::now().time_since_epoch()) > 0ns);
        QCOMPARE(clock.total(), total); // nobody there: it stands
    }
};

QTEST_APPLESS_MAIN(TestBottleneckMeter)
#include "tst_bottleneck_meter.moc"
