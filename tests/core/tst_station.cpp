// SPDX-License-Identifier: GPL-3.0-or-later
// The station with a clock of the test's own; the lane's part is played by posting its events.
#include "core/station.h"
#include "imaging/samples.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using core::JobState;
using core::Outcome;
using core::TransferEvent;
using protocol::ActionKind;
using protocol::FailureCode;
using protocol::Phase;
using protocol::ReportKind;

namespace
{

const QString base = u"http://station:5000"_s;
const QString here = u"10.0.0.5"_s;

core::MacAddress mac(int n = 1)
{
    return *core::MacAddress::parse(u"dc:a6:32:00:00:0%1"_s.arg(n));
}

struct Fixture {
    explicit Fixture(const core::StationOptions &wish = {}) : options(wish) { open(); }

    void open()
    {
        auto opened = core::Store::open(folder.filePath(u"s.sqlite"_s));
        if (!opened)
            qFatal("no store: %s", qPrintable(opened.failure().detail));
        store = std::move(*opened);
        const auto snapshot = store->load();
        library = std::make_unique<core::ImageLibrary>(folder.filePath(u"images"_s), *store, pool,
                                                       snapshot->images);
        board = std::make_unique<core::TransferBoard>();
        station = std::make_unique<core::Station>(*store, *library, *board, *snapshot, options,
                                                  [this] { return now; });
    }

    // As after kill -9 with an empty queue.
    void restart()
    {
        store->flush();
        station.reset();
        board.reset();
        library.reset();
        store.reset();
        open();
    }

    core::ImageId import(qint64 bytes = 3 * qint64(imaging::chunkBytes) + 512)
    {
        const QString path = folder.filePath(u"golden.img"_s);
        samples::writeFile(path, samples::noise(bytes, 1));
        const auto id = library->import(path);
        if (!id)
            qFatal("no import: %s", qPrintable(id.failure().detail));
        [&] { QTRY_COMPARE(library->image(*id)->state, core::ImageState::Ready); }();
        return *id;
    }

    void registerPlain(int n = 1, const QString &peer = here, qint64 size = 0,
                       const QString &serial = {})
    {
        protocol::RegisterRequest request;
        request.mac = mac(n);
        request.storage.size = size;
        request.serial = serial;
        answer = station->registerDevice(request, peer);
    }

    QString registerFull(int n = 1, const QString &bootId = u"boot-1"_s, const QString &peer = here)
    {
        protocol::RegisterRequest request;
        request.mac = mac(n);
        request.features = {u"full-1"_s};
        request.bootId = bootId;
        request.serial = u"serial-%1"_s.arg(n);
        request.storage = {u"MMC"_s, u"card"_s, u"cid"_s, qint64(1) << 30, 512};
        answer = station->registerDevice(request, peer);
        return answer.ok() ? answer->session : QString();
    }

    protocol::Action poll(int n = 1, const QString &session = {}, const QString &peer = here)
    {
        const auto action = station->poll(mac(n), peer, session, base);
        if (!action)
            qFatal("poll refused: %s", qPrintable(action.failure().detail));
        return *action;
    }

    void post(const TransferEvent &event)
    {
        board->post(event);
        QCoreApplication::sendPostedEvents(station.get());
    }

    const core::Job &job(const core::JobId &id) const { return *station->job(id); }

    protocol::Report progress(Phase phase, qint64 done = 1, qint64 total = 2) const
    {
        protocol::Report report;
        report.phase = phase;
        report.done = done;
        report.total = total;
        return report;
    }

    protocol::Report deployed(const core::Job &job) const
    {
        protocol::Report report;
        report.kind = ReportKind::Deployed;
        report.proof.imageIdentity = job.imageIdentity;
        report.proof.verifiedBytes = library->pack(job.image)->tail().map().dataBytes();
        return report;
    }

    QTemporaryDir folder;
    core::StationOptions options;
    qint64 now = 1'700'000'000'000;
    imaging::WorkerPool pool{1};
    std::unique_ptr<core::Store> store;
    std::unique_ptr<core::ImageLibrary> library;
    std::unique_ptr<core::TransferBoard> board;
    std::unique_ptr<core::Station> station;
    protocol::Result<protocol::RegisterAnswer> answer = protocol::Failure{};
};

} // namespace

