// SPDX-License-Identifier: GPL-3.0-or-later
// Devices on their way up, and the loop guard.
#include "core/station.h"
#include "imaging/samples.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using core::BootStage;
using core::BootState;
using core::NetbootState;
using protocol::ActionKind;
using protocol::FailureCode;

namespace
{

const QString peer = u"10.20.50.101"_s;
const core::MacAddress mac = *core::MacAddress::parse(u"dc:a6:32:01:02:03");

struct Fixture {
    explicit Fixture(core::GuardMode guard = core::GuardMode::Verified) { open(guard); }

    void open(core::GuardMode guard = core::GuardMode::Verified)
    {
        auto opened = core::Store::open(folder.filePath(u"s.sqlite"_s));
        if (!opened)
            qFatal("no store: %s", qPrintable(opened.failure().detail));
        store = std::move(*opened);
        const auto snapshot = store->load();
        library = std::make_unique<core::ImageLibrary>(folder.filePath(u"images"_s), *store, pool,
                                                       snapshot->images);
        board = std::make_unique<core::TransferBoard>();
        core::StationOptions options;
        options.guard = guard;
        station = std::make_unique<core::Station>(*store, *library, *board, *snapshot, options,
                                                  [this] { return now; });
    }

    void restart(core::GuardMode guard = core::GuardMode::Verified)
    {
        store->flush();
        station.reset();
        board.reset();
        library.reset();
        store.reset();
        open(guard);
    }

    void serve()
    {
        station->setNetbootStatus({NetbootState::Serving, u"eth1"_s, {}, {}, {}, {}, {}});
    }

    core::BootTimeline timeline(BootStage stage) const
    {
        core::BootTimeline boot;
        boot.mac = mac;
        boot.state = BootState::Booting;
        boot.raspberry = true;
        boot.changed = QDateTime::fromMSecsSinceEpoch(now, QTimeZone::utc());
        boot.steps = {{stage, boot.changed, {}}};
        return boot;
    }

    QString registerFull(const QString &bootId = u"boot-1"_s)
    {
        protocol::RegisterRequest request;
        request.mac = mac;
        request.features = {u"full-1"_s};
        request.bootId = bootId;
        request.storage = {u"MMC"_s, u"card"_s, u"cid"_s, qint64(1) << 30, 512};
        const auto answer = station->registerDevice(request, peer);
        return answer.ok() ? answer->session : QString();
    }

    ActionKind poll(const QString &session)
    {
        const auto action = station->poll(mac, peer, session, u"http://station:5000"_s);
        return action.ok() ? action->kind : ActionKind::None;
    }

    [[nodiscard]] protocol::Result<core::JobId> order() const
    {
        return station->backup(mac, folder.filePath(u"b.img.zst"_s), {});
    }

    void takeReboot(const QString &session)
    {
        const auto action = station->poll(mac, peer, session, u"http://station:5000"_s);
        QCOMPARE(action->kind, ActionKind::Reboot);
        protocol::Report accepted;
        accepted.kind = protocol::ReportKind::Accepted;
        QVERIFY(station->report(action->job, session, accepted).ok());
    }

    // A deploy that the device says it has verified.
    void deployVerified(const QString &session)
    {
        const QString path = folder.filePath(u"golden.img"_s);
        samples::writeFile(path, samples::noise(3 * qint64(imaging::chunkBytes), 1));
        const auto image = library->import(path);
        [&] { QTRY_COMPARE(library->image(*image)->state, core::ImageState::Ready); }();
        const auto job = station->deploy(mac, *image, {});
        (void)poll(session);
        protocol::Report report;
        report.kind = protocol::ReportKind::Deployed;
        report.proof.imageIdentity = library->image(*image)->identity;
        report.proof.verifiedBytes = library->image(*image)->size;
        if (!station->report(*job, session, report))
            qFatal("report refused");
        QCOMPARE(station->job(*job)->outcome, core::Outcome::Verified);
    }

    QTemporaryDir folder;
    imaging::WorkerPool pool{2};
    qint64 now = 1'700'000'000'000;
    std::unique_ptr<core::Store> store;
    std::unique_ptr<core::ImageLibrary> library;
    std::unique_ptr<core::TransferBoard> board;
    std::unique_ptr<core::Station> station;
};

} // namespace

