// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/deploy_bench.h"

#include "imaging/loop_device.h"
#include "imaging/samples.h"

#include <QTemporaryDir>

#include <optional>

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
        if (qint64(image.size()) > deviceSize)
            addMbr(image, 2048, 3 * 2048);
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

    // Ends of images that share a page with what follows, on what the kernel makes of devices.
    void oddEnds_data()
    {
        QTest::addColumn<int>("blockSize"); // 0: a regular file
        QTest::addColumn<qint64>("imageSize");
        QTest::addColumn<qint64>("deviceSize");
        for (const int blockSize : {0, 512, 4096}) {
            for (const qint64 size : {qint64(512), qint64(8704), mib - 512, 2 * mib + 1024,
                                      4 * mib - 1536, 5 * mib + 512, 6 * mib - 512}) {
                for (const qint64 device : {6 * mib, 6 * mib - 4096})
                    QTest::addRow("%lld on %lld, %d", size, device, blockSize)
                        << blockSize << std::min(size, device) << device;
            }
        }
    }

    void oddEnds()
    {
        QFETCH(int, blockSize);
        QFETCH(qint64, imageSize);
        QFETCH(qint64, deviceSize);
        const auto chunks = imaging::chunkCount(imageSize);
        const Bytes image =
            makeImage(std::string(chunks, 'd'), imaging::chunkLength(imageSize, chunks - 1));
        Bench bench(image);
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("device"));
        QVERIFY(samples::writeFile(file, QByteArray(deviceSize, 'x')));
        std::optional<samples::LoopDevice> loop;
        if (blockSize > 0) {
            loop.emplace(file, blockSize);
            if (!loop->isValid())
                QSKIP("no loop devices here");
        }
        {
            auto device = imaging::openBlockDevice(loop ? loop->path() : file,
                                                   imaging::DeviceAccess::ReadWrite);
            QVERIFY(device.ok());
            const auto proof =
                DeployJob(JobContext{*bench.link, bench.stop, bench.progress, bench.pool},
                          bench.action, **device)
                    .run();
            QVERIFY2(proof.ok(), proof.ok() ? "" : qPrintable(proof.failure().detail));
        }
        loop.reset();
        const QByteArray after = samples::readFile(file);
        QCOMPARE(after.size(), deviceSize);
        QVERIFY(std::memcmp(after.constData(), image.data(), image.size()) == 0);
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
        addMbr(image, 2048, 5 * 2048);
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
        if (Kind(kind) == Kind::StallAfter)
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
        QCOMPARE(bench.stop.reason(), StopReason::CutOff); // or the address is another one
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
};

QTEST_GUILESS_MAIN(TestDeployJob)
#include "tst_deploy_job.moc"
