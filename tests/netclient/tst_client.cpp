// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/client.h"

#include "fake_station.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace testing;
using netclient::Client;
using netclient::ExitCode;
using netclient::Options;
using netclient::StationLink;
using netclient::StopReason;
using netclient::StopSource;
using protocol::ActionKind;
using protocol::FailureCode;
using protocol::ReportKind;
using Kind = Reaction::Kind;

namespace
{

const QByteArray reportPath = "/api/job-report";
const QByteArray pollPath = "/api/device-action-poll";
const QByteArray registerPath = "/api/register-device";
const QByteArray imagePath = "/transfer/t/image.img.zst";

struct RecordedActions final : netclient::DeviceActions {
    QStringList done;
    void reboot() override { done << QStringLiteral("reboot"); }
    void powerOff() override { done << QStringLiteral("poweroff"); }
    void identify(StopSource &) override
    {
        done << QStringLiteral("identify");
        perhapsThrow(Where::Identify);
    }
    void show(netclient::DeviceState state) override
    {
        perhapsThrow(state == netclient::DeviceState::Working ? Where::Working : Where::AtRest);
    }
    void alive() override { perhapsThrow(Where::Alive); }

    enum class Where { Nowhere, Identify, Working, AtRest, Alive };
    Where where = Where::Nowhere;
    std::atomic<int> left = 0; // so often; from several threads

private:
    void perhapsThrow(Where here)
    {
        if (here == where && left-- > 0)
            throw std::bad_alloc();
    }
};

using Where = RecordedActions::Where;

struct Bench {
    FakeStation station;
    StopSource stop;
    RecordedActions actions;
    QTemporaryDir folder;
    netclient::SystemPaths paths;
    netclient::Tuning tuning = quickTuning();

    explicit Bench(const Bytes &image = {})
    {
        std::signal(SIGPIPE, SIG_IGN);
        if (!image.empty()) {
            station.pack = makePack(image);
            station.action = station.deployAction();
        }
    }
    QString target() const { return folder.filePath(QStringLiteral("emmc")); }
    void makeTarget(qint64 size) const
    {
        QFile file(target());
        if (!file.open(QIODevice::WriteOnly) || !file.resize(size))
            qFatal("no target");
    }
    ExitCode run(bool once = true)
    {
        Options options;
        options.server = station.endpoint();
        options.device = target();
        options.once = once;
        StationLink link(options.server, testFacts(), tuning);
        return Client(options, paths, link, actions, stop).run();
    }
    // Progress apart: it goes its own way and may arrive behind the last word.
    std::optional<protocol::Report> lastReport() const
    {
        std::optional<protocol::Report> last;
        for (const protocol::Report &report : station.reports()) {
            if (report.kind != ReportKind::Progress)
                last = report;
        }
        return last;
    }
};

} // namespace

