// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/backup_job.h"

#include "fake_station.h"
#include "memory_device.h"

#include "protocol/names.h"

#include <QTest>

#include <csignal>
#include <map>

using namespace testing;
using netclient::BackupJob;
using netclient::JobContext;
using netclient::Progress;
using netclient::StationLink;
using netclient::StopReason;
using netclient::StopSource;
using protocol::FailureCode;
using protocol::Result;
using Fate = MemoryDevice::Fate;
using Operation = MemoryDevice::Operation;
using Kind = Reaction::Kind;
using imaging::chunkBytes;

namespace
{

constexpr qint64 mib = 1024 * 1024;

struct Bench {
    FakeStation station;
    StopSource stop;
    Progress progress;
    imaging::WorkerPool pool{2};
    std::unique_ptr<StationLink> link;
    protocol::Action action;

    Bench()
    {
        std::signal(SIGPIPE, SIG_IGN);
        action = station.backupAction(protocol::BackupScope::Exact);
        useTuning(quickTuning());
    }
    void useTuning(const netclient::Tuning &tuning)
    {
        link = std::make_unique<StationLink>(station.endpoint(), testFacts(), tuning);
    }
    Result<void> run(MemoryDevice &device)
    {
        return BackupJob(JobContext{*link, stop, progress, pool}, action, device).run();
    }
};

} // namespace

