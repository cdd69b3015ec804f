// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of deploys as the station keeps it, with a clock of the test's own.
#include "core/deploy_queue.h"
#include "station_bench.h"

using namespace bench;

namespace
{

constexpr qint64 patienceMs = std::chrono::milliseconds(core::deploySlotPatience).count();
constexpr qint64 awayMs = 16'000; // a plain device is not there any more

// Plain devices 1 to `count`, each at an address of its own, each with a deploy.
struct Queue : Fixture {
    Queue(int limit, int count)
    {
        station->setMaxDeploys(limit);
        image = import();
        for (int n = 1; n <= count; ++n) {
            registerPlain(n, at(n));
            jobs.append(*station->deploy(mac(n), image, {}));
        }
    }

    static QString at(int n) { return u"10.0.0.%1"_s.arg(n); }
    ActionKind ask(int n) { return poll(n, {}, at(n)).kind; }
    const core::Job &jobOf(int n) const { return job(jobs.at(n - 1)); }

    QByteArray places() const
    {
        QByteArray text;
        for (const auto &id : jobs)
            text += QByteArray::number(job(id).place);
        return text;
    }

    void post(TransferEvent::Kind kind, int n)
    {
        TransferEvent event;
        event.kind = kind;
        event.token = jobOf(n).token;
        Fixture::post(event);
    }

    // The clock goes on; those in `there` poll meanwhile, as often as they would.
    void pass(qint64 ms, const QList<int> &there)
    {
        for (qint64 step = 0; step < ms; step += 5'000) {
            now += std::min<qint64>(5'000, ms - step);
            for (const int n : there)
                ask(n);
        }
        tick();
    }

    void tick() { QMetaObject::invokeMethod(station.get(), "tick"); }

    core::ImageId image;
    QList<core::JobId> jobs;
};

} // namespace

class TestStationQueue : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void withoutALimitNobodyWaits()
    {
        Queue q(0, 4);
        for (int n = 4; n >= 1; --n)
            QCOMPARE(q.ask(n), ActionKind::Deploy);
        QCOMPARE(q.places(), "0000");
        QCOMPARE(q.station->waitingDeploys(), 0);
    }

    void theOldestGoFirst()
    {
        Queue q(2, 4);
        QCOMPARE(q.places(), "0012");
        QCOMPARE(q.station->waitingDeploys(), 2);
        QCOMPARE(q.ask(4), ActionKind::None);
        QCOMPARE(q.ask(3), ActionKind::None);
        QCOMPARE(q.jobOf(3).state, JobState::Queued);
        QCOMPARE(q.ask(2), ActionKind::Deploy);
        QCOMPARE(q.ask(1), ActionKind::Deploy);
        QCOMPARE(q.places(), "0012");
        q.post(TransferEvent::Kind::Began, 2);
        q.post(TransferEvent::Kind::Completed, 2);
        QCOMPARE(q.jobOf(2).state, JobState::Succeeded);
        QCOMPARE(q.places(), "0001");
        QCOMPARE(q.ask(4), ActionKind::None);
        QCOMPARE(q.ask(3), ActionKind::Deploy);
    }

    void cancellingMovesTheOthersUp()
    {
        Queue q(1, 4);
        QCOMPARE(q.places(), "0123");
        QSignalSpy changes(q.station.get(), &core::Station::deviceChanged);
        QVERIFY(q.station->cancel(q.jobs.at(1), u"test"_s).ok());
        QCOMPARE(q.places(), "0012");
        // The cancelled one, and the two that moved up.
        QSet<core::MacAddress> changed;
        for (const auto &change : std::as_const(changes))
            changed.insert(change.first().value<core::MacAddress>());
        QCOMPARE(changed, (QSet<core::MacAddress>{mac(2), mac(3), mac(4)}));
        QVERIFY(q.station->cancel(q.jobs.at(0), u"test"_s).ok());
        QCOMPARE(q.places(), "0001");
        QCOMPARE(q.ask(3), ActionKind::Deploy);
    }

