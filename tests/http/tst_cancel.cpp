// SPDX-License-Identifier: GPL-3.0-or-later
// Cancelling a backup while it is being committed: the file and the job's record always agree. The
// real station, lane and client; the commit stands still where the test wants it.
#include "core/fsync_hook.h"
#include "core/image_library.h"
#include "core/station.h"
#include "core/store.h"
#include "http/lane_bench.h"

#include <QElapsedTimer>

#include <future>

using namespace Qt::StringLiterals;
using core::JobState;
using protocol::FailureCode;
using namespace bench;

namespace
{

const core::MacAddress mac = *core::MacAddress::parse(u"dc:a6:32:00:00:01"_s);

// Holds the thread that comes to it until it is opened.
class Gate
{
public:
    ~Gate() { open(); }
    void pass()
    {
        std::unique_lock lock(m_mutex);
        m_reached = true;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_open; });
    }
    bool waitReached()
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, std::chrono::seconds(30), [this] { return m_reached; });
    }
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_open = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_reached = false;
    bool m_open = false;
};

struct StationFixture {
    StationFixture()
    {
        auto opened = core::Store::open(lane.folder.filePath(u"s.sqlite"_s));
        if (!opened)
            qFatal("no store");
        store = std::move(*opened);
        const auto snapshot = store->load();
        library = std::make_unique<core::ImageLibrary>(lane.folder.filePath(u"images"_s), *store,
                                                       lane.pool, QList<core::Image>());
        station = std::make_unique<core::Station>(*store, *library, lane.board, *snapshot,
                                                  core::StationOptions());
        protocol::RegisterRequest request;
        request.mac = mac;
        request.features = {u"full-1"_s};
        request.storage.size = imageBytes;
        const auto answer = station->registerDevice(request, u"127.0.0.1"_s);
        session = answer ? answer->session : QString();
        path = lane.folder.filePath(u"b.img.zst"_s);
    }
    ~StationFixture()
    {
        setFsyncHook({});
        lane.acceptor.reset();
        lane.lane.reset();
    }

    core::JobId order()
    {
        const auto id = station->backup(mac, path, {});
        const auto isOpen = [&] { return !station->isOpening(*id); };
        return id && QTest::qWaitFor(isOpen, 60'000) ? *id : core::JobId();
    }
    [[nodiscard]] const core::Job &job(const core::JobId &id) const { return *station->job(id); }

    // A whole backup on a thread of its own; the status of its last answer.
    [[nodiscard]] std::future<int> send(const core::JobId &id, bool plain) const
    {
        const QByteArray upload = "/transfer/" + job(id).token.toLatin1() + "/upload";
        return std::async(std::launch::async, [this, upload, plain] {
            return plain ? ask("PUT", upload, lane.image) : sendRecords(upload);
        });
    }
    // The status of the answer.
    [[nodiscard]] int ask(const QByteArray &method, const QByteArray &target,
                          const QByteArray &body = {}) const
    {
        return lane.once(method, target, body, {{"Authorization", "Bearer " + session.toLatin1()}})
            .first;
    }
    [[nodiscard]] int sendRecords(const QByteArray &upload) const
    {
        const QByteArray size = "?size=" + QByteArray::number(imageBytes);
        const int sent = ask("PUT", upload + "/chunks/0" + size, records(lane, 0, 10));
        if (sent != 200)
            return sent;
        protocol::UploadCommit claim;
        claim.size = imageBytes;
        claim.imageIdentity = imaging::toHex(lane.pack->tail().map().identity());
        return ask("POST", upload + "/commit", protocol::toBody(protocol::toJson(claim)));
    }

    Fixture lane;
    std::unique_ptr<core::Store> store;
    std::unique_ptr<core::ImageLibrary> library;
    std::unique_ptr<core::Station> station;
    QString session;
    QString path;
};

bool isPart(int descriptor, const QString &path)
{
    const QString link = QFile::symLinkTarget(u"/proc/self/fd/%1"_s.arg(descriptor));
    return link == path + u".part"_s;
}

} // namespace