class TestStationBoot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theRowIsThereBeforeTheDevice()
    {
        Fixture f;
        QSignalSpy added(f.station.get(), &core::Station::deviceAdded);
        QSignalSpy changed(f.station.get(), &core::Station::deviceChanged);
        f.station->noteBoot(f.timeline(BootStage::Seen));
        QCOMPARE(added.count(), 1);
        const core::Device *device = f.station->device(mac);
        QVERIFY(device && !device->isRegistered());
        QVERIFY(!f.station->isOnline(*device));
        QCOMPARE(device->bootTimeline.stage(), BootStage::Seen);
        changed.clear();
        f.station->noteBoot(f.timeline(BootStage::Seen)); // nothing new
        QCOMPARE(changed.count(), 0);
        f.station->noteBoot(f.timeline(BootStage::Kernel));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(added.count(), 1);
    }

    void anUnregisteredDeviceIsNotAnswered()
    {
        Fixture f;
        f.station->noteBoot(f.timeline(BootStage::Kernel));
        const auto action = f.station->poll(mac, peer, {}, u"http://s"_s);
        QCOMPARE(action.failure().code, FailureCode::UnknownDevice);
    }

    void registrationIsTheFirstOne()
    {
        Fixture f;
        f.station->noteBoot(f.timeline(BootStage::NetworkUp));
        QSignalSpy added(f.station.get(), &core::Station::deviceAdded);
        QSignalSpy registered(f.station.get(), &core::Station::deviceRegistered);
        QVERIFY(!f.registerFull().isEmpty());
        QCOMPARE(added.count(), 0); // the row was there
        QCOMPARE(registered.count(), 1);
        QCOMPARE(f.station->messages().last().kind, core::MessageKind::DeviceAppeared);
        QVERIFY(f.station->device(mac)->isRegistered());
        QCOMPARE(f.station->devices().size(), qsizetype(1));
        // What is on the way up is not remembered, who registered is.
        f.station->noteBoot([&] {
            auto boot = f.timeline(BootStage::Seen);
            boot.mac = *core::MacAddress::parse(u"dc:a6:32:01:02:99");
            return boot;
        }());
        f.restart();
        QCOMPARE(f.station->devices().size(), qsizetype(1));
        QVERIFY(f.station->device(mac)->bootTimeline.isEmpty());
    }

    void inventedAddressesDoNotFillTheList()
    {
        Fixture f;
        f.registerFull();
        auto boot = f.timeline(BootStage::Seen);
        for (int i = 1; i <= 400; ++i) {
            boot.mac = *core::MacAddress::parse(
                u"02:00:00:00:%1:%2"_s.arg(i / 256, 2, 16, '0'_L1).arg(i % 256, 2, 16, '0'_L1));
            boot.changed = boot.changed.addSecs(1);
            f.station->noteBoot(boot);
        }
        QCOMPARE(f.station->devices().size(), qsizetype(1 + 256));
        QVERIFY(f.station->device(mac)); // who registered stays
        QVERIFY(f.station->device(boot.mac));
        // And a device that comes up among them still registers.
        protocol::RegisterRequest request;
        request.mac = boot.mac;
        QVERIFY(f.station->registerDevice(request, peer).ok());
    }

    void aJobMayWaitForADeviceOnItsWay()
    {
        Fixture f;
        f.station->noteBoot(f.timeline(BootStage::Firmware));
        const auto job = f.station->backup(mac, f.folder.filePath(u"b.img.zst"_s), {});
        QVERIFY(job.ok());
        const QString session = f.registerFull();
        QVERIFY(!session.isEmpty());
        QCOMPARE(f.poll(session), ActionKind::Backup);
    }

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
        QTRY_COMPARE(f.library->image(*image)->state, core::ImageState::Ready);
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

    void hints_data()
    {
        QTest::addColumn<int>("stage");
        QTest::addColumn<int>("seconds");
        QTest::addColumn<int>("hint");
        const auto row = [](const char *name, BootStage stage, int seconds, core::BootHint hint) {
            QTest::newRow(name) << int(stage) << seconds << int(hint);
        };
        row("spanning tree takes its time", BootStage::Seen, 39, core::BootHint::None);
        row("seen", BootStage::Seen, 40, core::BootHint::OfferIgnored);
        row("offered", BootStage::Offered, 50, core::BootHint::OfferIgnored);
        row("firmware", BootStage::Firmware, 30, core::BootHint::LoadingSilent);
        row("kernel", BootStage::Kernel, 30, core::BootHint::LoadingSilent);
        row("initramfs", BootStage::Initramfs, 59, core::BootHint::None);
        row("network", BootStage::NetworkUp, 31, core::BootHint::NotRegistered);
        row("arrived", BootStage::Registered, 1000, core::BootHint::None);
    }

    void hints()
    {
        QFETCH(int, stage);
        QFETCH(int, seconds);
        QFETCH(int, hint);
        Fixture f;
        const auto boot = f.timeline(BootStage(stage));
        QCOMPARE(int(core::bootHint(boot, boot.changed.addSecs(seconds))), hint);
    }

    void hintsGoByWhatIsKnown()
    {
        Fixture f;
        auto boot = f.timeline(BootStage::Offered);
        const QDateTime later = boot.changed.addSecs(60);
        boot.accepted = true;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::NoFileAsked);
        boot.otherServer = true;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::OtherServer);
        boot.otherServer = boot.raspberry = false;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::NotARaspberry);

        boot = f.timeline(BootStage::Firmware);
        boot.missing = {u"a1b2c3d4/start4.elf"_s, u"start4.elf"_s};
        QCOMPARE(core::bootHint(boot, later), core::BootHint::FirmwareMissing);
        boot.files = {{u"start4.elf"_s, 1, boot.changed}};
        QCOMPARE(core::bootHint(boot, later), core::BootHint::LoadingSilent);
        boot.missing.append(u"a1b2c3d4/kernel8.img"_s);
        QCOMPARE(core::bootHint(boot, later), core::BootHint::KernelMissing);
        boot.broken = u"kernel8.img"_s;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::TransferBroken);

        // Only a large file that is still on its way: nothing is missing.
        boot = f.timeline(BootStage::Firmware);
        boot.missing = {u"a1b2c3d4/start4.elf"_s, u"a1b2c3d4/start.elf"_s, u"pieeprom.sig"_s};
        QCOMPARE(core::bootHint(boot, later), core::BootHint::LoadingSilent);
        boot.steps = f.timeline(BootStage::Initramfs).steps;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::LoadingSilent);
        boot.steps += f.timeline(BootStage::Kernel).steps;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::KernelSilent);

        boot = f.timeline(BootStage::Kernel);
        boot.missing = {u"initramfs.img"_s};
        QCOMPARE(core::bootHint(boot, later), core::BootHint::InitramfsMissing);
        boot.state = BootState::OwnSystem;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::None);
    }
};

QTEST_GUILESS_MAIN(TestStationBoot)
#include "tst_station_boot.moc"
