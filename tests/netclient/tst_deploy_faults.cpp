// SPDX-License-Identifier: GPL-3.0-or-later
// The device fails in a deploy: bits flip, writes are refused, the power goes.
#include "netclient/deploy_bench.h"

#include <new>

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
using namespace bench;

class TestDeployFaults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
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

    void throws_data()
    {
        QTest::addColumn<int>("operation");
        QTest::addColumn<int>("skip"); // operations of that kind that work
        QTest::addColumn<int>("stage");
        QTest::newRow("wipe") << int(Operation::Write) << 0 << int(Stage::Wipe);
        QTest::newRow("zero") << int(Operation::Zero) << 0 << int(Stage::Zero);
        QTest::newRow("write, on its thread") << int(Operation::Write) << 3 << int(Stage::Write);
        QTest::newRow("last flush") << int(Operation::Flush) << 3 << int(Stage::Finish);
    }

    // Memory runs out somewhere: that job fails, and the program does not.
    void throws()
    {
        QFETCH(int, operation);
        QFETCH(int, skip);
        Bench bench(makeImage("d0dddd"));
        MemoryDevice device(6 * mib);
        fillWithOldDisk(device);
        int seen = 0;
        device.before = [&](const MemoryDevice::Call &call) {
            if (int(call.operation) == operation && seen++ == skip)
                throw std::bad_alloc();
            return Fate::Done;
        };
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::Internal);
        QCOMPARE(proof.failure().detail, QStringLiteral("exception: std::bad_alloc"));
        QTEST(int(proof.failure().stage), "stage");
        if (proof.failure().stage != Stage::Wipe)
            QVERIFY(imaging::isZero(std::span(device.bytes()).first(8192)));
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
        QTest::addColumn<int>("spoilt");
        // Once as it should be, and three times again.
        QTest::newRow("data") << 3 * mib + 12345 << int(Stage::Verify) << 4;
        QTest::newRow("zeros") << 1 * mib + 5 << int(Stage::Verify) << 4;
        QTest::newRow("chunk 0") << 1 * mib - 1 << int(Stage::Finish) << 4;
    }

    // The old table would be there until the end, and again after each power cut.
    void keepsNothingBackInTheWipe_data()
    {
        QTest::addColumn<int>("dropped"); // writes, the first ones
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<bool>("good");
        QTest::newRow("first write of the table") << 1 << qint64(0) << true;
        QTest::newRow("first write of its copy") << 1 << 5 * mib << true;
        QTest::newRow("all writes of the table") << 1000 << qint64(0) << false;
        QTest::newRow("all writes of its copy") << 1000 << 5 * mib << false;
    }

    void keepsNothingBackInTheWipe()
    {
        QFETCH(int, dropped);
        QFETCH(qint64, offset);
        QFETCH(bool, good);
        const Bytes image = makeImage("dddd");
        Bench bench(image);
        MemoryDevice device(6 * mib);
        fillWithOldDisk(device);
        int seen = 0;
        int others = 0;
        device.before = [&](const MemoryDevice::Call &call) {
            const bool writes = call.operation == Operation::Write;
            if (writes && call.offset == offset && seen++ < dropped)
                return Fate::Silent;
            others += writes && call.offset != 0 && call.offset < 3 * mib ? 1 : 0;
            return Fate::Done;
        };
        const auto proof = bench.run(device);
        QCOMPARE(proof.ok(), good);
        if (good) {
            QVERIFY(holds(device, image));
            QCOMPARE(proof->repairedChunks, 1);
            return;
        }
        QCOMPARE(proof.failure().code, FailureCode::VerifyMismatch);
        QCOMPARE(proof.failure().stage, Stage::Wipe);
        QCOMPARE(others, 0); // nothing of the image was written
    }

    // In full: which chunk, where, what it should be, what it is, and what that may mean.
    static QString detailOf(const Bytes &image, qint64 offset)
    {
        const qint64 chunk = offset / mib;
        Bytes bytes(image.begin() + chunk * mib, image.begin() + (chunk + 1) * mib);
        const QString wanted = imaging::isZero(bytes) ? QStringLiteral("zeros") : sumOf(bytes);
        bytes[size_t(offset % mib)] = std::byte{0x5a};
        return QStringLiteral("chunk %1 at byte %2: expected %3, found %4; the eMMC may be worn")
            .arg(QString::number(chunk), QString::number(chunk * mib), wanted, sumOf(bytes));
    }

    static QString sumOf(const Bytes &bytes)
    {
        imaging::Sha256 sum;
        sum.update(bytes);
        return imaging::toHex(sum.finish());
    }

    void neverHeals()
    {
        QFETCH(qint64, offset);
        const Bytes image = makeImage("d00ddd");
        Bench bench(image);
        int spoilt = 0;
        int flushes = 0; // before the wipe and after it
        MemoryDevice device(6 * mib);
        fillWithOldDisk(device);
        device.after = [&](const MemoryDevice::Call &call, Bytes &bytes) {
            const bool covers = call.offset <= offset && offset < call.offset + call.length;
            flushes += call.operation == Operation::Flush ? 1 : 0;
            if (covers && flushes >= 2 && call.operation != Operation::Read &&
                (call.operation == Operation::Write || offset > mib)) {
                spoilt += bytes[size_t(offset)] == image[size_t(offset)] ? 1 : 0;
                bytes[size_t(offset)] = std::byte{0x5a};
            }
        };
        const auto proof = bench.run(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::VerifyMismatch);
        QTEST(int(proof.failure().stage), "stage");
        QCOMPARE(proof.failure().detail, detailOf(image, offset));
        QTEST(spoilt, "spoilt");
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
        row("wipe's read", Operation::Read, 0, Stage::Wipe, FailureCode::DeviceReadError);
        row("read", Operation::Read, 3, Stage::Verify, FailureCode::DeviceReadError);
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
                QVERIFY(total >= 5);
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

QTEST_GUILESS_MAIN(TestDeployFaults)
#include "tst_deploy_faults.moc"
