// SPDX-License-Identifier: GPL-3.0-or-later
// What whole jobs say that they wait for, each with one part made slow: the time that a part sleeps
// stands for its work.
#include "netclient/backup_job.h"
#include "netclient/deploy_bench.h"
#include "netclient/measured_device.h"
#include "netclient/progress_reporter.h"

using namespace testing;
using namespace bench;
using namespace std::chrono_literals;
using imaging::WorkClock;
using netclient::BackupJob;
using netclient::MeasuredDevice;
using netclient::ProgressReporter;
using protocol::Bottleneck;
using protocol::Phase;

namespace
{

constexpr std::chrono::milliseconds slow = 100ms; // for a chunk
constexpr int chunks = 12;

// What the progress reports of a phase said, by how often.
QHash<Bottleneck, int> said(const FakeStation &station, Phase phase)
{
    QHash<Bottleneck, int> counts;
    for (const protocol::Report &report : station.reports()) {
        if (report.phase == phase && report.bottleneck != Bottleneck::None)
            ++counts[report.bottleneck];
    }
    return counts;
}

// Not only once in between: the noise of a busy machine may speak too.
bool saidMostly(const FakeStation &station, Phase phase, Bottleneck expected)
{
    const auto counts = said(station, phase);
    int all = 0;
    for (const int count : counts)
        all += count;
    return 2 * counts.value(expected) > all;
}

struct ReportingBench : Bench {
    explicit ReportingBench(const Bytes &image) : Bench(image) { useTuning(quickTuning()); }
    void useTuning(const netclient::Tuning &tuning)
    {
        Bench::useTuning(tuning);
        const auto registered = link->registerDevice(stop); // so that each report is taken
        QCOMPARE(registered.verdict, netclient::Verdict::Good);
    }

    Result<void> deploy(MemoryDevice &device)
    {
        const auto reporter = report();
        MeasuredDevice measured(device, progress.storage());
        const auto proof =
            DeployJob(JobContext{*link, stop, progress, pool}, action, measured).run();
        return proof ? Result<void>() : proof.failure();
    }
    Result<void> backup(MemoryDevice &device)
    {
        const auto reporter = report();
        MeasuredDevice measured(device, progress.storage());
        return BackupJob(JobContext{*link, stop, progress, pool},
                         station.backupAction(protocol::BackupScope::Exact), measured)
            .run();
    }
    // Work for the pool as it would be on a slower machine.
    void burden()
    {
        for (int i = 0; i < pool.threads(); ++i)
            pool.submit([] { std::this_thread::sleep_for(2 * slow); });
    }

private:
    std::unique_ptr<ProgressReporter> report()
    {
        return std::make_unique<ProgressReporter>(*link, stop, progress, pool,
                                                  "/api/job-report?job=j1", [] {});
    }
};

Bytes image()
{
    return makeImage(std::string(chunks, 'd'));
}

auto slowAt(Operation operation)
{
    return [operation](const MemoryDevice::Call &call) {
        if (call.operation == operation)
            std::this_thread::sleep_for(slow);
        return Fate::Done;
    };
}

} // namespace