class TestBackupJob : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void backsUp_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<uint>("lastLength");
        QTest::newRow("mixed") << QByteArray("d00dt0d0") << chunkBytes;
        QTest::newRow("odd end") << QByteArray("d00dt0dd") << 512u;
        QTest::newRow("zeros at the end") << QByteArray("dd00") << 512u;
        QTest::newRow("one chunk") << QByteArray("d") << chunkBytes;
        QTest::newRow("only zeros") << QByteArray("000") << chunkBytes;
        QTest::newRow("run ends with the device") << QByteArray("dddd") << chunkBytes;
        QTest::newRow("many runs") << QByteArray(40, 'd') << chunkBytes;
    }

    void backsUp()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(uint, lastLength);
        const Bytes disk = makeImage(pattern.toStdString(), lastLength);
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        Bench bench;
        const auto done = bench.run(device);
        QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.failure().detail));
        QVERIFY(bench.station.uploaded() == disk);
        QVERIFY(bench.station.commit().has_value());
        QCOMPARE(device.changes(), 0);
        QCOMPARE(device.misuse(), QString());
        QCOMPARE(bench.station.connections(), 1);
    }

    // While the station makes a run durable the next one is on its way.
    void theLinkDoesNotWaitForTheStationsDisk()
    {
        const Bytes disk = makeImage("dddddddd");
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        Bench bench;
        bench.station.react = [](const Request &request) {
            Reaction reaction;
            reaction.awaitsNext = request.number < 3; // of four runs
            return reaction;
        };
        const auto done = bench.run(device);
        QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.failure().detail));
        QCOMPARE(bench.station.overlaps(), 3);
        QCOMPARE(bench.station.connections(), 1);
    }

    // The station ends a connection on which nothing comes; with an answer unread on it, too.
    void aPauseOfTheDeviceIsNoFailure()
    {
        const Bytes disk = makeImage(std::string(20, 'd'));
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        Bench bench;
        bench.station.react = [](const Request &) {
            Reaction reaction;
            // Shorter than the pause, and longer than a busy machine keeps the client waiting.
            reaction.idleLimit = std::chrono::milliseconds(1500);
            return reaction;
        };
        device.before = [&](const MemoryDevice::Call &call) {
            while (call.offset == 12 * mib && !bench.station.isIdle())
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            return Fate::Done;
        };
        const auto done = bench.run(device);
        QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.failure().detail));
        QVERIFY(bench.station.uploaded() == disk);
        QVERIFY(bench.station.connections() >= 2);
        QCOMPARE(bench.station.requests("/transfer/t/upload/next"), 1); // nothing was lost
    }

    // A station that wants part of a run again, when the next one has been sent whole: what it says
    // to that one is no answer to another.
    void runsAreNotTakenForOneAnother()
    {
        const Bytes disk = makeImage(std::string(12, 't')); // small: a run fits into the sockets
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        Bench bench;
        bench.station.react = [](const Request &request) {
            Reaction reaction;
            const bool records = request.head.contentType == "application/x-provisioning-records";
            if (records && request.number == 0) {
                reaction.awaitsNext = true;
                reaction.tells = 1;
            }
            return reaction;
        };
        const auto done = bench.run(device);
        QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.failure().detail));
        QVERIFY(bench.station.uploaded() == disk);
        QVERIFY2(bench.station.requests("records") <= 6 + 2,
                 qPrintable(QString::number(bench.station.requests("records"))));
    }

    void survivesTheNetwork_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<int>("code");
        QTest::newRow("dropped") << int(Kind::Drop) << qint64(0) << 0;
        QTest::newRow("cut in the first record") << int(Kind::CutAfter) << qint64(1) << 0;
        QTest::newRow("cut in the second record") << int(Kind::CutAfter) << mib + 500'000 << 0;
        QTest::newRow("500") << int(Kind::Status) << qint64(0) << 0;
        QTest::newRow("out of order")
            << int(Kind::Refuse) << qint64(0) << int(FailureCode::BackupOutOfOrder);
        QTest::newRow("unauthorized")
            << int(Kind::Refuse) << qint64(0) << int(FailureCode::Unauthorized);
    }

    void survivesTheNetwork()
    {
        QFETCH(int, kind);
        QFETCH(qint64, bytes);
        QFETCH(int, code);
        const Bytes disk = makeImage("dd0ddd0dd");
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        Bench bench;
        bench.station.react = [&](const Request &request) -> Reaction {
            const bool records = request.head.contentType == "application/x-provisioning-records";
            if (records && request.number % 2 == 1)
                return {Kind(kind), bytes, 500, FailureCode(code)};
            return {};
        };
        const auto done = bench.run(device);
        QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.failure().detail));
        QVERIFY(bench.station.uploaded() == disk);
    }

    // A client that was killed and started again: what the station has is read, but not sent.
    void goesOnWhereAnEarlierClientStopped()
    {
        const std::string pattern = "dddd0ddd";
        const Bytes disk = makeImage(pattern);
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        Bench bench;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == "/transfer/t/upload/chunks/2")
                bench.stop.stop(StopReason::Interrupted);
            return {};
        };
        QVERIFY(!bench.run(device).ok());
        QTRY_VERIFY(bench.station.isIdle()); // what was on its way has come, or was cut
        const quint64 next = bench.station.next();
        QVERIFY(next >= 2 && next < 8);
        const int before = bench.station.requests("records");

        bench.station.react = {};
        StopSource stop;
        const auto done = BackupJob(JobContext{*bench.link, stop, bench.progress, bench.pool},
                                    bench.action, device)
                              .run();
        QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.failure().detail));
        QVERIFY(bench.station.uploaded() == disk);
        const auto left = std::count(pattern.begin() + qptrdiff(next), pattern.end(), 'd');
        QCOMPARE(bench.station.requests("records"), before + int(left + 1) / 2); // in runs of two
    }

    void aDeviceThatChangedInBetweenIsFoundOut()
    {
        const Bytes disk = makeImage("dddddd");
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        Bench bench;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == "/transfer/t/upload/chunks/2")
                bench.stop.stop(StopReason::Interrupted);
            return {};
        };
        QVERIFY(!bench.run(device).ok());
        device.bytes()[5] ^= std::byte{1};
        StopSource stop;
        const auto done = BackupJob(JobContext{*bench.link, stop, bench.progress, bench.pool},
                                    bench.action, device)
                              .run();
        QVERIFY(!done.ok());
        QCOMPARE(done.failure().code, FailureCode::BackupMismatch);
        QCOMPARE(done.failure().stage, protocol::Stage::Commit);
    }

    // The station lost chunks that it had confirmed: everything from there is read and sent again.
    void startsOverWhenTheStationLostChunks()
    {
        const Bytes disk = makeImage("dddddddd");
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        Bench bench;
        bench.station.react = [lost = false](const Request &request) mutable -> Reaction {
            Reaction reaction;
            const bool third = request.path == "/transfer/t/upload/chunks/4";
            if (third && !std::exchange(lost, true)) {
                reaction.kind = Kind::Drop;
                reaction.loseFrom = 1;
            }
            return reaction;
        };
        const auto done = bench.run(device);
        QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.failure().detail));
        QVERIFY(bench.station.uploaded() == disk);
    }

    // A station that contradicts itself is not asked as fast as it answers.
    void doesNotHammer()
    {
        const Bytes disk = makeImage("dd");
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        Bench bench;
        auto tuning = quickTuning();
        tuning.backoff = {std::chrono::milliseconds(100), std::chrono::milliseconds(1000)};
        bench.useTuning(tuning);
        bench.station.react = [](const Request &request) -> Reaction {
            const bool records = request.head.contentType == "application/x-provisioning-records";
            if (records && request.number < 3)
                return {Kind::Refuse, 0, 0, FailureCode::BackupOutOfOrder};
            return {};
        };
        QElapsedTimer timer;
        timer.start();
        const auto done = bench.run(device);
        QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.failure().detail));
        QVERIFY(timer.elapsed() >= 50 + 100 + 200); // at least half of each wait
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("reason");
        const auto row = [](const char *name, const char *path, FailureCode code,
                            StopReason reason) {
            QTest::newRow(name) << QByteArray(path) << int(code) << int(reason);
        };
        row("full disk", "/transfer/t/upload/chunks/0", FailureCode::StorageFull, StopReason::None);
        // Cancelled, or our address is another one: the next poll tells.
        row("unknown", "/transfer/t/upload/chunks/0", FailureCode::UnknownTransfer,
            StopReason::CutOff);
        row("unknown from the start", "/transfer/t/upload/next", FailureCode::UnknownTransfer,
            StopReason::CutOff);
        row("cancelled", "/transfer/t/upload/chunks/0", FailureCode::Cancelled,
            StopReason::JobOver);
        row("mismatch", "/transfer/t/upload/commit", FailureCode::BackupMismatch, StopReason::None);
    }

    void refusals()
    {
        QFETCH(QByteArray, path);
        QFETCH(int, code);
        QFETCH(int, reason);
        MemoryDevice device(6 * mib);
        device.bytes() = makeImage("dddddd");
        Bench bench;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == path)
                return {Kind::Refuse, 0, 0, FailureCode(code)};
            return {};
        };
        const auto done = bench.run(device);
        QVERIFY(!done.ok());
        if (StopReason(reason) == StopReason::None)
            QCOMPARE(int(done.failure().code), code);
        QCOMPARE(int(bench.stop.reason()), reason);
        QVERIFY(!bench.station.commit().has_value());
    }

    void readErrors()
    {
        MemoryDevice device(6 * mib);
        device.bytes() = makeImage("dddddd");
        device.before = [](const MemoryDevice::Call &call) {
            return call.offset == 4 * mib ? Fate::Failed : Fate::Done;
        };
        Bench bench;
        const auto done = bench.run(device);
        QVERIFY(!done.ok());
        QCOMPARE(done.failure().code, FailureCode::DeviceReadError);
        QVERIFY(!bench.station.commit().has_value());
    }

    // Asked for proof it reads the device again before the station is told that this was all.
    void readsTwiceWhenAsked()
    {
        const Bytes disk = makeImage("d0dtd", 512);
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        std::map<qint64, int> reads;
        device.before = [&](const MemoryDevice::Call &call) {
            reads[call.offset] += call.operation == Operation::Read;
            return Fate::Done;
        };
        Bench bench;
        QVERIFY(bench.run(device).ok());
        QVERIFY(std::ranges::all_of(reads, [](const auto &read) { return read.second == 1; }));
        QVERIFY(!bench.station.commit()->note.contains(protocol::names::readTwice));

        reads.clear();
        Bench proof;
        proof.action.verify = protocol::VerifyScope::Full;
        QVERIFY(proof.run(device).ok());
        QVERIFY(reads.size() >= 5);
        QVERIFY(std::ranges::all_of(reads, [](const auto &read) { return read.second == 2; }));
        QVERIFY(proof.station.uploaded() == disk);
        QVERIFY(proof.station.commit()->note.contains(protocol::names::readTwice));
        QCOMPARE(proof.progress.state().phase, protocol::Phase::Committing);
    }

    // A device that lies once, one that lies at random, and one that somebody writes to.
    void aDeviceThatTellsSomethingElse_data()
    {
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<int>("wrongRead"); // of this chunk, from 0
        QTest::addColumn<bool>("stays");
        QTest::newRow("first read wrong") << 2 * mib + 77 << 0 << false;
        QTest::newRow("second read wrong") << qint64(5) << 1 << false;
        QTest::newRow("last byte") << 4 * mib + 511 << 1 << false;
        QTest::newRow("in zeros") << 1 * mib << 1 << false;
        QTest::newRow("written meanwhile") << 3 * mib << 1 << true;
    }

    void aDeviceThatTellsSomethingElse()
    {
        QFETCH(qint64, offset);
        QFETCH(int, wrongRead);
        QFETCH(bool, stays);
        const Bytes disk = makeImage("d0dtd", 512);
        MemoryDevice device(qint64(disk.size()));
        device.bytes() = disk;
        int reads = 0;
        const auto flip = [&] { device.bytes()[size_t(offset)] ^= std::byte{1}; };
        device.before = [&](const MemoryDevice::Call &call) {
            const bool hit = call.offset <= offset && offset < call.offset + call.length;
            if (hit && reads == wrongRead)
                flip();
            return Fate::Done;
        };
        device.after = [&](const MemoryDevice::Call &call, std::vector<std::byte> &) {
            const bool hit = call.offset <= offset && offset < call.offset + call.length;
            if (hit && reads++ == wrongRead && !stays)
                flip();
        };
        Bench bench;
        bench.action.verify = protocol::VerifyScope::Full;
        const auto done = bench.run(device);
        QVERIFY(!done.ok());
        QCOMPARE(done.failure().code, FailureCode::BackupMismatch);
        QCOMPARE(done.failure().stage, protocol::Stage::Verify);
        QVERIFY(done.failure().detail.contains(QStringLiteral("chunk %1 ").arg(offset / mib)));
        QVERIFY(!bench.station.commit().has_value());
        QCOMPARE(bench.station.requests("/transfer/t/upload/commit"), 0);
    }

    void isInterruptedWhileTheStationStalls()
    {
        MemoryDevice device(6 * mib);
        device.bytes() = makeImage("dddddd");
        Bench bench;
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == "/transfer/t/upload/chunks/2")
                bench.stop.stop(StopReason::Interrupted);
            return {};
        };
        QElapsedTimer timer;
        timer.start();
        const auto done = bench.run(device);
        QVERIFY(!done.ok());
        QCOMPARE(done.failure().code, FailureCode::Cancelled);
        QVERIFY(timer.elapsed() < 10'000);
    }
};

QTEST_GUILESS_MAIN(TestBackupJob)
#include "tst_backup_job.moc"