    void nothingIsToldWhileNothingMoves()
    {
        Queue q(1, 3);
        q.tick();
        QSignalSpy changes(q.station.get(), &core::Station::deviceChanged);
        q.tick();
        QCOMPARE(q.ask(3), ActionKind::None);
        q.tick();
        QCOMPARE(changes.size(), 0);
    }

    void aDeviceThatIsAwayHoldsNobodyUp()
    {
        Queue q(1, 3);
        q.pass(awayMs, {2, 3});
        // 1 is away: 2 was let past it, and was offered its own at its poll.
        QCOMPARE(q.jobOf(1).state, JobState::Queued);
        QCOMPARE(q.jobOf(2).state, JobState::Offered);
        QCOMPARE(q.places(), "001");
        // Back, it stands before 3, which is younger.
        QCOMPARE(q.ask(1), ActionKind::None);
        QCOMPARE(q.places(), "102");
        q.post(TransferEvent::Kind::Began, 2);
        q.post(TransferEvent::Kind::Completed, 2);
        QCOMPARE(q.places(), "001");
        QCOMPARE(q.ask(3), ActionKind::None);
        QCOMPARE(q.ask(1), ActionKind::Deploy);
    }

    // Switched off just after it was offered the image.
    void whatIsOfferedAndNotFetchedHoldsNobodyUpForLong()
    {
        Queue q(1, 2);
        QCOMPARE(q.ask(1), ActionKind::Deploy);
        q.pass(patienceMs, {2});
        QCOMPARE(q.places(), "01");
        q.pass(1, {2});
        QCOMPARE(q.places(), "00");
        QCOMPARE(q.ask(2), ActionKind::Deploy);
        QCOMPARE(q.ask(1), ActionKind::Deploy); // its offer stands
    }

    void whatStallsLetsOthersPassAndGoesOnWhenItReturns()
    {
        Queue q(1, 3);
        QCOMPARE(q.ask(1), ActionKind::Deploy);
        q.post(TransferEvent::Kind::Began, 1);
        q.pass(patienceMs + 1, {2, 3});
        QCOMPARE(q.ask(2), ActionKind::Deploy);
        q.post(TransferEvent::Kind::Began, 2);
        QCOMPARE(q.ask(3), ActionKind::None);
        // Bytes move again: two are at work, and 3 waits for both.
        q.board->find(q.jobOf(1).token)->moved = 1000;
        q.board->find(q.jobOf(2).token)->moved = 1000;
        q.tick();
        QCOMPARE(q.jobOf(1).state, JobState::Transferring);
        q.post(TransferEvent::Kind::Completed, 1);
        QCOMPARE(q.places(), "001");
        QCOMPARE(q.ask(3), ActionKind::None);
        q.post(TransferEvent::Kind::Completed, 2);
        QCOMPARE(q.ask(3), ActionKind::Deploy);
    }

    void anInterruptedOneKeepsItsSlotForAMoment()
    {
        Queue q(1, 2);
        QCOMPARE(q.ask(1), ActionKind::Deploy);
        q.post(TransferEvent::Kind::Began, 1);
        q.post(TransferEvent::Kind::Interrupted, 1);
        QVERIFY(q.jobOf(1).interrupted);
        QCOMPARE(q.ask(2), ActionKind::None);
        QCOMPARE(q.ask(1), ActionKind::Deploy);
        q.post(TransferEvent::Kind::Began, 1);
        q.pass(patienceMs - 1, {2});
        QCOMPARE(q.ask(2), ActionKind::None);
    }

    // A script whose dd fails at once: it would fetch the first MiB for ever.
    void whatBreaksOffAgainAndAgainHoldsNobodyUp()
    {
        Queue q(1, 2);
        for (int n = 0; n < core::mostBreaks; ++n) {
            QCOMPARE(q.ask(2), ActionKind::None);
            QCOMPARE(q.ask(1), ActionKind::Deploy);
            q.post(TransferEvent::Kind::Began, 1);
            q.post(TransferEvent::Kind::Interrupted, 1);
            q.now += 5'000;
        }
        QCOMPARE(q.ask(1), ActionKind::Deploy);
        q.post(TransferEvent::Kind::Began, 1);
        QCOMPARE(q.ask(2), ActionKind::Deploy);
        QCOMPARE(q.jobOf(1).state, JobState::Transferring); // and it goes on trying
    }