class TestClient : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void deploysAFile()
    {
        const Bytes image = makeImage("d0dtd", 512);
        Bench bench(image);
        bench.makeTarget(6 * imaging::chunkBytes);
        QCOMPARE(bench.run(), ExitCode::Verified);
        const auto report = bench.lastReport();
        QVERIFY(report.has_value());
        QCOMPARE(report->kind, ReportKind::Deployed);
        QCOMPARE(report->proof.imageIdentity, bench.station.pack.identity);
        QFile file(bench.target());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray head = file.read(qint64(image.size()));
        QVERIFY(std::memcmp(head.constData(), image.data(), image.size()) == 0);
    }

    void tellsItsProgress()
    {
        Bench bench(makeImage(std::string(24, 'd')));
        bench.makeTarget(24 * imaging::chunkBytes);
        bench.tuning.reportInterval = std::chrono::milliseconds(1);
        QCOMPARE(bench.run(), ExitCode::Verified);
        const auto reports = bench.station.reports();
        QVERIFY(reports.size() > 1);
        QCOMPARE(reports.front().kind, ReportKind::Progress);
        const auto last = std::ranges::find(reports, ReportKind::Deployed, &protocol::Report::kind);
        QVERIFY(reports.end() - last <= 2 && last != reports.end()); // one may be on its way still
        for (auto report = reports.begin(); report != reports.end(); ++report) {
            QVERIFY(report == last || report->kind == ReportKind::Progress);
            QVERIFY(report->done <= report->total);
        }
    }

    void backsUpAFile()
    {
        const Bytes disk = makeImage("d0dt0");
        Bench bench;
        QFile file(bench.target());
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.write(reinterpret_cast<const char *>(disk.data()), qint64(disk.size())) > 0);
        file.close();
        bench.station.action = bench.station.backupAction(protocol::BackupScope::Used);
        QCOMPARE(bench.run(), ExitCode::Verified);
        QVERIFY(bench.station.uploaded() == disk);
    }

    void theProofIsDeliveredWhateverHappens()
    {
        Bench bench(makeImage("dd"));
        bench.makeTarget(2 * imaging::chunkBytes);
        std::atomic<int> tries = 0;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path != reportPath || !request.body.contains("deployed"))
                return {};
            const int attempt = tries++;
            if (attempt == 0)
                return {Kind::Drop};
            if (attempt == 1)
                return {Kind::Status, 0, 503};
            if (attempt == 2)
                return {Kind::Refuse, 0, 0, FailureCode::Unauthorized};
            return {};
        };
        QCOMPARE(bench.run(), ExitCode::Verified);
        QCOMPARE(tries, 4);
        QVERIFY(bench.station.registrations() >= 2);
        QCOMPARE(bench.lastReport()->kind, ReportKind::Deployed);
    }

    void failuresAreReported_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::addColumn<int>("code");
        QTest::newRow("too small")
            << qint64(imaging::chunkBytes) << int(FailureCode::DeviceTooSmall);
        QTest::newRow("not there") << qint64(-1) << int(FailureCode::DeviceNotFound);
    }

    void failuresAreReported()
    {
        QFETCH(qint64, size);
        Bench bench(makeImage("dd"));
        if (size >= 0)
            bench.makeTarget(size);
        QCOMPARE(bench.run(), ExitCode::Failed);
        const auto report = bench.lastReport();
        QVERIFY(report.has_value());
        QCOMPARE(report->kind, ReportKind::Failed);
        QTEST(int(report->failure.code), "code");
        QCOMPARE(report->failure.stage, protocol::Stage::Check);
    }

    // The answer to a progress report ends a job that is stuck elsewhere.
    void cancelledByTheAnswerToAReport_data()
    {
        QTest::addColumn<int>("code");
        QTest::newRow("unknown") << int(FailureCode::UnknownJob);
        QTest::newRow("cancelled") << int(FailureCode::Cancelled);
    }

    void cancelledByTheAnswerToAReport()
    {
        QFETCH(int, code);
        Bench bench(makeImage("dddd"));
        bench.makeTarget(4 * imaging::chunkBytes);
        bool fetching = false;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == "/transfer/t/image.img.zst") {
                fetching = true;
                return {Kind::StallAfter, 1000};
            }
            if (request.path == reportPath && fetching)
                return {Kind::Refuse, 0, 0, FailureCode(code)};
            return {};
        };
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(bench.run(), ExitCode::JobOver);
        QVERIFY(timer.elapsed() < 10'000);
        for (const auto &report : bench.station.reports())
            QCOMPARE(report.kind, ReportKind::Progress);
    }

    // The station does not know the transfer any more: cancelled, or our address is another one.
    void cutOffItAsksAgain()
    {
        Bench bench(makeImage("dddd"));
        bench.makeTarget(4 * imaging::chunkBytes);
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == imagePath && request.number == 0)
                return {Kind::Refuse, 0, 0, FailureCode::UnknownTransfer};
            return {};
        };
        QCOMPARE(bench.run(), ExitCode::Verified);
        QCOMPARE(bench.lastReport()->kind, ReportKind::Deployed);
    }

    // A station that was restarted waits for its disk before it offers the job again.
    void cutOffItWaitsForABusyStation()
    {
        Bench bench(makeImage("dddd"));
        bench.makeTarget(4 * imaging::chunkBytes);
        int cut = 0;
        int busy = 0;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == imagePath && cut == 0) {
                ++cut;
                return {Kind::Refuse, 0, 0, FailureCode::UnknownTransfer};
            }
            if (request.path == pollPath && cut > 0 && busy < 3) {
                ++busy;
                return {Kind::Refuse, 0, 0, FailureCode::StationBusy};
            }
            return {};
        };
        QCOMPARE(bench.run(), ExitCode::Verified);
        QCOMPARE(busy, 3);
        QCOMPARE(bench.lastReport()->kind, ReportKind::Deployed);
    }

    void cutOffForGood()
    {
        Bench bench(makeImage("dddd"));
        bench.makeTarget(4 * imaging::chunkBytes);
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path != imagePath)
                return {};
            bench.station.action = {};
            return {Kind::Refuse, 0, 0, FailureCode::UnknownTransfer};
        };
        QCOMPARE(bench.run(), ExitCode::JobOver);
        for (const auto &report : bench.station.reports())
            QCOMPARE(report.kind, ReportKind::Progress);
    }

    // Its connections are the old address's and hang; it comes back as who it was.
    void anotherAddressInMidJob()
    {
        Bench bench(makeImage("dddd"));
        bench.makeTarget(4 * imaging::chunkBytes);
        bool stalls = false;
        bool told = false;
        QByteArrayList sessions;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == registerPath)
                sessions << request.head.authorization;
            if (request.path == imagePath && !std::exchange(stalls, true))
                return {Kind::StallAfter, 1000};
            if (request.path == reportPath && stalls && !std::exchange(told, true))
                return {Kind::Refuse, 0, 0, FailureCode::ForeignAddress};
            if (request.path == pollPath && request.number == 1)
                return {Kind::Refuse, 0, 0, FailureCode::ForeignAddress};
            return {};
        };
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(bench.run(), ExitCode::Verified);
        QVERIFY(timer.elapsed() < 15'000); // not by the time-out of what hangs
        QCOMPARE(sessions, (QByteArrayList{QByteArray(), "Bearer s1"}));
    }

    void oneShots_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("done");
        QTest::newRow("reboot") << int(ActionKind::Reboot) << QStringLiteral("reboot");
        QTest::newRow("poweroff") << int(ActionKind::PowerOff) << QStringLiteral("poweroff");
    }

    void oneShots()
    {
        QFETCH(int, kind);
        QFETCH(QString, done);
        Bench bench;
        bench.station.action.kind = ActionKind(kind);
        bench.station.action.reportUrl = bench.station.url("/api/job-report?job=j1");
        QCOMPARE(bench.run(), ExitCode::PoweredOff);
        QCOMPARE(bench.actions.done, QStringList{done});
        QCOMPARE(bench.lastReport()->kind, ReportKind::Accepted);
    }

    // Memory runs out before the device is even looked for: the job fails, and the station hears
    // it.
    void aThrowAtAJobsBeginFailsIt_data()
    {
        QTest::addColumn<bool>("backup");
        QTest::newRow("deploy") << false;
        QTest::newRow("backup") << true;
    }

    void aThrowAtAJobsBeginFailsIt()
    {
        QFETCH(bool, backup);
        Bench bench(makeImage("dd"));
        if (backup)
            bench.station.action = bench.station.backupAction(protocol::BackupScope::Exact);
        bench.makeTarget(2 * imaging::chunkBytes);
        bench.actions.where = Where::Working;
        bench.actions.left = 1;
        QCOMPARE(bench.run(), ExitCode::Failed);
        const auto report = bench.lastReport();
        QVERIFY(report.has_value());
        QCOMPARE(report->kind, ReportKind::Failed);
        QCOMPARE(report->failure.code, FailureCode::Internal);
        QCOMPARE(bench.station.requests(imagePath), 0);
    }

    // It costs a round, or a report, and no more.
    void aThrowInARoundIsNotTheEnd_data()
    {
        QTest::addColumn<int>("where");
        QTest::newRow("while it waits") << int(Where::AtRest);
        QTest::newRow("sign of life, reports included") << int(Where::Alive);
    }

    void aThrowInARoundIsNotTheEnd()
    {
        QFETCH(int, where);
        Bench bench(makeImage("d0dd"));
        bench.makeTarget(4 * imaging::chunkBytes);
        bench.actions.where = Where(where);
        bench.actions.left = 3;
        QCOMPARE(bench.run(), ExitCode::Verified);
        QVERIFY(bench.actions.left <= 0);
        QCOMPARE(bench.lastReport()->kind, ReportKind::Deployed);
    }

    void aThrowInAnOrderIsNotTheEnd()
    {
        Bench bench;
        bench.station.action.kind = ActionKind::Identify;
        bench.station.action.reportUrl = bench.station.url("/api/job-report?job=j1");
        const protocol::Action order = bench.station.action;
        bench.actions.where = Where::Identify;
        bench.actions.left = 1;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == pollPath && request.number == 1)
                bench.station.action = order; // once more
            if (request.path == pollPath && request.number == 2)
                bench.stop.stop(StopReason::Interrupted);
            return {};
        };
        QCOMPARE(bench.run(), ExitCode::Interrupted);
        QCOMPARE(bench.actions.done.size(), 2);
    }

    void identifyDoesNotEndIt()
    {
        Bench bench;
        bench.station.action.kind = ActionKind::Identify;
        bench.station.action.reportUrl = bench.station.url("/api/job-report?job=j1");
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == pollPath && request.number == 1)
                bench.stop.stop(StopReason::Interrupted);
            return {};
        };
        QCOMPARE(bench.run(), ExitCode::Interrupted);
        QCOMPARE(bench.actions.done, QStringList{QStringLiteral("identify")});
    }

    void registersAgain_data()
    {
        QTest::addColumn<int>("code");
        QTest::newRow("401") << int(FailureCode::Unauthorized);
        QTest::newRow("403") << int(FailureCode::ForeignAddress);
        QTest::newRow("404") << int(FailureCode::UnknownDevice);
    }

    void registersAgain()
    {
        QFETCH(int, code);
        Bench bench;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == pollPath && request.number == 0)
                return {Kind::Refuse, 0, 0, FailureCode(code)};
            if (request.path == pollPath && request.number == 2)
                bench.stop.stop(StopReason::Interrupted);
            return {};
        };
        QCOMPARE(bench.run(false), ExitCode::Interrupted);
        QCOMPARE(bench.station.registrations(), 2);
    }

    void waitsForAStationThatIsNotThereYet()
    {
        Bench bench;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == pollPath)
                bench.stop.stop(StopReason::Interrupted);
            return {request.number < 3 ? Kind::Drop : Kind::Serve};
        };
        QCOMPARE(bench.run(), ExitCode::Interrupted);
        QVERIFY(bench.station.registrations() >= 4);
    }

    void aPlainStationIsNotEnough()
    {
        Bench bench;
        bench.station.plainOnly = true;
        QCOMPARE(bench.run(true), ExitCode::Unsupported);
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.number == 3)
                bench.stop.stop(StopReason::Interrupted);
            return {};
        };
        QCOMPARE(bench.run(false), ExitCode::Interrupted);
    }

    void worksOnAfterAJob()
    {
        Bench bench(makeImage("dd"));
        bench.makeTarget(2 * imaging::chunkBytes);
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == pollPath && request.number == 1)
                bench.stop.stop(StopReason::Interrupted);
            return {};
        };
        QCOMPARE(bench.run(false), ExitCode::Interrupted);
        QCOMPARE(bench.lastReport()->kind, ReportKind::Deployed);
    }
};

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"
