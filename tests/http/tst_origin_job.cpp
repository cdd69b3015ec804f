// SPDX-License-Identifier: GPL-3.0-or-later
// A deploy from an image origin as the whole server sees it: the poll's JSON, a course made by
// reports, and a device that comes to the lane after all, in the middle.
#include "core/image_library.h"
#include "core/station.h"
#include "core/store.h"
#include "http/lane_bench.h"
#include "http/web_server.h"

#include <QUrl>

#include <future>

using namespace Qt::StringLiterals;
using core::JobState;
using protocol::Phase;

namespace
{

const core::MacAddress mac = *core::MacAddress::parse(u"dc:a6:32:00:00:01"_s);

core::StationOptions withOrigin()
{
    core::StationOptions options;
    options.imageOrigin = QUrl(u"http://10.20.50.2:8080/images/"_s);
    return options;
}

struct ServerFixture {
    ServerFixture()
    {
        auto opened = core::Store::open(folder.filePath(u"s.sqlite"_s));
        if (!opened)
            qFatal("no store");
        store = std::move(*opened);
        library = std::make_unique<core::ImageLibrary>(folder.filePath(u"images"_s), *store, pool,
                                                       QList<core::Image>());
        station = std::make_unique<core::Station>(*store, *library, board, core::Snapshot(),
                                                  withOrigin());
        server = std::make_unique<http::WebServer>(*station, board, pool,
                                                   http::OperatorAccess{"token", false});
        if (!server->listen(QHostAddress(QHostAddress::LocalHost), 0))
            qFatal("no server");
        order();
    }

