// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/deploy_job.h"

#include "fake_station.h"
#include "memory_device.h"
#include "netclient/write_plan.h"

#include <QTest>

#include <csignal>

using namespace testing;
using netclient::DeployJob;
using netclient::JobContext;
using netclient::Progress;
using netclient::StationLink;
using netclient::StopReason;
using netclient::StopSource;
using protocol::DeployProof;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using Fate = MemoryDevice::Fate;
using Operation = MemoryDevice::Operation;
using Kind = Reaction::Kind;
using imaging::chunkBytes;

namespace
{

constexpr qint64 mib = 1024 * 1024;
const QByteArray packPath = "/transfer/t/image.img.zst";

// Marks of a GPT where the firmware and Linux look for it, for blocks of 512 bytes.
void addGptMarks(Bytes &disk)
{
    const char mark[] = "EFI PART";
    std::memcpy(disk.data() + 512, mark, 8);
    std::memcpy(disk.data() + disk.size() - 512, mark, 8);
}

bool hasMark(const Bytes &disk, size_t offset)
{
    return std::memcmp(disk.data() + offset, "EFI PART", 8) == 0;
}

// A job, with everything that it needs.
struct Bench {
    FakeStation station;
    StopSource stop;
    Progress progress;
    imaging::WorkerPool pool{2};
    std::unique_ptr<StationLink> link;
    protocol::Action action;

    explicit Bench(const Bytes &image) : Bench(makePack(image)) {}
    explicit Bench(TestPack pack)
    {
        std::signal(SIGPIPE, SIG_IGN);
        station.pack = std::move(pack);
        action = station.deployAction();
        useTuning(quickTuning());
    }
    void useTuning(const netclient::Tuning &tuning)
    {
        link = std::make_unique<StationLink>(station.endpoint(), testFacts(), tuning);
    }
    Result<DeployProof> run(MemoryDevice &device)
    {
        return DeployJob(JobContext{*link, stop, progress, pool}, action, device).run();
    }
};

// A device that holds another, bootable disk.
void fillWithOldDisk(MemoryDevice &device)
{
    Bytes old =
        makeImage(std::string(size_t((device.size() + mib - 1) / mib), 'd'), chunkBytes, 99);
    old.resize(size_t(device.size()));
    addGptMarks(old);
    device.bytes() = old;
}

bool holds(const MemoryDevice &device, const Bytes &image)
{
    auto &bytes = const_cast<MemoryDevice &>(device).bytes();
    return bytes.size() >= image.size() &&
           std::memcmp(bytes.data(), image.data(), image.size()) == 0;
}

} // namespace