class TestCancel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void beforeItHasItsName_data() { levels(); }

    // The long part of a commit: gigabytes are being flushed.
    void beforeItHasItsName()
    {
        QFETCH(bool, plain);
        StationFixture f;
        Gate gate;
        setFsyncHook([&](int descriptor) {
            if (isPart(descriptor, f.path))
                gate.pass();
            return 0;
        });
        const auto id = f.order();
        auto sent = f.send(id, plain);
        QVERIFY(gate.waitReached());
        QVERIFY(f.station->cancel(id, u"test"_s).ok());
        gate.open();
        QVERIFY(sent.get() != 201);
        QTRY_COMPARE(f.lane.lane->connections(), 0);
        QTest::qWait(0);
        QCOMPARE(f.job(id).state, JobState::Cancelled);
        QVERIFY(!QFile::exists(f.path));
        QTRY_VERIFY(!QFile::exists(f.path + u".part"_s));
    }

    void onceItHasItsName_data() { levels(); }

    void onceItHasItsName()
    {
        QFETCH(bool, plain);
        StationFixture f;
        Gate gate;
        setFsyncHook([&](int descriptor) {
            if (isFolder(descriptor) && QFile::exists(f.path))
                gate.pass();
            return 0;
        });
        const auto id = f.order();
        auto sent = f.send(id, plain);
        QVERIFY(gate.waitReached());
        QCOMPARE(f.station->cancel(id, u"test"_s).failure().code, FailureCode::JobCommitting);
        QVERIFY(!core::isEnded(f.job(id).state));
        gate.open();
        QCOMPARE(sent.get(), 201);
        QTRY_COMPARE(f.job(id).state, JobState::Succeeded);
        QVERIFY(QFile::exists(f.path));
        QCOMPARE(f.station->cancel(id, u"test"_s).failure().code, FailureCode::UnknownJob);
    }

    // It lost patience while the station flushed.
    void theDeviceSaysThatItFailed()
    {
        StationFixture f;
        Gate gate;
        setFsyncHook([&](int descriptor) {
            if (isFolder(descriptor) && QFile::exists(f.path))
                gate.pass();
            return 0;
        });
        const auto id = f.order();
        auto sent = f.send(id, false);
        QVERIFY(gate.waitReached());
        protocol::Report report;
        report.kind = protocol::ReportKind::Failed;
        report.failure = {FailureCode::Stalled, protocol::Stage::Commit, {}};
        QVERIFY(f.station->report(id, f.session, report).ok());
        gate.open();
        QCOMPARE(sent.get(), 201);
        QTRY_COMPARE(f.job(id).state, JobState::Succeeded);
        QVERIFY(QFile::exists(f.path));
    }

    // The name was given, and could not be made durable.
    void theNameIsTakenBack()
    {
        StationFixture f;
        setFsyncHook([&](int descriptor) {
            return isFolder(descriptor) && QFile::exists(f.path) ? EIO : 0;
        });
        const auto id = f.order();
        auto sent = f.send(id, false);
        QCOMPARE(sent.get(), 500);
        QTRY_COMPARE(f.job(id).state, JobState::Failed);
        QCOMPARE(f.job(id).failure.code, FailureCode::StationIoError);
        QVERIFY(!QFile::exists(f.path));
        QTRY_VERIFY(!QFile::exists(f.path + u".part"_s));
    }

    // The station is told to quit while it commits: what is stored is on record.
    void theStationQuits()
    {
        StationFixture f;
        const auto id = f.order();
        QCOMPARE(f.send(id, false).get(), 201);
        f.lane.acceptor.reset();
        f.lane.lane.reset();
        f.station.reset(); // it has not looked at its events yet
        f.store->flush();
        const auto snapshot = f.store->load();
        QVERIFY(snapshot.ok());
        QCOMPARE(snapshot->jobs.last().state, JobState::Succeeded);
    }

    // At whatever moment: both say yes, or both say no.
    void atAnyMoment()
    {
        StationFixture f;
        int kept = 0;
        constexpr int rounds = 40;
        QElapsedTimer whole;
        whole.start();
        QCOMPARE(f.send(f.order(), false).get(), 201);
        const auto wholeMs = std::min<qint64>(whole.elapsed(), 2000); // a flush may take long
        QTRY_VERIFY(core::isEnded(f.station->jobs().last().state));
        for (int round = 0; round < rounds; ++round) {
            f.path = f.lane.folder.filePath(u"r%1.img"_s.arg(round));
            const auto id = f.order();
            QVERIFY(!id.isEmpty());
            auto sent = f.send(id, round % 2 == 0);
            QTest::qWait(int(round * wholeMs * 3 / 2 / rounds));
            const bool cancelled = f.station->cancel(id, u"test"_s).ok();
            const int status = sent.get();
            QTRY_VERIFY(core::isEnded(f.job(id).state));
            QTRY_COMPARE(f.lane.lane->connections(), 0);
            QTest::qWait(0);
            const bool stored = f.job(id).state == JobState::Succeeded;
            QCOMPARE(QFile::exists(f.path), stored);
            QCOMPARE(cancelled, !stored);
            QCOMPARE(status == 201, stored);
            kept += stored ? 1 : 0;
        }
        qInfo("%d of %d were stored", kept, rounds);
    }

private:
    static void levels()
    {
        QTest::addColumn<bool>("plain");
        QTest::newRow("full") << false;
        QTest::newRow("plain") << true;
    }
};

QTEST_GUILESS_MAIN(TestCancel)
#include "tst_cancel.moc"