class TestStation : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void plainDeploy()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        QVERIFY(f.answer.ok() && f.answer->session.isEmpty());
        QCOMPARE(f.answer->pollIntervalSeconds, 5);
        QCOMPARE(f.poll().kind, ActionKind::None);
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(id.ok());
        const auto action = f.poll();
        QCOMPARE(action.kind, ActionKind::Deploy);
        QVERIFY(action.url.startsWith(base + u"/transfer/"_s));
        QCOMPARE(f.poll().url, action.url); // offered at every poll until it begins
        f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        QCOMPARE(f.job(*id).state, JobState::Transferring);
        QCOMPARE(f.poll().kind, ActionKind::None);
        f.post({TransferEvent::Kind::Interrupted,
                f.job(*id).token,
                core::Level::Plain,
                {FailureCode::ConnectionLost, {}, {}},
                {},
                {}});
        QCOMPARE(f.job(*id).state, JobState::Offered);
        QVERIFY(f.job(*id).interrupted);
        QCOMPARE(f.poll().url, action.url);
        f.post({TransferEvent::Kind::Completed, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        QCOMPARE(f.job(*id).state, JobState::Succeeded);
        QCOMPARE(f.job(*id).outcome, Outcome::SentNotVerified);
        QVERIFY(!f.board->find(f.job(*id).token));
        QVERIFY(!f.station->device(mac())->armed);
    }

    void fullDeployNeedsProof()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        const auto action = f.poll(1, session);
        QCOMPARE(action.job, *id);
        QVERIFY(!action.mapUrl.isEmpty() && !action.packUrl.isEmpty() &&
                !action.reportUrl.isEmpty());
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Writing)).ok());
        QCOMPARE(f.job(*id).state, JobState::Transferring);
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Verifying)).ok());
        QCOMPARE(f.job(*id).state, JobState::Verifying);
        QVERIFY(f.station->report(*id, session, f.deployed(f.job(*id))).ok());
        QCOMPARE(f.job(*id).outcome, Outcome::Verified);
        // A repeated copy of the last report is answered kindly, anything else is refused.
        QVERIFY(f.station->report(*id, session, f.deployed(f.job(*id))).ok());
        QCOMPARE(f.station->report(*id, session, f.progress(Phase::Writing)).failure().code,
                 FailureCode::UnknownJob);
    }

    void wrongProofIsNoSuccess_data()
    {
        QTest::addColumn<bool>("wrongImage");
        QTest::newRow("other image") << true;
        QTest::newRow("too few bytes read back") << false;
    }

    void wrongProofIsNoSuccess()
    {
        QFETCH(bool, wrongImage);
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        auto report = f.deployed(f.job(*id));
        if (wrongImage)
            report.proof.imageIdentity = QString(64, u'0');
        else
            report.proof.verifiedBytes -= 1;
        QVERIFY(f.station->report(*id, session, report).ok());
        QCOMPARE(f.job(*id).state, JobState::Failed);
        QCOMPARE(f.job(*id).outcome, Outcome::None);
    }

    void imageRemovedInMidDeploy()
    {
        Fixture f;
        const auto image = f.import();
        f.station->setGoldenImage(image);
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Writing)).ok());
        const auto proof = f.deployed(f.job(*id));
        QVERIFY(f.library->remove(image).ok());
        QVERIFY(f.station->goldenImage().isEmpty());
        // What it was sent is still the measure.
        QVERIFY(f.station->report(*id, session, proof).ok());
        QCOMPARE(f.job(*id).outcome, Outcome::Verified);
        QVERIFY(f.job(*id).total > 0);
    }

    void deviceReportsFailure()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        protocol::Report report;
        report.kind = ReportKind::Failed;
        report.failure = {FailureCode::DeviceWriteError, protocol::Stage::Write, u"at 5"_s};
        QVERIFY(f.station->report(*id, session, report).ok());
        QCOMPARE(f.job(*id).state, JobState::Failed);
        QCOMPARE(f.job(*id).failure.code, FailureCode::DeviceWriteError);
        QCOMPARE(f.poll(1, session).kind, ActionKind::None);
    }

    void sessionsAndAddresses()
    {
        Fixture f;
        const QString session = f.registerFull();
        const auto refused = [&](const QString &with) {
            const auto action = f.station->poll(mac(), here, with, base);
            return !action.ok() && action.failure().code == FailureCode::Unauthorized;
        };
        QVERIFY(refused({}));
        QVERIFY(refused(u"0"_s.repeated(32)));
        QVERIFY(f.station->poll(mac(), here, session, base).ok());
        const QString newer = f.registerFull();
        QVERIFY(refused(session));
        QVERIFY(f.station->poll(mac(), here, newer, base).ok());

        f.registerPlain(2);
        const auto foreign = f.station->poll(mac(2), u"10.0.0.6"_s, {}, base);
        QCOMPARE(foreign.failure().code, FailureCode::ForeignAddress);
        QCOMPARE(f.station->device(mac(2))->otherAddress, u"10.0.0.6"_s);
        QCOMPARE(f.station->poll(mac(9), here, {}, base).failure().code,
                 FailureCode::UnknownDevice);
    }

    void takeoverNeedsTheSameSerialInMidJob()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain(1, here, 0, u"A"_s);
        QVERIFY(f.station->deploy(mac(), image, {}).ok());
        f.registerPlain(1, u"10.0.0.6"_s, 0, u"B"_s);
        QCOMPARE(f.answer.failure().code, FailureCode::ForeignAddress);
        QCOMPARE(f.station->device(mac())->address, here);
        f.registerPlain(1, u"10.0.0.6"_s, 0, u"A"_s);
        QVERIFY(f.answer.ok());
        QCOMPARE(f.poll(1, {}, u"10.0.0.6"_s).kind, ActionKind::Deploy);
    }

    void newBootOffersAgain()
    {
        Fixture f;
        const auto image = f.import();
        QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        const auto first = f.poll(1, session);
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Writing)).ok());
        session = f.registerFull(1, u"boot-2"_s);
        QCOMPARE(f.job(*id).state, JobState::Offered);
        QVERIFY(f.job(*id).interrupted);
        QCOMPARE(f.poll(1, session).packUrl, first.packUrl);
    }

    // Only of the device itself, and gone with it.
    void logOfADevice()
    {
        Fixture f;
        const QString session = f.registerFull();
        QCOMPARE(f.answer->time, f.now / 1000);
        QVERIFY(!f.station->deviceLog(mac()));
        const QSignalSpy logged(f.station.get(), &core::Station::deviceLogged);
        const protocol::DeviceLog log{mac(), {{5120, u"init: eth0: link"_s}}};
        QVERIFY(f.station->takeLog(log, session).ok());
        QCOMPARE(logged.size(), 1);
        QCOMPARE(f.station->deviceLog(mac())->entries.first().line.text, u"init: eth0: link"_s);
        for (const QString &other : {QString(), u"nonsense"_s, f.registerFull(2)})
            QCOMPARE(f.station->takeLog(log, other).failure().code, FailureCode::Unauthorized);
        QCOMPARE(f.station->takeLog({mac(3), {}}, session).failure().code,
                 FailureCode::UnknownDevice);
        QCOMPARE(f.station->deviceLog(mac())->entries.size(), 1);
        QVERIFY(f.station->forget(mac()).ok());
        QVERIFY(!f.station->deviceLog(mac()));
        f.registerPlain(3);
        QCOMPARE(f.answer->time, 0);
        QCOMPARE(f.station->takeLog({mac(3), {}}, {}).failure().code, FailureCode::Unauthorized);
    }

    void silentDeviceIsInterruptedNotFailed()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Zeroing)).ok());
        f.now += 59'000;
        QTest::qWait(300);
        QCOMPARE(f.job(*id).state, JobState::Transferring);
        f.now += 2'000;
        QTRY_COMPARE(f.job(*id).state, JobState::Offered);
        QCOMPARE(f.job(*id).failure.code, FailureCode::NotReported);
        // It was only slow: it goes on.
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Writing)).ok());
        QCOMPARE(f.job(*id).state, JobState::Transferring);
        QVERIFY(!f.job(*id).interrupted);
    }

    void refusedOrders()
    {
        Fixture f;
        const auto image = f.import();
        QCOMPARE(f.station->deploy(mac(), image, {}).failure().code, FailureCode::UnknownDevice);
        f.registerPlain(1, here, 1000);
        QCOMPARE(f.station->deploy(mac(), u"none"_s, {}).failure().code, FailureCode::UnknownImage);
        QCOMPARE(f.station->deploy(mac(), image, {}).failure().code, FailureCode::DeviceTooSmall);
        f.registerPlain(1, here, qint64(1) << 30);
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(id.ok());
        QCOMPARE(f.station->deploy(mac(), image, {}).failure().code, FailureCode::DeviceBusy);
        QCOMPARE(f.station->requestAction(mac(), ActionKind::Reboot).failure().code,
                 FailureCode::DeviceBusy);
        QCOMPARE(f.station->forget(mac()).failure().code, FailureCode::DeviceBusy);
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        QCOMPARE(f.job(*id).state, JobState::Cancelled);
        QCOMPARE(f.station->cancel(*id, u"test"_s).failure().code, FailureCode::UnknownJob);
        QCOMPARE(f.station->requestAction(mac(), ActionKind::Deploy).failure().code,
                 FailureCode::BadRequest);
        QVERIFY(f.station->forget(mac()).ok());
        QVERIFY(!f.station->device(mac()));
    }

    void sdCardNeedsAllowance()
    {
        Fixture f;
        const auto image = f.import();
        protocol::RegisterRequest request;
        request.mac = mac();
        request.features = {u"full-1"_s};
        request.storage = {u"SD"_s, u"card"_s, {}, qint64(1) << 30, 512};
        QVERIFY(f.station->registerDevice(request, here).ok());
        QCOMPARE(f.station->deploy(mac(), image, {}).failure().code, FailureCode::DeviceIsSdCard);
        core::JobOptions options;
        options.allowSd = true;
        QVERIFY(f.station->deploy(mac(), image, options).ok());
    }

    void oneShots()
    {
        Fixture f;
        f.registerPlain();
        QVERIFY(f.station->requestAction(mac(), ActionKind::Reboot).ok());
        QCOMPARE(f.poll().kind, ActionKind::Reboot);
        QCOMPARE(f.poll().kind, ActionKind::None);
        // 30 s, and a new registration, end it.
        QVERIFY(f.station->requestAction(mac(), ActionKind::Identify).ok());
        f.now += 31'000;
        QTest::qWait(300);
        QCOMPARE(f.poll().kind, ActionKind::None);
        QVERIFY(f.station->requestAction(mac(), ActionKind::Identify).ok());
        f.registerPlain();
        QCOMPARE(f.poll().kind, ActionKind::None);

        const QString session = f.registerFull(2);
        QVERIFY(f.station->requestAction(mac(2), ActionKind::Identify).ok());
        const auto action = f.poll(2, session);
        QCOMPARE(f.poll(2, session).kind, ActionKind::Identify); // until accepted
        protocol::Report accepted;
        accepted.kind = ReportKind::Accepted;
        QVERIFY(f.station->report(action.job, session, accepted).ok());
        QCOMPARE(f.poll(2, session).kind, ActionKind::None);
    }

    void backupOutcomes()
    {
        Fixture f;
        f.registerPlain(1, here, 4096);
        f.registerPlain(2);
        const auto known = f.station->backup(mac(1), f.folder.filePath(u"a.img"_s), {});
        const auto unknown = f.station->backup(mac(2), f.folder.filePath(u"b.img"_s), {});
        QVERIFY(known.ok() && unknown.ok());
        for (const auto &id : {*known, *unknown})
            f.post({TransferEvent::Kind::Completed,
                    f.job(id).token,
                    core::Level::Plain,
                    {},
                    {4096, u"i"_s},
                    {}});
        QCOMPARE(f.job(*known).outcome, Outcome::BackupReceived);
        QCOMPARE(f.job(*unknown).outcome, Outcome::BackupLengthUnknown);
        QCOMPARE(f.station->backup(mac(1), u"/nonexistent/x.img"_s, {}).failure().code,
                 FailureCode::DestinationUnwritable);
    }

    void sizeToldAfterTheJobWasMade()
    {
        Fixture f;
        f.registerPlain();
        const auto id = f.station->backup(mac(), f.folder.filePath(u"a.img"_s), {});
        const auto transfer = f.board->find(f.job(*id).token);
        QCOMPARE(transfer->expectedSize(), 0);
        f.registerPlain(1, here, 8192);
        QCOMPARE(transfer->expectedSize(), 8192); // the lane measures by it
        f.registerPlain();
        QCOMPARE(transfer->expectedSize(), 8192);
        // A stream that had ended before was measured by nothing.
        f.post({TransferEvent::Kind::Completed,
                f.job(*id).token,
                core::Level::Plain,
                {},
                {4096, u"i"_s},
                {}});
        QCOMPARE(f.job(*id).outcome, Outcome::BackupLengthUnknown);
    }

    void cancelledBackupLeavesNothing()
    {
        Fixture f;
        f.registerPlain();
        const QString path = f.folder.filePath(u"a.img"_s);
        const auto id = f.station->backup(mac(), path, {});
        QVERIFY(QFile::exists(path + u".part"_s));
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        QTRY_VERIFY(!QFile::exists(path + u".part"_s));
    }

    void aNameEndsWhereItEnds()
    {
        Fixture f;
        f.registerPlain();
        const QString precious = f.folder.filePath(u"precious"_s);
        samples::writeFile(precious, "content");
        const QString name = precious + QChar(u'\0') + u".img"_s;
        QCOMPARE(f.station->backup(mac(), name, {}).failure().code, FailureCode::BadRequest);
        QCOMPARE(f.library->import(name).failure().code, FailureCode::ImageUnreadable);
        QCOMPARE(QFileInfo(precious).size(), 7);
    }

    void autoDeployOnceOnly()
    {
        core::StationOptions options;
        options.autoMode = core::AutoMode::Deploy;
        Fixture f(options);
        f.registerPlain();
        QVERIFY(!f.station->latestJob(mac())); // no golden image yet
        f.station->setGoldenImage(f.import());
        const core::Job *first = f.station->latestJob(mac());
        QVERIFY(first);
        const core::JobId id = first->id;
        f.post({TransferEvent::Kind::Completed, f.job(id).token, core::Level::Plain, {}, {}, {}});
        f.registerPlain();
        QCOMPARE(f.station->latestJob(mac())->id, id);
        f.restart();
        f.registerPlain();
        QCOMPARE(f.station->latestJob(mac())->id, id);
        QVERIFY(f.station->rearm(mac()).ok());
        QVERIFY(f.station->latestJob(mac())->id != id);
    }

    void everythingLivesOnOverARestart()
    {
        Fixture f;
        const auto image = f.import();
        f.station->setGoldenImage(image);
        f.registerPlain(1);
        const QString session = f.registerFull(2);
        const auto deploy = f.station->deploy(mac(1), image, {});
        const auto backup = f.station->backup(mac(2), f.folder.filePath(u"b.img.zst"_s), {});
        const auto before = f.poll(1);
        f.post({TransferEvent::Kind::Began, f.job(*deploy).token, core::Level::Plain, {}, {}, {}});
        f.restart();
        QCOMPARE(f.station->devices().size(), 2);
        QCOMPARE(f.station->goldenImage(), image);
        QCOMPARE(f.job(*deploy).state, JobState::Offered);
        QVERIFY(f.job(*deploy).interrupted);
        QCOMPARE(f.poll(1).url, before.url);
        QVERIFY(f.board->find(f.job(*deploy).token));
        QCOMPARE(f.poll(2, session).job, *backup); // the session lives on, too
        QVERIFY(f.board->find(f.job(*backup).token)->description().sink);
    }

    void lateEventsOfEndedJobsAreIgnored()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        f.post({TransferEvent::Kind::Completed, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        QCOMPARE(f.job(*id).state, JobState::Cancelled);
        QCOMPARE(f.job(*id).outcome, Outcome::None);
    }

    void messagesAndSignals()
    {
        Fixture f;
        QSignalSpy added(f.station.get(), &core::Station::deviceAdded);
        QSignalSpy posted(f.station.get(), &core::Station::messagePosted);
        f.registerPlain();
        QCOMPARE(added.size(), 1);
        QCOMPARE(posted.size(), 1);
        f.registerPlain();
        QCOMPARE(added.size(), 1);
        QCOMPARE(f.station->messages().first().kind, core::MessageKind::DeviceAppeared);
        QVERIFY(f.station->isOnline(*f.station->device(mac())));
        f.now += 16'000;
        QVERIFY(!f.station->isOnline(*f.station->device(mac())));
    }
};

QTEST_GUILESS_MAIN(TestStation)
#include "tst_station.moc"
