// SPDX-License-Identifier: GPL-3.0-or-later
// Which devices are sent to their own storage, and until when.
#include "boot_bench.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace boot_bench;
using protocol::ActionKind;

class TestLoopGuard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aVerifiedDeploySendsTheDeviceToItsStorage()
    {
        Fixture f;
        f.serve();
        QSignalSpy refusal(f.station.get(), &core::Station::netbootRefusalChanged);
        const QString session = f.registerFull();
        f.deployVerified(session);
        QCOMPARE(refusal.count(), 1);
        QCOMPARE(refusal.first().at(1).toBool(), true);
        QCOMPARE(f.station->refusedNetboots(), QList{mac});
        QCOMPARE(f.poll(session), ActionKind::Reboot);

        f.restart(); // it holds over a restart
        QCOMPARE(f.station->refusedNetboots(), QList{mac});
        QSignalSpy lifted(f.station.get(), &core::Station::netbootRefusalChanged);
        QVERIFY(f.station->rearm(mac).ok());
        QCOMPARE(lifted.count(), 1);
        QCOMPARE(lifted.first().at(1).toBool(), false);
        QVERIFY(f.station->refusedNetboots().isEmpty());
        f.restart();
        QVERIFY(f.station->refusedNetboots().isEmpty());
    }

    void aForgottenDeviceIsNotRefused()
    {
        Fixture f;
        f.serve();
        f.deployVerified(f.registerFull());
        QSignalSpy refusal(f.station.get(), &core::Station::netbootRefusalChanged);
        QVERIFY(f.station->forget(mac).ok());
        QCOMPARE(refusal.count(), 1);
        QCOMPARE(refusal.first().at(0).value<core::MacAddress>(), mac);
        QCOMPARE(refusal.first().at(1).toBool(), false);
        QVERIFY(f.station->refusedNetboots().isEmpty());
        // Nor is anything owed to it when it comes back.
        QCOMPARE(f.poll(f.registerFull()), ActionKind::None);
        f.restart();
        QVERIFY(f.station->refusedNetboots().isEmpty());
    }

    void rearmingTellsTheServiceInAnyCase()
    {
        Fixture f;
        f.registerFull();
        QSignalSpy refusal(f.station.get(), &core::Station::netbootRefusalChanged);
        const auto messages = f.station->messages().size();
        QVERIFY(f.station->rearm(mac).ok());
        QCOMPARE(refusal.count(), 1);
        QCOMPARE(refusal.first().at(1).toBool(), false);
        QCOMPARE(f.station->messages().size(), messages); // it was never refused
    }

    void theRebootIsOwedUntilItIsTaken()
    {
        Fixture f;
        f.serve();
        QString session = f.registerFull();
        f.deployVerified(session);
        session = f.registerFull(); // it lost its session and comes back in the same boot
        f.now += 60'000;
        const auto action = f.station->poll(mac, peer, session, u"http://station:5000"_s);
        QCOMPARE(action->kind, ActionKind::Reboot);
        protocol::Report accepted;
        accepted.kind = protocol::ReportKind::Accepted;
        QVERIFY(f.station->report(action->job, session, accepted).ok());
        // The answer was lost and it says so again; another session's word is none.
        QVERIFY(f.station->report(action->job, session, accepted).ok());
        QVERIFY(!f.station->report(action->job, u"other"_s, accepted).ok());
        QCOMPARE(f.poll(session), ActionKind::None); // once
    }

    void theRebootIsOwedOverARestartOfTheStation()
    {
        Fixture f;
        f.serve();
        const QString session = f.registerFull();
        f.deployVerified(session);
        f.now += 3'600'000; // the station was away for longer than it waits for the device
        f.restart();
        f.serve();
        f.takeReboot(session); // the client goes on asking with the session that it has
        f.restart();
        QCOMPARE(f.poll(session), ActionKind::None); // once
        // Back in another boot it has had its reboot; a refusal alone is no reason for one.
        QCOMPARE(f.station->refusedNetboots(), QList{mac});
        QCOMPARE(f.poll(f.registerFull(u"boot-2"_s)), ActionKind::None);
    }

    void whatIsOwedNoMoreIsForgotten()
    {
        Fixture f;
        f.serve();
        const QString session = f.registerFull();
        f.deployVerified(session);
        QVERIFY(f.station->rearm(mac).ok());
        f.restart();
        QCOMPARE(f.poll(session), ActionKind::None);
        f.deployVerified(session);
        f.restart();
        f.registerFull(u"boot-2"_s); // somebody has restarted it meanwhile
        f.restart();
        QCOMPARE(f.poll(f.registerFull(u"boot-2"_s)), ActionKind::None);
    }

    void aRestartedDeviceIsNotRebootedAgain()
    {
        Fixture f;
        f.serve();
        f.deployVerified(f.registerFull());
        QCOMPARE(f.poll(f.registerFull(u"boot-2"_s)), ActionKind::None);
        Fixture late;
        late.serve();
        const QString session = late.registerFull();
        late.deployVerified(session);
        late.now += 600'000;
        QCOMPARE(late.poll(session), ActionKind::None);
    }

    void withoutTheServiceNothingIsRebooted()
    {
        Fixture f;
        const QString session = f.registerFull();
        f.deployVerified(session);
        QVERIFY(f.station->refusedNetboots().isEmpty());
        QCOMPARE(f.poll(session), ActionKind::None);
    }

    void theGuardCanBeOff()
    {
        Fixture f(core::GuardMode::Off);
        f.serve();
        const QString session = f.registerFull();
        f.deployVerified(session);
        QVERIFY(f.station->refusedNetboots().isEmpty());
        QCOMPARE(f.poll(session), ActionKind::None);
    }

    void switchedOffItLiftsWhatItHasRefused()
    {
        Fixture f;
        f.serve();
        f.deployVerified(f.registerFull());
        f.restart();
        QCOMPARE(f.station->refusedNetboots(), QList{mac});
        f.restart(core::GuardMode::Off);
        QVERIFY(f.station->refusedNetboots().isEmpty());
        QCOMPARE(f.station->messages().last().kind, core::MessageKind::NetbootAllowed);
        QCOMPARE(f.poll(f.registerFull()), ActionKind::None); // nor is it rebooted any more
        f.restart();                                          // for good
        QVERIFY(f.station->refusedNetboots().isEmpty());
    }

    void aPlainDeployOnlyWhenTheOperatorSaysSo_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<bool>("refused");
        QTest::newRow("verified") << int(core::GuardMode::Verified) << false;
        QTest::newRow("any") << int(core::GuardMode::AnyDeploy) << true;
    }

    void aPlainDeployOnlyWhenTheOperatorSaysSo()
    {
        QFETCH(int, mode);
        QFETCH(bool, refused);
        Fixture f{core::GuardMode(mode)};
        f.serve();
        protocol::RegisterRequest request;
        request.mac = mac;
        QVERIFY(f.station->registerDevice(request, peer).ok());
        const QString path = f.folder.filePath(u"golden.img"_s);
        samples::writeFile(path, samples::noise(qint64(imaging::chunkBytes), 1));
        const auto image = f.library->import(path);
        QTRY_COMPARE_WITH_TIMEOUT(f.library->image(*image)->state, core::ImageState::Ready, 60'000);
        const auto job = f.station->deploy(mac, *image, {});
        QCOMPARE(f.poll({}), ActionKind::Deploy);
        core::TransferEvent event;
        event.token = f.station->job(*job)->token;
        event.kind = core::TransferEvent::Kind::Completed;
        f.board->post(event);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(f.station->job(*job)->outcome, core::Outcome::SentNotVerified);
        QCOMPARE(!f.station->refusedNetboots().isEmpty(), refused);
        QCOMPARE(f.poll({}), refused ? ActionKind::Reboot : ActionKind::None);
    }

    void aJobForARefusedDeviceWantsItBack()
    {
        Fixture f;
        f.serve();
        const QString session = f.registerFull();
        f.deployVerified(session);
        QVERIFY(!f.station->refusedNetboots().isEmpty());
        f.now += 3'600'000; // it has booted from its eMMC since
        QVERIFY(f.order().ok());
        QVERIFY(f.station->refusedNetboots().isEmpty());
    }

    void aJobForADeviceThatIsLeavingWantsItBack()
    {
        Fixture f;
        f.serve();
        const QString session = f.registerFull();
        f.deployVerified(session);
        f.takeReboot(session);
        QVERIFY(f.order().ok()); // it still counts as online
        QVERIFY(f.station->isOnline(*f.station->device(mac)));
        QVERIFY(f.station->refusedNetboots().isEmpty());
    }

    void aJobMadeWhileTheDeviceIsToldToLeave()
    {
        Fixture f;
        f.serve();
        const QString session = f.registerFull();
        f.deployVerified(session);
        const auto action = f.station->poll(mac, peer, session, u"http://station:5000"_s);
        QCOMPARE(action->kind, ActionKind::Reboot);
        QVERIFY(f.order().ok());
        QCOMPARE(f.station->refusedNetboots(), QList{mac}); // it may yet do the job first
        protocol::Report accepted;
        accepted.kind = protocol::ReportKind::Accepted;
        QVERIFY(f.station->report(action->job, session, accepted).ok());
        QVERIFY(f.station->refusedNetboots().isEmpty());
    }

    void aDeviceThatGoesAwayWithAJobMayComeBack()
    {
        Fixture f;
        f.serve();
        const QString session = f.registerFull();
        f.deployVerified(session);
        QVERIFY(f.order().ok());
        QCOMPARE(f.station->refusedNetboots(), QList{mac}); // here, and nobody has told it to go
        f.now += 60'000;                                    // its plug was pulled
        QTRY_VERIFY(f.station->refusedNetboots().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestLoopGuard)
#include "tst_loop_guard.moc"
