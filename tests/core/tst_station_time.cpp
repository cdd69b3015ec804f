// SPDX-License-Identifier: GPL-3.0-or-later
// The wall clock is set, and nothing that lasts is moved by it; what breaks off, told in time and
// with its cause; rounds that lead nowhere; and progress of whole jobs.
#include "core/station_bench.h"

using namespace bench;
using core::MessageKind;

namespace
{

constexpr qint64 hour = 3'600'000;

struct Bench : Fixture {
    using Fixture::Fixture;

    void pass(qint64 ms)
    {
        now += ms;
        QMetaObject::invokeMethod(station.get(), "tick");
    }
    [[nodiscard]] core::JobId deployTo(const QString &session)
    {
        const auto id = station->deploy(mac(), import(), {});
        (void)poll(1, session);
        return *id;
    }
    void tell(const core::JobId &id, const QString &session, Phase phase, qint64 done = 1,
              qint64 total = 2)
    {
        if (!station->report(id, session, progress(phase, done, total)))
            qFatal("report refused");
        pass(500);
    }
    [[nodiscard]] qsizetype count(MessageKind kind) const
    {
        return std::ranges::count(station->messages(), kind, &core::Message::kind);
    }
    void wire(TransferEvent::Kind kind, const core::JobId &id,
              FailureCode code = FailureCode::ConnectionLost)
    {
        TransferEvent event;
        event.kind = kind;
        event.token = job(id).token;
        event.failure = {code, protocol::Stage::Write, u"at 7"_s};
        post(event);
    }
};

} // namespace

class TestStationTime : public QObject
{
    Q_OBJECT