    void order()
    {
        const QString path = folder.filePath(u"golden.img"_s);
        samples::writeFile(path, samples::noise(bench::imageBytes, 1));
        const auto image = library->import(path);
        [&] {
            QTRY_COMPARE_WITH_TIMEOUT(library->image(*image)->state, core::ImageState::Ready,
                                      60'000);
        }();
        pack = library->pack(*image);
        protocol::RegisterRequest request;
        request.mac = mac;
        request.features = {u"full-1"_s};
        request.storage.size = bench::imageBytes;
        session = station->registerDevice(request, u"127.0.0.1"_s)->session;
        id = *station->deploy(mac, *image, {});
    }

    // Asks as a device does, while the main thread serves; the status and the body.
    std::pair<int, QByteArray> ask(const QByteArray &method, const QByteArray &target,
                                   const QByteArray &body = {}, const QByteArray &range = {}) const
    {
        const quint16 port = server->port();
        auto asking = std::async(std::launch::async, [&, port] {
            using namespace std::chrono_literals;
            transport::HttpClient client({u"127.0.0.1"_s, port}, 5s, 20s);
            transport::HttpRequest request;
            request.method = method;
            request.target = target;
            request.body = body;
            request.headers = {{"Authorization", "Bearer " + session.toLatin1()}};
            if (!range.isEmpty())
                request.headers.push_back({"Range", range});
            transport::HttpAnswer answer;
            QByteArray got;
            (void)client.exchange(request, &answer, &got, 1 << 24);
            return std::pair(answer.status, got);
        });
        const auto isAnswered = [&] {
            return asking.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
        };
        [&] { QTRY_VERIFY_WITH_TIMEOUT(isAnswered(), 30'000); }();
        return asking.get();
    }
    [[nodiscard]] int report(const protocol::Report &report) const
    {
        return ask("POST", "/api/job-report?job=" + id.toLatin1(),
                   protocol::toBody(protocol::toJson(report)))
            .first;
    }
    [[nodiscard]] int progress(Phase phase, qint64 done) const
    {
        protocol::Report told;
        told.phase = phase;
        told.done = done;
        told.total = bench::imageBytes;
        return report(told);
    }
    [[nodiscard]] protocol::Action poll() const
    {
        const auto answer = ask("GET", "/api/device-action-poll?mac=dc:a6:32:00:00:01");
        const auto action = protocol::parseAction(answer.second);
        return action ? *action : protocol::Action{};
    }
    [[nodiscard]] const core::Job &job() const { return *station->job(id); }

    QTemporaryDir folder;
    imaging::WorkerPool pool{2};
    core::TransferBoard board;
    std::unique_ptr<core::Store> store;
    std::unique_ptr<core::ImageLibrary> library;
    std::unique_ptr<core::Station> station;
    std::unique_ptr<http::WebServer> server;
    std::shared_ptr<const imaging::PackReader> pack;
    QString session;
    core::JobId id;
};

} // namespace

class TestOriginJob : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // From the poll to "verified" without a byte of the pack from here.
    void passesTheLaneBy()
    {
        ServerFixture f;
        const auto action = f.poll();
        QCOMPARE(action.originUrl,
                 u"http://10.20.50.2:8080/images/%1.img.zst"_s.arg(action.imageIdentity));
        QCOMPARE(action.originSize, f.pack->fileSize());
        QCOMPARE(action.originMapOffset, f.pack->tail().tailOffset());
        QCOMPARE(f.progress(Phase::Writing, 1000), 200);
        QCOMPARE(f.job().state, JobState::Transferring);
        QCOMPARE(f.progress(Phase::Verifying, 1000), 200);
        QCOMPARE(f.job().state, JobState::Verifying);
        QVERIFY(!f.board.find(f.job().token)->isAttached());
        QCOMPARE(f.board.find(f.job().token)->moved.load(), 0);
        QCOMPARE(f.report(proof(f)), 200);
        QCOMPARE(f.job().outcome, core::Outcome::Verified);
        QCOMPARE(f.job().note, u"the image origin was too slow"_s);
    }

    // It comes to the lane in the middle, for a run of frames, and goes on as before.
    void comesToTheLaneInTheMiddle()
    {
        ServerFixture f;
        const auto action = f.poll();
        QCOMPARE(f.progress(Phase::Writing, 1000), 200);
        const QDateTime started = f.job().started;
        const qsizetype said = f.station->messages().size();
        const QByteArray target = QUrl(action.packUrl).path().toLatin1();
        const auto frames = f.ask("GET", target, {}, "bytes=5000-1999999");
        QCOMPARE(frames.first, 206);
        QCOMPARE(frames.second.size(), 1995000);
        QCOMPARE(f.job().state, JobState::Transferring);
        QCOMPARE(f.progress(Phase::Verifying, 1000), 200);
        QCOMPARE(f.ask("GET", target, {}, "bytes=0-99999").first, 206); // repairs a chunk
        QCOMPARE(f.job().state, JobState::Verifying);
        QVERIFY(!f.job().interrupted);
        QCOMPARE(f.job().started, started);
        QCOMPARE(f.station->messages().size(), said);
        QCOMPARE(f.report(proof(f)), 200);
        QCOMPARE(f.job().outcome, core::Outcome::Verified);
        QCOMPARE(f.ask("GET", target, {}, "bytes=0-99").first, 404); // dead with its job
    }

    void isCancelled()
    {
        ServerFixture f;
        (void)f.poll();
        QCOMPARE(f.progress(Phase::Writing, 1000), 200);
        QVERIFY(f.station->cancel(f.id, u"operator"_s).ok());
        QCOMPARE(f.progress(Phase::Writing, 2000), 404);
    }

private:
    static protocol::Report proof(const ServerFixture &f)
    {
        protocol::Report report;
        report.kind = protocol::ReportKind::Deployed;
        report.proof.imageIdentity = f.job().imageIdentity;
        report.proof.verifiedBytes = f.pack->tail().map().dataBytes();
        report.note = u"the image origin was too slow"_s;
        return report;
    }
};

QTEST_GUILESS_MAIN(TestOriginJob)
#include "tst_origin_job.moc"
