// SPDX-License-Identifier: GPL-3.0-or-later
// Backups to a disk or share that takes its time to be opened, or never is: nobody waits for it but
// the job.
#include "core/hung_disk.h"
#include "core/station_bench.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>

#include <chrono>
#include <future>
#include <thread>

using namespace Qt::StringLiterals;
using namespace bench;

namespace
{

constexpr int patience = 60'000; // ms
constexpr int quick = 1'000;     // ms; far less than a disk that hangs, far more than any call

// A station for whom everything below hung/ is on a disk that answers when the test lets it.
struct Destination : Fixture {
    explicit Destination(const core::StationOptions &wish = {})
        : Destination(wish, std::make_shared<HungDisk>())
    {
    }

    Destination(const core::StationOptions &wish, const HungDiskPtr &which)
        : Fixture(hanging(wish, which)), disk(which)
    {
        QDir().mkpath(folder.filePath(u"hung"_s));
        answers = false;
    }
    ~Destination() { disk->answer(); }

    static core::StationOptions hanging(core::StationOptions wish, const HungDiskPtr &which)
    {
        wish.openDestination = [which](const core::BackupRegister &known,
                                       const core::BackupOrder &order) {
            if (order.path.contains("/hung/"_L1))
                which->ask();
            return core::openDestination(known, order);
        };
        return wish;
    }

    [[nodiscard]] QString path(const QString &name = u"a.img"_s) const
    {
        return folder.filePath(u"hung/"_s + name);
    }

    [[nodiscard]] QStringList left() const
    {
        return QDir(folder.filePath(u"hung"_s)).entryList(QDir::Files);
    }

    [[nodiscard]] QStringList records() const
    {
        return QDir(folder.filePath(u"backups"_s)).entryList(QDir::Files);
    }

    HungDiskPtr disk;
};

bool isAsked(const HungDiskPtr &disk, int times = 1)
{
    return QTest::qWaitFor([&] { return disk->asked() >= times; }, patience);
}

} // namespace