class TestBottleneck : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void slowToWrite()
    {
        ReportingBench bench(image());
        MemoryDevice device(chunks * mib);
        device.before = slowAt(Operation::Write);
        QVERIFY(bench.deploy(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Writing, Bottleneck::Storage));
    }

    void slowToReadBack()
    {
        ReportingBench bench(image());
        MemoryDevice device(chunks * mib);
        device.before = slowAt(Operation::Read);
        QVERIFY(bench.deploy(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Verifying, Bottleneck::Storage));
    }

    void slowToZero()
    {
        ReportingBench bench(makeImage("d" + std::string(chunks, '0') + "d"));
        auto tuning = quickTuning();
        tuning.zeroSliceBytes = mib;
        bench.useTuning(tuning);
        MemoryDevice device((chunks + 2) * mib);
        device.before = slowAt(Operation::Zero);
        QVERIFY(bench.deploy(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Zeroing, Bottleneck::Storage));
    }

    // One long call, and nothing moves meanwhile.
    void slowToFlush()
    {
        ReportingBench bench(makeImage("dd"));
        MemoryDevice device(2 * mib);
        device.before = [&](const MemoryDevice::Call &call) {
            if (call.operation == Operation::Flush &&
                bench.progress.state().phase == Phase::Flushing)
                std::this_thread::sleep_for(800ms);
            return Fate::Done;
        };
        QVERIFY(bench.deploy(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Flushing, Bottleneck::Storage));
    }

    void slowNetwork()
    {
        ReportingBench bench(image());
        bench.station.react = [](const Request &request) -> Reaction {
            Reaction reaction;
            if (request.path == packPath)
                reaction.pause = slow;
            return reaction;
        };
        MemoryDevice device(chunks * mib);
        QVERIFY(bench.deploy(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Writing, Bottleneck::Network));
    }

    void slowToUnpack()
    {
        ReportingBench bench(image());
        MemoryDevice device(chunks * mib);
        device.before = [&](const MemoryDevice::Call &call) {
            if (call.operation == Operation::Write)
                bench.burden();
            return Fate::Done;
        };
        QVERIFY(bench.deploy(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Writing, Bottleneck::Decompression));
    }

    void slowToCompare()
    {
        ReportingBench bench(image());
        MemoryDevice device(chunks * mib);
        device.before = [&](const MemoryDevice::Call &call) {
            if (call.operation == Operation::Read)
                bench.burden();
            return Fate::Done;
        };
        QVERIFY(bench.deploy(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Verifying, Bottleneck::Verifying));
    }

    void slowToReadForABackup()
    {
        ReportingBench bench(image());
        MemoryDevice device(chunks * mib);
        device.bytes() = image();
        device.before = slowAt(Operation::Read);
        QVERIFY(bench.backup(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Reading, Bottleneck::Storage));
    }

    void slowToPack()
    {
        ReportingBench bench(image());
        MemoryDevice device(chunks * mib);
        device.bytes() = image();
        device.before = [&](const MemoryDevice::Call &call) {
            if (call.operation == Operation::Read)
                bench.burden();
            return Fate::Done;
        };
        QVERIFY(bench.backup(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Reading, Bottleneck::Compression));
    }

    void slowToTakeABackup()
    {
        ReportingBench bench(image());
        bench.station.react = [](const Request &request) -> Reaction {
            Reaction reaction;
            if (request.path.startsWith("/transfer/t/upload/chunks/"))
                reaction.pause = 2 * slow; // for a run of two chunks
            return reaction;
        };
        MemoryDevice device(chunks * mib);
        device.bytes() = image();
        QVERIFY(bench.backup(device).ok());
        QVERIFY(saidMostly(bench.station, Phase::Reading, Bottleneck::Network));
    }

    void passesEverythingOn()
    {
        MemoryDevice device(2 * mib);
        imaging::WorkClock clock;
        MeasuredDevice measured(device, clock);
        device.before = slowAt(Operation::Flush);
        QCOMPARE(measured.path(), device.path());
        QCOMPARE(measured.size(), device.size());
        QCOMPARE(measured.logicalBlockSize(), device.logicalBlockSize());
        imaging::AlignedBuffer buffer(chunkBytes);
        std::memset(buffer.data(), 7, buffer.size());
        QVERIFY(measured.write(mib, buffer.first(chunkBytes)).ok());
        QVERIFY(device.bytes().back() == std::byte(7));
        const imaging::PlacedBytes piece{0, buffer.first(chunkBytes)};
        QVERIFY(measured.writeTogether(std::span(&piece, 1)).ok());
        QVERIFY(device.bytes().front() == std::byte(7));
        QVERIFY(measured.zero(mib, mib).ok());
        QVERIFY(measured.read(mib, buffer.first(chunkBytes)).ok());
        QVERIFY(imaging::isZero(buffer.first(chunkBytes)));
        QVERIFY(measured.dropCache().ok());
        QVERIFY(measured.flush().ok());
        QVERIFY(clock.total() >= slow);
        device.before = [](const MemoryDevice::Call &) { return Fate::Failed; };
        QCOMPARE(measured.read(0, buffer.first(chunkBytes)).failure().code,
                 FailureCode::DeviceReadError);
    }
};

QTEST_APPLESS_MAIN(TestBottleneck)
#include "tst_bottleneck.moc"