class TestDeployJob : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void deploys_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<uint>("lastLength");
        QTest::addColumn<qint64>("deviceSize");
        QTest::newRow("mixed") << QByteArray("d00dt0d0") << chunkBytes << 8 * mib;
        QTest::newRow("odd end") << QByteArray("d00dt0dd") << 512u << 7 * mib + 512;
        QTest::newRow("larger device") << QByteArray("d00dt0dd") << 512u << 20 * mib;
        QTest::newRow("little larger device") << QByteArray("d00dt0dd") << 512u << 7 * mib + 4096;
        QTest::newRow("one chunk") << QByteArray("d") << chunkBytes << 1 * mib;
        QTest::newRow("less than a chunk") << QByteArray("d") << 5120u << 4 * mib;
        QTest::newRow("less than a head") << QByteArray("d") << 512u << 4 * mib;
        QTest::newRow("two chunks") << QByteArray("dd") << 1024u << 1 * mib + 1024;
        QTest::newRow("only zeros") << QByteArray("000") << chunkBytes << 4 * mib;
        QTest::newRow("zero first") << QByteArray("0d0d") << chunkBytes << 4 * mib;
        QTest::newRow("zero last") << QByteArray("dd00") << chunkBytes << 4 * mib;
        QTest::newRow("smaller device, zeros beyond")
            << QByteArray("dd000000") << chunkBytes << 4 * mib + 512;
        QTest::newRow("several runs") << QByteArray(70, 't') << chunkBytes << 70 * mib;
    }

    void deploys()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(uint, lastLength);
        QFETCH(qint64, deviceSize);
        Bytes image = makeImage(pattern.toStdString(), lastLength);
        Bench bench(image);
        MemoryDevice device(deviceSize);
        fillWithOldDisk(device);
        const Bytes old = device.bytes();
        const auto proof = bench.run(device);
        QVERIFY2(proof.ok(), proof.ok() ? "" : qPrintable(proof.failure().detail));
        QCOMPARE(device.misuse(), QString());
        QCOMPARE(proof->imageIdentity, bench.station.pack.identity);
        QCOMPARE(proof->repairedChunks, 0);
        QVERIFY(proof->verifiedBytes > 0);
        const qint64 end = std::min(qint64(image.size()), deviceSize);
        image.resize(size_t(end));
        QVERIFY(holds(device, image));
        // What lies beyond is left, but for the first and the last MiB.
        Bytes expected = old;
        std::memset(expected.data(), 0, size_t(std::min<qint64>(mib, deviceSize)));
        const qint64 tail = (deviceSize - mib) / 4096 * 4096;
        std::memset(expected.data() + tail, 0, size_t(deviceSize - tail));
        std::memcpy(expected.data(), image.data(), image.size());
        QVERIFY(std::memcmp(device.bytes().data(), expected.data(), expected.size()) == 0);
    }

    void erasesTheRestWhenAsked()
    {
        Bench bench(makeImage("dd", 512));
        bench.action.eraseRest = true;
        MemoryDevice device(10 * mib);
        fillWithOldDisk(device);
        QVERIFY(bench.run(device).ok());
        const auto rest = std::span(device.bytes()).subspan(size_t(mib + 512));
        QVERIFY(imaging::isZero(rest));
    }

    // As on a device of 4096 bytes a block: the rest is erased from a block's boundary on.
    void erasesByWholeBlocks()
    {
        Bench bench(makeImage("dd", 512));
        bench.action.eraseRest = true;
        MemoryDevice device(10 * mib);
        QStringList unaligned;
        device.before = [&](const MemoryDevice::Call &call) {
            if (call.operation == Operation::Zero && call.offset % 4096 != 0)
                unaligned << QString::number(call.offset);
            return Fate::Done;
        };
        QVERIFY(bench.run(device).ok());
        QCOMPARE(unaligned.join(u' '), QString());
    }

    // Told to end between wiping a table and wiping its copy, it still does both.
    void isNotInterruptedWithinTheWipe()
    {
        Bench bench(makeImage("dddd"));
        MemoryDevice device(6 * mib);
        fillWithOldDisk(device);
        device.after = [&](const MemoryDevice::Call &call, Bytes &) {
            if (call.operation == Operation::Write)
                bench.stop.stop(StopReason::JobOver);
        };
        QVERIFY(!bench.run(device).ok());
        QVERIFY(imaging::isZero(std::span(device.bytes()).first(mib)));
        QVERIFY(!hasMark(device.bytes(), size_t(device.size() - 512)));
    }

    void fetchesNoMoreThanItMust()
    {
        const Bytes image = makeImage("d00000d00000d");
        Bench bench(image);
        MemoryDevice device(13 * mib);
        QVERIFY(bench.run(device).ok());
        QVERIFY(bench.station.packBytesSent() <= bench.station.pack.bytes.size());
        QCOMPARE(bench.station.requests(packPath), 1); // zeros are cheaper to fetch than to skip
    }

    void verifiesZeros_data()
    {
        QTest::addColumn<int>("scope");
        QTest::addColumn<qint64>("bytes");
        const qint64 zeros = 2 + 199 / qint64(netclient::zeroSampleStep); // first, last, samples
        QTest::newRow("sampled") << int(protocol::VerifyScope::Sampled) << (2 + zeros) * mib;
        QTest::newRow("full") << int(protocol::VerifyScope::Full) << 202 * mib;
    }

    void verifiesZeros()
    {
        QFETCH(int, scope);
        Bench bench(makeImage("t" + std::string(200, '0') + "t"));
        bench.action.verify = protocol::VerifyScope(scope);
        MemoryDevice device(202 * mib);
        const auto proof = bench.run(device);
        QVERIFY(proof.ok());
        QTEST(proof->verifiedBytes, "bytes");
    }

    void refusesWhatDoesNotFit_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<qint64>("deviceSize");
        QTest::newRow("data beyond") << QByteArray("d00d") << 3 * mib;
        QTest::newRow("data across the end") << QByteArray("d00d") << 3 * mib + 512;
        QTest::newRow("empty device") << QByteArray("d") << qint64(0);
    }

    void refusesWhatDoesNotFit()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(qint64, deviceSize);
        Bench bench(makeImage(pattern.toStdString()));
        MemoryDevice device(deviceSize);
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::DeviceTooSmall);
        QCOMPARE(proof.failure().stage, Stage::Check);
        QCOMPARE(device.changes(), 0);
    }

    void refusesAPartitionBeyondTheEnd()
    {
        // An MBR with one partition up to the image's end, of which the last part is zeros.
        Bytes image = makeImage("d00000");
        std::memset(image.data() + 446, 0, 66);
        image[510] = std::byte{0x55};
        image[511] = std::byte{0xaa};
        image[446 + 4] = std::byte{0x83};
        const quint32 first = 2048;
        const quint32 count = 5 * 2048;
        std::memcpy(image.data() + 446 + 8, &first, 4);
        std::memcpy(image.data() + 446 + 12, &count, 4);
        Bench bench(image);
        MemoryDevice device(5 * mib);
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::DeviceTooSmall);
        QCOMPARE(device.changes(), 0);
    }

    void refusesAWrongMap_data()
    {
        QTest::addColumn<int>("flips");
        QTest::addColumn<bool>("good");
        QTest::newRow("once") << 1 << true;
        QTest::newRow("always") << 1000 << false;
    }

    void refusesAWrongMap()
    {
        QFETCH(int, flips);
        QFETCH(bool, good);
        Bench bench(makeImage("dd"));
        bench.station.react = [flips](const Request &request) -> Reaction {
            if (request.path == "/transfer/t/map" && request.number < flips)
                return {Kind::FlipAt, 60};
            return {};
        };
        MemoryDevice device(2 * mib);
        const auto proof = bench.run(device);
        QCOMPARE(proof.ok(), good);
        if (!good) {
            QCOMPARE(proof.failure().code, FailureCode::ImageCorrupt);
            QCOMPARE(proof.failure().stage, Stage::Check);
            QCOMPARE(device.changes(), 0);
        }
    }

    void refusesAnotherImagesMap()
    {
        Bench bench(makeImage("dd"));
        bench.action.imageIdentity = QString(64, u'a');
        MemoryDevice device(2 * mib);
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::ImageCorrupt);
        QCOMPARE(device.changes(), 0);
    }

    void survivesTheNetwork_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<qint64>("bytes");
        QTest::newRow("dropped") << int(Kind::Drop) << qint64(0);
        QTest::newRow("cut at once") << int(Kind::CutAfter) << qint64(0);
        QTest::newRow("cut in the first frame") << int(Kind::CutAfter) << qint64(100);
        QTest::newRow("cut later") << int(Kind::CutAfter) << 2 * mib + 77;
        QTest::newRow("stalled") << int(Kind::StallAfter) << 1 * mib;
        QTest::newRow("500") << int(Kind::Status) << qint64(0);
        QTest::newRow("unauthorized") << int(Kind::Refuse) << qint64(0);
        QTest::newRow("falsified") << int(Kind::FlipAt) << 1 * mib + 5;
    }

    void survivesTheNetwork()
    {
        QFETCH(int, kind);
        QFETCH(qint64, bytes);
        const Bytes image = makeImage("dd0d0ddd");
        Bench bench(image);
        auto tuning = quickTuning();
        tuning.ioTimeout = std::chrono::milliseconds(300);
        bench.useTuning(tuning);
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path == packPath && request.number < 2)
                return {Kind(kind), bytes, 500, FailureCode::Unauthorized};
            return {};
        };
        MemoryDevice device(8 * mib);
        const auto proof = bench.run(device);
        QVERIFY2(proof.ok(), proof.ok() ? "" : qPrintable(proof.failure().detail));
        QVERIFY(holds(device, image));
        // What had come was not fetched again.
        if (Kind(kind) == Kind::CutAfter)
            QVERIFY(bench.station.requests(packPath) <= 4);
        if (Kind(kind) == Kind::Refuse)
            QVERIFY(bench.station.registrations() > 0);
    }

    void givesUpOnAFrameThatStaysWrong()
    {
        Bench bench(makeImage("dddd"));
        bench.station.pack.bytes[chunkBytes + 1000] =
            char(bench.station.pack.bytes[chunkBytes + 1000] ^ 1);
        MemoryDevice device(4 * mib);
        fillWithOldDisk(device);
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::ImageCorrupt);
        QCOMPARE(proof.failure().stage, Stage::Write);
        QVERIFY(proof.failure().detail.contains(u"chunk 1"));
        QVERIFY(imaging::isZero(std::span(device.bytes()).first(mib)));
    }

    void stopsWhenTheTransferIsDead()
    {
        Bench bench(makeImage("dddd"));
        bench.station.react = [](const Request &request) -> Reaction {
            if (request.path == packPath)
                return {Kind::Refuse, 0, 0, FailureCode::UnknownTransfer};
            return {};
        };
        MemoryDevice device(4 * mib);
        fillWithOldDisk(device);
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(bench.stop.reason(), StopReason::JobOver);
        QVERIFY(imaging::isZero(std::span(device.bytes()).first(mib)));
    }

    void aServerWithoutRangesIsRefused()
    {
        Bench bench(makeImage("dddd"));
        bench.station.react = [](const Request &request) -> Reaction {
            if (request.path == packPath)
                return {Kind::Status, 0, 200};
            return {};
        };
        MemoryDevice device(4 * mib);
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::ServerRefused);
    }

    void isInterrupted()
    {
        Bench bench(makeImage("dddd"));
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.path != packPath)
                return {};
            return {Kind::StallAfter, 1000};
        };
        MemoryDevice device(4 * mib);
        fillWithOldDisk(device);
        std::jthread interrupter([&] {
            while (bench.station.requests(packPath) == 0)
                std::this_thread::yield();
            bench.stop.stop(StopReason::Interrupted);
        });
        QElapsedTimer timer;
        timer.start();
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::Cancelled);
        QVERIFY(timer.elapsed() < 10'000); // not the 20 s of the time-out
        QVERIFY(imaging::isZero(std::span(device.bytes()).first(mib)));
    }

    void repairs_data()
    {
        QTest::addColumn<qint64>("offset");
        QTest::newRow("data") << 3 * mib + 12345;
        QTest::newRow("first of zeros") << 1 * mib + 5;
        QTest::newRow("last of zeros") << 3 * mib - 1;
        QTest::newRow("partition table") << qint64(100);
        QTest::newRow("chunk 0") << 1 * mib - 1;
        QTest::newRow("last MiB") << 5 * mib + 3;
        QTest::newRow("device's end") << 9 * mib + 3;
    }

    // A bit that flips once between write and read-back is found and repaired.
    void repairs()
    {
        QFETCH(qint64, offset);
        const Bytes image = makeImage("d00ddd", 512);
        Bench bench(image);
        MemoryDevice device(10 * mib);
        fillWithOldDisk(device);
        int flips = 0;
        int flushes = 0;
        device.after = [&](const MemoryDevice::Call &call, Bytes &bytes) {
            flushes += call.operation == Operation::Flush ? 1 : 0;
            const bool covers = call.offset <= offset && offset < call.offset + call.length;
            const bool wiped = flushes >= 2; // before and after it
            const bool writes = call.operation != Operation::Read && (wiped || offset >= 9 * mib);
            if (covers && writes && flips == 0) {
                bytes[size_t(offset)] ^= std::byte{1};
                ++flips;
            }
        };
        const auto proof = bench.run(device);
        QCOMPARE(flips, 1);
        QVERIFY2(proof.ok(), proof.ok() ? "" : qPrintable(proof.failure().detail));
        QVERIFY(holds(device, image));
        QVERIFY(imaging::isZero(std::span(device.bytes()).subspan(size_t(9 * mib))));
        QCOMPARE(proof->repairedChunks, 1);
    }

    // A device whose zeroing does nothing: a sample finds out, and then no zero is believed.
    void doesNotBelieveZeroingThatFailedASample()
    {
        const Bytes image = makeImage("d" + std::string(100, '0') + "d");
        Bench bench(image);
        MemoryDevice device(qint64(image.size()));
        fillWithOldDisk(device);
        device.before = [](const MemoryDevice::Call &call) {
            return call.operation == Operation::Zero ? Fate::Silent : Fate::Done;
        };
        const auto proof = bench.run(device);
        QVERIFY2(proof.ok(), proof.ok() ? "" : qPrintable(proof.failure().detail));
        QVERIFY(holds(device, image));
        QCOMPARE(proof->repairedChunks, 100);
    }

    void neverHeals_data()
    {
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<int>("stage");
        QTest::addColumn<QString>("detail");
        QTest::newRow("data") << 3 * mib + 12345 << int(Stage::Verify)
                              << QStringLiteral("chunk 3 at byte 3145728: expected ");
        QTest::newRow("zeros") << 1 * mib + 5 << int(Stage::Verify)
                               << QStringLiteral("chunk 1 at byte 1048576: expected zeros, found ");
        QTest::newRow("chunk 0") << 1 * mib - 1 << int(Stage::Finish)
                                 << QStringLiteral("chunk 0 at byte 0: expected ");
    }

    void neverHeals()
    {
        QFETCH(qint64, offset);
        QFETCH(QString, detail);
        Bench bench(makeImage("d00ddd"));
        MemoryDevice device(6 * mib);
        fillWithOldDisk(device);
        device.after = [&](const MemoryDevice::Call &call, Bytes &bytes) {
            const bool covers = call.offset <= offset && offset < call.offset + call.length;
            if (covers && call.operation != Operation::Read &&
                (call.operation == Operation::Write || offset > mib))
                bytes[size_t(offset)] = std::byte{0x5a};
        };
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::VerifyMismatch);
        QTEST(int(proof.failure().stage), "stage");
        QVERIFY2(proof.failure().detail.startsWith(detail), qPrintable(proof.failure().detail));
        QVERIFY(imaging::isZero(std::span(device.bytes()).first(8192)));
    }

    void deviceErrors_data()
    {
        QTest::addColumn<int>("operation");
        QTest::addColumn<int>("skip"); // operations of that kind that work
        QTest::addColumn<int>("stage");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, Operation operation, int skip, Stage stage,
                            FailureCode code) {
            QTest::newRow(name) << int(operation) << skip << int(stage) << int(code);
        };
        row("wipe", Operation::Write, 0, Stage::Wipe, FailureCode::DeviceWriteError);
        row("flush before", Operation::Flush, 0, Stage::Wipe, FailureCode::DeviceWriteError);
        row("wipe's flush", Operation::Flush, 1, Stage::Wipe, FailureCode::DeviceWriteError);
        row("zero", Operation::Zero, 0, Stage::Zero, FailureCode::DeviceWriteError);
        row("write", Operation::Write, 2, Stage::Write, FailureCode::DeviceWriteError);
        row("later write", Operation::Write, 4, Stage::Write, FailureCode::DeviceWriteError);
        row("flush", Operation::Flush, 2, Stage::Flush, FailureCode::DeviceWriteError);
        row("read", Operation::Read, 1, Stage::Verify, FailureCode::DeviceReadError);
        row("last flush", Operation::Flush, 3, Stage::Finish, FailureCode::DeviceWriteError);
    }

    void deviceErrors()
    {
        QFETCH(int, operation);
        QFETCH(int, skip);
        Bench bench(makeImage("d0dddd"));
        MemoryDevice device(6 * mib);
        std::atomic<int> seen = 0;
        device.before = [&](const MemoryDevice::Call &call) {
            return int(call.operation) == operation && seen++ == skip ? Fate::Failed : Fate::Done;
        };
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QTEST(int(proof.failure().code), "code");
        QTEST(int(proof.failure().stage), "stage");
        QVERIFY(imaging::isZero(std::span(device.bytes()).first(8192)));
    }

    void killed_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<uint>("lastLength");
        QTest::addColumn<qint64>("deviceSize");
        QTest::addColumn<bool>("torn");
        for (const bool torn : {false, true}) {
            const auto row = [torn](const char *name, const char *pattern, uint last, qint64 size) {
                QTest::addRow("%s%s", name, torn ? ", torn" : "")
                    << QByteArray(pattern) << last << size << torn;
            };
            row("larger device", "d0dt0d", 512, 8 * mib);
            row("same size", "d0ddt", 512, 4 * mib + 512);
            row("little larger device", "d0dd", chunkBytes, 4 * mib + 4096);
            row("small", "d", 64 * 1024, 4 * mib);
        }
    }

    // At whatever change the power goes: the old disk, no partition table at all, or the new image;
    // and a second run, which knows nothing of the first, completes. Two copies of a table cannot
    // change in one operation: between the wipe's first two, and before the very last, one copy is
    // alone.
    void killed()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(uint, lastLength);
        QFETCH(qint64, deviceSize);
        QFETCH(bool, torn);
        Bytes image = makeImage(pattern.toStdString(), lastLength);
        addGptMarks(image);
        const TestPack pack = makePack(image);
        MemoryDevice oldDevice(deviceSize);
        fillWithOldDisk(oldDevice);
        const Bytes old = oldDevice.bytes();
        int total = 0;
        for (int moment = 0; moment == 0 || moment <= total; ++moment) {
            Bench bench(pack);
            MemoryDevice device(deviceSize);
            device.bytes() = old;
            std::atomic<bool> dead = false;
            device.before = [&](const MemoryDevice::Call &call) {
                const bool changes =
                    call.operation == Operation::Write || call.operation == Operation::Zero;
                if (changes && call.change == moment && moment < total && !dead.exchange(true))
                    return torn ? Fate::Torn : Fate::Failed;
                return dead ? Fate::Failed : Fate::Done;
            };
            if (total == 0) { // how many changes a whole run makes
                device.before = {};
                QVERIFY(bench.run(device).ok());
                total = device.changes();
                QVERIFY(total > 5);
                moment = -1;
                continue;
            }
            QCOMPARE(bench.run(device).ok(), moment == total);
            const Bytes left = device.bytes();
            const bool isOld = std::memcmp(left.data(), old.data(), old.size()) == 0;
            const bool isNew = holds(device, image);
            const bool aloneAtWipe = moment == 1 || (moment == 0 && torn);
            const bool aloneAtEnd = moment == total - 1;
            if (!isOld && !isNew && !aloneAtWipe && !aloneAtEnd) {
                QVERIFY(imaging::isZero(std::span(left).first(8192)));
                QVERIFY(!hasMark(left, size_t(deviceSize - 512)));
                QVERIFY(!hasMark(left, image.size() - 512));
            }
            QVERIFY(isOld == (moment == 0 && !torn));
            QVERIFY(!isNew || moment >= total - 1);

            device.before = {};
            Bench second(pack);
            QVERIFY(second.run(device).ok());
            QVERIFY(holds(device, image));
        }
    }
};

QTEST_GUILESS_MAIN(TestDeployJob)
#include "tst_deploy_job.moc"