class TestStationOpening : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nobodyWaitsForIt()
    {
        Destination f;
        const auto image = f.import();
        f.registerPlain(1);
        f.registerPlain(2);
        f.registerPlain(3);
        QElapsedTimer took;
        took.start();
        const auto id = f.station->backup(mac(1), f.path(), {});
        QVERIFY(id.ok());
        QVERIFY(isAsked(f.disk));
        QCOMPARE(f.ask(1).kind, ActionKind::None);
        QCOMPARE(f.job(*id).state, JobState::Queued);
        QVERIFY(f.station->isOpening(*id));
        // Others go on, and other disks are opened.
        QVERIFY(f.station->deploy(mac(2), image, {}).ok());
        QCOMPARE(f.poll(2).kind, ActionKind::Deploy);
        const auto other = f.station->backup(mac(3), f.folder.filePath(u"b.img"_s), {});
        QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(*other), patience);
        QCOMPARE(f.ask(3).kind, ActionKind::Backup);
        QVERIFY2(took.elapsed() < patience, qPrintable(QString::number(took.elapsed())));
        // And then it answers.
        const QSignalSpy opened(f.station.get(), &core::Station::destinationOpened);
        f.disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
        QCOMPARE(opened.first().first().toString(), *id);
        QCOMPARE(f.job(*id).destinationSeconds, 0);
        QCOMPARE(f.ask(1).kind, ActionKind::Backup);
        QVERIFY(QFile::exists(f.path() + u".part"_s));
    }

    void theJobTellsForHowLong()
    {
        Destination f;
        f.registerPlain();
        const auto id = f.station->backup(mac(), f.path(), {});
        QVERIFY(isAsked(f.disk));
        for (const qint64 seconds : {1, 9, 10, 599}) {
            f.now += seconds * 1'000 - f.job(*id).destinationSeconds * 1'000;
            QTRY_COMPARE_WITH_TIMEOUT(f.job(*id).destinationSeconds, seconds, patience);
            QCOMPARE(f.job(*id).state, JobState::Queued);
        }
        f.now += 1'000;
        QTRY_COMPARE_WITH_TIMEOUT(f.job(*id).state, JobState::Failed, patience);
        QCOMPARE(f.job(*id).failure.code, FailureCode::DestinationStalled);
        QCOMPARE(f.job(*id).failure.detail, f.path());
        QCOMPARE(f.job(*id).destinationSeconds, 0);
        // What was made long after is nobody's.
        f.disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(f.disk->answered(), 1, patience);
        QTRY_VERIFY_WITH_TIMEOUT(f.records().isEmpty(), patience);
        QVERIFY(f.left().isEmpty());
    }

    void itMayBeCancelledMeanwhile()
    {
        Destination f;
        f.registerPlain();
        const auto id = f.station->backup(mac(), f.path(), {});
        QVERIFY(isAsked(f.disk));
        QElapsedTimer took;
        took.start();
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        QCOMPARE(f.job(*id).state, JobState::Cancelled);
        QVERIFY(took.elapsed() < quick);
        QCOMPARE(f.ask().kind, ActionKind::None);
        f.disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(f.disk->answered(), 1, patience);
        QTRY_VERIFY_WITH_TIMEOUT(f.records().isEmpty(), patience);
        QVERIFY(f.left().isEmpty());
        QVERIFY(!f.board->find(f.job(*id).token));
    }

    // The late answer of the first does not take the name from the second.
    void anotherJobMayTakeThePath()
    {
        Destination f;
        f.registerPlain(1);
        f.registerPlain(2);
        const auto first = f.station->backup(mac(1), f.path(), {});
        QVERIFY(isAsked(f.disk));
        QVERIFY(f.station->cancel(*first, u"test"_s).ok());
        const auto second = f.station->backup(mac(2), f.path(), {});
        QVERIFY(second.ok());
        QCOMPARE(f.disk->asked(), 1); // one after the other
        f.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(*second), patience);
        QVERIFY2(f.job(*second).state == JobState::Queued,
                 qPrintable(f.job(*second).failure.detail));
        QVERIFY(f.board->find(f.job(*second).token));
        QTRY_COMPARE_WITH_TIMEOUT(f.records(), QStringList(*second), patience);
        QVERIFY(QFile::exists(f.path() + u".part"_s));
        QCOMPARE(f.ask(2).kind, ActionKind::Backup);
    }

    void aLateRefusalFailsTheJob_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<FailureCode>("code");
        QTest::newRow("exists") << u"old.img"_s << FailureCode::DestinationExists;
        QTest::newRow("no such folder") << u"no/a.img"_s << FailureCode::DestinationUnwritable;
        QTest::newRow("a folder") << u"folder.img"_s << FailureCode::DestinationUnwritable;
    }

    void aLateRefusalFailsTheJob()
    {
        QFETCH(QString, name);
        QFETCH(FailureCode, code);
        Destination f;
        samples::writeFile(f.path(u"old.img"_s), "the only copy");
        QVERIFY(QDir().mkpath(f.path(u"folder.img"_s)));
        f.registerPlain();
        const auto id = f.station->backup(mac(), f.path(name), {});
        QVERIFY(isAsked(f.disk));
        f.disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(f.job(*id).state, JobState::Failed, patience);
        QCOMPARE(f.job(*id).failure.code, code);
        QCOMPARE(f.left(), QStringList(u"old.img"_s));
        QCOMPARE(samples::readFile(f.path(u"old.img"_s)), "the only copy");
        QTRY_VERIFY_WITH_TIMEOUT(f.records().isEmpty(), patience);
    }

    // What a restart finds: a job that was never opened, and a disk that answers again, or not yet.
    void aRestartBeginsAgain_data()
    {
        QTest::addColumn<bool>("begun");
        QTest::newRow("not begun") << false;
        QTest::newRow("begun") << true;
    }

    void aRestartBeginsAgain()
    {
        QFETCH(bool, begun);
        Destination f;
        f.registerPlain();
        const auto id = f.station->backup(mac(), f.path(), {});
        QVERIFY(isAsked(f.disk));
        if (begun) {
            f.disk->answer();
            QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(*id), patience);
            f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
            f.disk->answer(false);
        }
        QElapsedTimer took;
        took.start();
        f.stop(); // a process takes its threads with it: this one answers nobody
        const auto gone = std::exchange(f.disk, std::make_shared<HungDisk>());
        f.options = Destination::hanging(f.options, f.disk);
        f.open();
        QVERIFY2(took.elapsed() < patience / 2, qPrintable(QString::number(took.elapsed())));
        QVERIFY(f.station->isOpening(*id));
        QCOMPARE(f.job(*id).interrupted, begun);
        f.registerPlain();
        QVERIFY(isAsked(f.disk));
        QCOMPARE(f.ask().kind, ActionKind::None);
        f.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(*id), patience);
        QCOMPARE(f.ask().kind, ActionKind::Backup);
        QVERIFY(f.board->find(f.job(*id).token)->description().sink);
        QVERIFY(QFile::exists(f.path() + u".part"_s));
        gone->answer(); // so that its thread ends; of a process that has ended it would not
        QTRY_COMPARE_WITH_TIMEOUT(gone->answered(), gone->asked(), patience);
    }

    // Ours takes "none" for the end of the job that it was cut off from; dd knows no better answer.
    void aRestartTellsTheDeviceToWait_data()
    {
        QTest::addColumn<bool>("full");
        QTest::addColumn<bool>("begun");
        QTest::addColumn<bool>("waits");
        QTest::newRow("full, at work") << true << true << true;
        QTest::newRow("full, not begun") << true << false << false;
        QTest::newRow("plain, at work") << false << true << false;
    }

    void aRestartTellsTheDeviceToWait()
    {
        QFETCH(bool, full);
        QFETCH(bool, begun);
        QFETCH(bool, waits);
        Destination f;
        const QString former = full ? f.registerFull() : QString();
        if (!full)
            f.registerPlain();
        const auto id = f.station->backup(mac(), f.path(), {});
        if (begun) {
            f.disk->answer();
            QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(*id), patience);
            const auto level = full ? core::Level::Full : core::Level::Plain;
            f.post({TransferEvent::Kind::Began, f.job(*id).token, level, {}, {}, {}});
        }
        f.stop();
        const auto gone = std::exchange(f.disk, std::make_shared<HungDisk>());
        f.options = Destination::hanging(f.options, f.disk);
        f.open();
        const QString session = full ? f.registerFull(1, u"boot-1"_s, here, former) : QString();
        if (!full)
            f.registerPlain();
        QVERIFY(f.answer.ok());
        const auto polled = f.station->poll(mac(), here, session, base);
        QCOMPARE(polled.ok(), !waits);
        if (waits)
            QCOMPARE(polled.failure().code, FailureCode::StationBusy);
        else
            QCOMPARE(polled->kind, ActionKind::None);
        f.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(*id), patience);
        QCOMPARE(f.ask(1, session).kind, ActionKind::Backup);
        gone->answer();
    }

    // A job that ended in the last moment has left files where one that goes on is to write.
    void aRestartClearsBeforeItOpens()
    {
        Destination f;
        f.registerPlain();
        const auto id = f.station->backup(mac(), f.path(), {});
        QVERIFY(isAsked(f.disk));
        f.stop();
        const core::BackupRegister known(f.folder.filePath(u"backups"_s));
        core::BackupOrder ended;
        ended.job = QString(32, u'e');
        ended.path = f.path();
        QVERIFY(core::openDestination(known, ended).ok());
        QCOMPARE(f.left().size(), 2);
        const auto gone = std::exchange(f.disk, std::make_shared<HungDisk>());
        f.options = Destination::hanging(f.options, f.disk);
        f.open();
        QVERIFY(isAsked(f.disk));
        QVERIFY(!known.read(ended.job));
        QVERIFY(f.left().isEmpty());
        f.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(*id), patience);
        QVERIFY2(f.job(*id).state == JobState::Queued, qPrintable(f.job(*id).failure.detail));
        QVERIFY(QFile::exists(f.path() + u".part"_s));
        QCOMPARE(f.records(), QStringList(*id));
        gone->answer();
        QTRY_COMPARE_WITH_TIMEOUT(gone->answered(), gone->asked(), patience);
    }

    void automaticModeIsNotHeldUp()
    {
        QTemporaryDir saved;
        QVERIFY(QDir().mkpath(saved.filePath(u"hung"_s)));
        core::StationOptions options;
        options.autoMode = core::AutoMode::Backup;
        options.backupDir = saved.filePath(u"hung"_s);
        Destination f(options);
        for (int n = 1; n <= 3; ++n) {
            f.registerPlain(n);
            QCOMPARE(f.ask(n).kind, ActionKind::None);
        }
        QVERIFY(isAsked(f.disk, 3));
        QCOMPARE(f.ask(1).kind, ActionKind::None);
        f.disk->answer();
        for (int n = 1; n <= 3; ++n) {
            const core::JobId id = f.station->latestJob(mac(n))->id;
            QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(id), patience);
            QCOMPARE(f.ask(n).kind, ActionKind::Backup);
        }
    }

    // Closing a file on a share may take as long as opening it did.
    void aThreadHasTheFileLast_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("succeeded") << int(TransferEvent::Kind::Completed);
        QTest::newRow("failed") << int(TransferEvent::Kind::Failed);
    }

    void aThreadHasTheFileLast()
    {
        QFETCH(int, kind);
        const auto closedBy = std::make_shared<std::promise<std::thread::id>>();
        auto closed = closedBy->get_future();
        core::StationOptions options;
        options.openDestination = [closedBy](const core::BackupRegister &known,
                                             const core::BackupOrder &order) {
            auto sink = core::openDestination(known, order);
            // Goes with the sink.
            const std::shared_ptr<void> last(
                nullptr, [closedBy](void *) { closedBy->set_value(std::this_thread::get_id()); });
            if (sink)
                (*sink)->setNamingNote([last](const core::ResultProof &) {});
            return sink;
        };
        Fixture f(options);
        f.registerPlain();
        const auto id = f.backup(mac(), f.folder.filePath(u"a.img"_s));
        QVERIFY(id.ok());
        TransferEvent event;
        event.kind = TransferEvent::Kind(kind);
        event.token = f.job(*id).token;
        event.failure = {FailureCode::StorageFull, protocol::Stage::Receive, {}};
        f.post(event);
        QVERIFY(core::isEnded(f.job(*id).state));
        QVERIFY(closed.wait_for(std::chrono::milliseconds(patience)) == std::future_status::ready);
        QVERIFY(closed.get() != std::this_thread::get_id());
    }

    // Some at a time: however many hang on one disk, others find threads.
    void manyOnOneDiskLeaveRoomForOthers()
    {
        Destination f;
        QDir().mkpath(f.folder.filePath(u"other"_s));
        QList<core::JobId> jobs;
        for (int n = 0; n < 70; ++n) {
            protocol::RegisterRequest request;
            request.mac = *core::MacAddress::parse(u"dc:a6:32:00:01:%1"_s.arg(n, 2, 16, '0'_L1));
            QVERIFY(f.station->registerDevice(request, u"10.1.0.%1"_s.arg(n + 1)).ok());
            const auto id = f.station->backup(request.mac, f.path(u"%1.img"_s.arg(n)), {});
            QVERIFY(id.ok());
            jobs << *id;
        }
        QVERIFY(isAsked(f.disk, 16));
        f.registerPlain();
        const auto other = f.station->backup(mac(), f.folder.filePath(u"other/b.img"_s), {});
        QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(*other), patience);
        QCOMPARE(f.job(*other).state, JobState::Queued);
        QCOMPARE(f.disk->asked(), 16);
        // Of those that wait for their turn nothing is made when they are cancelled.
        QVERIFY(f.station->cancel(jobs.last(), u"test"_s).ok());
        f.disk->answer();
        for (const core::JobId &id : jobs) {
            QTRY_VERIFY_WITH_TIMEOUT(!f.station->isOpening(id), patience);
            QCOMPARE(f.job(id).state, id == jobs.last() ? JobState::Cancelled : JobState::Queued);
        }
        QTRY_COMPARE_WITH_TIMEOUT(f.left().filter(u".part"_s).size(), 2 * 69, patience);
        QVERIFY(!QFile::exists(f.path(u"69.img.part"_s)));
    }

    // The device tells its size, or that it has failed, while nobody can take anything.
    void whatTheDeviceSaysMeanwhileCounts()
    {
        Destination f;
        const QString session = f.registerFull();
        const auto id = f.station->backup(mac(), f.path(), {});
        QVERIFY(isAsked(f.disk));
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Reading)).ok());
        QCOMPARE(f.job(*id).state, JobState::Queued); // it cannot be at work
        protocol::Report report;
        report.kind = ReportKind::Failed;
        report.failure = {FailureCode::DeviceReadError, protocol::Stage::Read, u"at 5"_s};
        QVERIFY(f.station->report(*id, session, report).ok());
        QCOMPARE(f.job(*id).state, JobState::Failed);
        f.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(f.records().isEmpty(), patience);
        QVERIFY(f.left().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestStationOpening)
#include "tst_station_opening.moc"