    static void jumps()
    {
        QTest::addColumn<qint64>("jump");
        QTest::newRow("a day back") << -24 * hour;
        QTest::newRow("an hour back") << -hour;
        QTest::newRow("ten years on") << 87'600 * hour;
    }

private Q_SLOTS:
    void silence_data() { jumps(); }
    void silence()
    {
        QFETCH(qint64, jump);
        Bench f;
        const QString session = f.registerFull();
        const auto id = f.deployTo(session);
        f.tell(id, session, Phase::Writing);
        f.wallShift = jump;
        f.pass(1'000);
        QCOMPARE(f.job(id).state, JobState::Transferring);
        QVERIFY(f.station->isOnline(*f.station->device(mac())));
        f.pass(58'000);
        QCOMPARE(f.job(id).state, JobState::Transferring);
        QVERIFY(f.job(id).silentSeconds >= 58);
        f.pass(2'000);
        QCOMPARE(f.job(id).state, JobState::Offered);
        QCOMPARE(f.job(id).failure.code, FailureCode::NotReported);
        QVERIFY(!f.station->isOnline(*f.station->device(mac())));
    }

    void theQueue_data() { jumps(); }
    void theQueue()
    {
        QFETCH(qint64, jump);
        Bench f;
        f.station->setMaxDeploys(1);
        const auto image = f.import();
        f.registerPlain(1, u"10.0.0.1"_s);
        f.registerPlain(2, u"10.0.0.2"_s);
        QVERIFY(f.station->deploy(mac(1), image, {}).ok());
        QVERIFY(f.station->deploy(mac(2), image, {}).ok());
        QCOMPARE(f.poll(1, {}, u"10.0.0.1"_s).kind, ActionKind::Deploy);
        f.wallShift = jump;
        QCOMPARE(f.poll(2, {}, u"10.0.0.2"_s).kind, ActionKind::None);
        f.pass(15'000);
        QCOMPARE(f.poll(2, {}, u"10.0.0.2"_s).kind, ActionKind::None);
        f.pass(6'000); // 1 fell silent 21 s ago
        QCOMPARE(f.poll(2, {}, u"10.0.0.2"_s).kind, ActionKind::Deploy);
    }

    void orders_data() { jumps(); }
    void orders()
    {
        QFETCH(qint64, jump);
        Bench f;
        f.registerPlain();
        QVERIFY(f.station->requestAction(mac(), ActionKind::Identify).ok());
        f.wallShift = jump;
        f.pass(29'000);
        QCOMPARE(f.count(MessageKind::ActionExpired), 0);
        f.pass(1'000);
        QCOMPARE(f.count(MessageKind::ActionExpired), 1);
    }

    void theOwedReboot_data() { jumps(); }
    void theOwedReboot()
    {
        QFETCH(qint64, jump);
        Bench f;
        f.station->setNetbootStatus({core::NetbootState::Serving, u"eth1"_s, {}, {}, {}, {}, {}});
        const QString session = f.registerFull();
        const auto id = f.deployTo(session);
        QVERIFY(f.station->report(id, session, f.deployed(f.job(id))).ok());
        f.wallShift = jump;
        f.pass(299'000);
        QCOMPARE(f.poll(1, session).kind, ActionKind::Reboot);
    }

    void messagesTellTheWallClock()
    {
        Bench f;
        f.wallShift = -24 * hour;
        f.registerPlain();
        QCOMPARE(f.station->messages().last().time.toMSecsSinceEpoch(), f.now - 24 * hour);
        QCOMPARE(f.station->device(mac())->lastSeen.toMSecsSinceEpoch(), f.now - 24 * hour);
    }

    // --- what breaks off ---

    void aRestartOfTheStationIsItsOwnCause()
    {
        Bench f;
        const QString session = f.registerFull();
        const auto id = f.deployTo(session);
        f.tell(id, session, Phase::Writing);
        f.restart();
        QCOMPARE(f.job(id).failure.code, FailureCode::StationRestarted);
        QCOMPARE(f.station->messages().last().kind, MessageKind::JobInterrupted);
        QCOMPARE(f.station->messages().last().failure.code, FailureCode::StationRestarted);
    }

    // Its connection closes at once; the next one comes minutes later.
    void aKilledClientIsNoticedWhenItDies()
    {
        Bench f;
        const QString session = f.registerFull();
        const auto id = f.deployTo(session);
        const auto transfer = f.board->find(f.job(id).token);
        const quint64 connection = transfer->attach([] {});
        f.tell(id, session, Phase::Writing);
        transfer->detach(connection); // between two runs, nothing breaks off
        f.pass(1'000);
        QCOMPARE(f.job(id).state, JobState::Transferring);
        f.pass(4'000);
        QVERIFY(f.job(id).interrupted);
        QCOMPARE(f.job(id).failure.code, FailureCode::ConnectionLost);
        QCOMPARE(f.count(MessageKind::JobInterrupted), 1);
    }

    // A new connection, or only a report, and it was none.
    void aConnectionThatIsChangedIsNoInterruption()
    {
        Bench f;
        const QString session = f.registerFull();
        const auto id = f.deployTo(session);
        const auto transfer = f.board->find(f.job(id).token);
        transfer->detach(transfer->attach([] {}));
        for (int i = 0; i < 20; ++i)
            f.tell(id, session, Phase::Verifying, i, 20);
        QCOMPARE(f.job(id).state, JobState::Verifying);
        QCOMPARE(f.count(MessageKind::JobInterrupted), 0);
    }

    void roundsThatLeadNowhereEnd_data()
    {
        QTest::addColumn<bool>("backup");
        QTest::newRow("deploy") << false;
        QTest::newRow("backup") << true;
    }

    void roundsThatLeadNowhereEnd()
    {
        QFETCH(bool, backup);
        Bench f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = backup ? f.backup(mac(), f.folder.filePath(u"b.img"_s), {})
                               : f.station->deploy(mac(), image, {});
        int rounds = 0;
        while (f.poll().kind != ActionKind::None) {
            f.wire(TransferEvent::Kind::Began, *id);
            f.wire(TransferEvent::Kind::Interrupted, *id, FailureCode::DeviceWriteError);
            f.pass(5'000);
            ++rounds;
            QVERIFY2(rounds < 100, "for ever");
        }
        QCOMPARE(f.job(*id).state, JobState::Failed);
        QCOMPARE(f.job(*id).failure.code, FailureCode::DeviceWriteError); // the last cause
        QVERIFY2(rounds >= 24, qPrintable(QString::number(rounds)));      // for two minutes
    }

    void roundsThatGetFurtherGoOn()
    {
        Bench f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        const auto transfer = f.board->find(f.job(*id).token);
        for (int i = 1; i < 60; ++i) {
            QCOMPARE(f.poll().kind, ActionKind::Deploy);
            f.wire(TransferEvent::Kind::Began, *id);
            transfer->done = i; // a byte
            f.pass(1'000);
            f.wire(TransferEvent::Kind::Interrupted, *id);
            f.pass(4'000);
        }
        QVERIFY(f.job(*id).interrupted);
    }

    // Away for longer than it takes to ask again: its cable is out, now and then.
    void absenceIsNoRound()
    {
        Bench f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        for (int i = 0; i < 60; ++i) {
            QCOMPARE(f.poll().kind, ActionKind::Deploy);
            f.wire(TransferEvent::Kind::Began, *id);
            f.wire(TransferEvent::Kind::Interrupted, *id);
            f.pass(core::JobRounds::atOnceMs + 1);
        }
        QCOMPARE(f.job(*id).state, JobState::Offered);
        QCOMPARE(f.job(*id).rounds, 0);
    }

    // --- the whole job ---

    void theBarNeverRunsBack()
    {
        Bench f;
        const QString session = f.registerFull();
        const auto id = f.deployTo(session);
        const qint64 data = f.library->pack(f.job(id).image)->tail().map().dataBytes();
        qint64 before = 0;
        const auto tell = [&](Phase phase, qint64 done, qint64 total) {
            f.tell(id, session, phase, done, total);
            QVERIFY2(f.job(id).overallDone >= before, qPrintable(QString::number(before)));
            QVERIFY(f.job(id).overallDone <= f.job(id).overallTotal);
            before = f.job(id).overallDone;
        };
        tell(Phase::Checking, 0, 0);
        tell(Phase::Wiping, 2, 2);
        tell(Phase::Zeroing, 5, 10);
        for (qint64 part = 0; part <= 4; ++part)
            tell(Phase::Writing, part * data / 4, data);
        const qint64 half = before;
        tell(Phase::Flushing, 0, 0);
        tell(Phase::Verifying, 0, data);
        QVERIFY(half > f.job(id).overallTotal * 45 / 100);
        QVERIFY(half < f.job(id).overallTotal * 55 / 100);
        tell(Phase::Verifying, data / 2, data);
        QVERIFY(f.job(id).overallSecondsLeft > 0);
        tell(Phase::Repairing, 1, 2);
        f.wire(TransferEvent::Kind::Interrupted, id);
        QCOMPARE(f.job(id).overallSecondsLeft, -1);
        tell(Phase::Checking, 0, 0); // begins again, and finds most of it there
        tell(Phase::Writing, data, data);
        tell(Phase::Verifying, data, data);
        tell(Phase::Finishing, 2, 2);
        QVERIFY(f.station->report(id, session, f.deployed(f.job(id))).ok());
        QCOMPARE(f.job(id).overallDone, f.job(id).overallTotal);
    }

    void aPlainDeployIsItsBytes()
    {
        Bench f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        (void)f.poll();
        f.wire(TransferEvent::Kind::Began, *id);
        f.board->find(f.job(*id).token)->done = 1'000;
        f.pass(500);
        QCOMPARE(f.job(*id).overallDone, 1'000);
        QCOMPARE(f.job(*id).overallTotal, f.library->image(image)->size);
    }

    void aBackupIsTheDevice()
    {
        Bench f;
        const QString session = f.registerFull();
        const auto id = f.backup(mac(), f.folder.filePath(u"b.img"_s), {});
        (void)f.poll(1, session);
        f.board->find(f.job(*id).token)->done = 1 << 20;
        f.tell(*id, session, Phase::Reading, 5 << 20, qint64(1) << 30);
        QCOMPARE(f.job(*id).overallTotal, qint64(1) << 30);
        QVERIFY(f.job(*id).overallDone > 0);
    }
};

QTEST_GUILESS_MAIN(TestStationTime)
#include "tst_station_time.moc"