    void readingBackFreesTheSlot()
    {
        Fixture f;
        f.station->setMaxDeploys(1);
        const auto image = f.import();
        const QString first = f.registerFull(1);
        const QString second = f.registerFull(2);
        const auto one = *f.station->deploy(mac(1), image, {});
        const auto two = *f.station->deploy(mac(2), image, {});
        QCOMPARE(f.poll(1, first).kind, ActionKind::Deploy);
        QVERIFY(f.station->report(one, first, f.progress(Phase::Zeroing)).ok());
        QCOMPARE(f.job(two).place, 1);
        QCOMPARE(f.poll(2, second).kind, ActionKind::None);
        QVERIFY(f.station->report(one, first, f.progress(Phase::Verifying)).ok());
        QCOMPARE(f.poll(2, second).kind, ActionKind::Deploy);
        QCOMPARE(f.job(two).place, 0);
        QVERIFY(f.station->report(one, first, f.deployed(f.job(one))).ok());
        QCOMPARE(f.job(one).state, JobState::Succeeded);
    }

    void backupsDoNotQueue()
    {
        Queue q(1, 2);
        QCOMPARE(q.ask(1), ActionKind::Deploy);
        q.registerPlain(5, Queue::at(5), 1 << 20);
        QVERIFY(q.backup(mac(5), q.folder.filePath(u"b.img"_s), {}).ok());
        QCOMPARE(q.ask(5), ActionKind::Backup);
        QCOMPARE(q.places(), "01");
    }

    void theLimitCanBeChangedAtAnyTime()
    {
        Queue q(1, 4);
        QSignalSpy told(q.station.get(), &core::Station::maxDeploysChanged);
        q.station->setMaxDeploys(1);
        QCOMPARE(told.size(), 0);
        q.station->setMaxDeploys(3);
        QCOMPARE(told.size(), 1);
        QCOMPARE(q.places(), "0001");
        for (int n = 1; n <= 3; ++n)
            QCOMPARE(q.ask(n), ActionKind::Deploy);
        q.station->setMaxDeploys(1); // takes nothing back
        QCOMPARE(q.places(), "0001");
        QCOMPARE(q.jobOf(3).state, JobState::Offered);
        q.station->setMaxDeploys(0);
        QCOMPARE(q.places(), "0000");
        QCOMPARE(q.ask(4), ActionKind::Deploy);
        q.station->setMaxDeploys(-3);
        QCOMPARE(q.station->maxDeploys(), 0);
        q.station->setMaxDeploys(1'000'000);
        QCOMPARE(q.station->maxDeploys(), core::maxDeploysLimit);
    }

    void aRestartKeepsLimitAndOrder()
    {
        Queue q(1, 4);
        QCOMPARE(q.ask(1), ActionKind::Deploy);
        q.post(TransferEvent::Kind::Began, 1);
        q.restart();
        QCOMPARE(q.station->maxDeploys(), 1);
        QVERIFY(q.jobOf(1).interrupted);
        QCOMPARE(q.places(), "0123");
        for (int n = 4; n >= 2; --n)
            QCOMPARE(q.ask(n), ActionKind::None);
        QCOMPARE(q.ask(1), ActionKind::Deploy);
        // What the command line says counts more than what was left.
        q.options.maxDeploys = 3;
        q.restart();
        QCOMPARE(q.station->maxDeploys(), 3);
        QCOMPARE(q.places(), "0001");
        q.options.maxDeploys.reset();
        q.restart();
        QCOMPARE(q.station->maxDeploys(), 3);
    }
};

QTEST_GUILESS_MAIN(TestStationQueue)
#include "tst_station_queue.moc"
