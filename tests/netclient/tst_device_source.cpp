// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/device_source.h"

#include "memory_device.h"

#include <QTest>

using imaging::chunkBytes;
using netclient::DeviceSource;
using netclient::StopReason;
using netclient::StopSource;
using testing::MemoryDevice;

class TestDeviceSource : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void freeSpaceReadsAsZero()
    {
        constexpr qint64 size = 5 * qint64(chunkBytes) + 1024;
        MemoryDevice device(size);
        device.bytes().assign(size_t(size), std::byte{9});
        int reads = 0;
        device.after = [&](const auto &, auto &) { ++reads; };
        StopSource stop;
        // Chunk 0 partly (in the middle), the end of 1, all of 2 in two parts, 3 not, the beginning
        // of 4.
        const std::vector<imaging::ByteExtent> free = {
            {4096, 8192},
            {qint64(chunkBytes) + 4096, qint64(chunkBytes) + 4096},
            {2 * qint64(chunkBytes) + 8192, qint64(chunkBytes) - 8192},
            {4 * qint64(chunkBytes), 512}};
        DeviceSource source(device, free, stop);
        imaging::AlignedBuffer buffer(chunkBytes);
        std::vector<std::byte> read;
        for (;;) {
            const auto chunk = source.next(buffer.all());
            QVERIFY(chunk.ok());
            if (chunk->length == 0)
                break;
            if (chunk->knownZero)
                std::memset(buffer.data(), 0, chunk->length);
            read.insert(read.end(), buffer.data(), buffer.data() + chunk->length);
        }
        std::vector<std::byte> expected(size_t(size), std::byte{9});
        for (const auto &extent : free)
            std::memset(expected.data() + extent.offset, 0, size_t(extent.length));
        QVERIFY(read == expected);
        QCOMPARE(reads, 5); // not chunk 2
        QCOMPARE(device.misuse(), QString());
    }

    void endsWithTheDevice_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::addColumn<QList<uint>>("lengths");
        QTest::newRow("whole chunks")
            << 2 * qint64(chunkBytes) << QList<uint>{chunkBytes, chunkBytes, 0, 0};
        QTest::newRow("odd") << qint64(chunkBytes) + 512 << QList<uint>{chunkBytes, 512, 0};
        QTest::newRow("nothing") << qint64(0) << QList<uint>{0};
    }

    void endsWithTheDevice()
    {
        QFETCH(qint64, size);
        QFETCH(QList<uint>, lengths);
        MemoryDevice device(size);
        StopSource stop;
        DeviceSource source(device, {}, stop);
        imaging::AlignedBuffer buffer(chunkBytes);
        for (const uint length : lengths)
            QCOMPARE(source.next(buffer.all())->length, length);
    }

    void errorsAndStops()
    {
        MemoryDevice device(chunkBytes);
        StopSource stop;
        DeviceSource source(device, {}, stop);
        imaging::AlignedBuffer buffer(chunkBytes);
        device.before = [](const auto &) { return MemoryDevice::Fate::Failed; };
        QCOMPARE(source.next(buffer.all()).failure().code, protocol::FailureCode::DeviceReadError);
        stop.stop(StopReason::Interrupted);
        QCOMPARE(source.next(buffer.all()).failure().code, protocol::FailureCode::Cancelled);
    }

    void readsAnyBytes()
    {
        MemoryDevice device(10'000);
        for (size_t i = 0; i < device.bytes().size(); ++i)
            device.bytes()[i] = std::byte(i % 251);
        std::vector<std::byte> buffer(600);
        QVERIFY(netclient::readBytes(device, 3900, buffer));
        QVERIFY(std::ranges::equal(buffer, std::span(device.bytes()).subspan(3900, 600)));
        QVERIFY(netclient::readBytes(device, 9400, buffer));
        QVERIFY(!netclient::readBytes(device, 9401, buffer));
        QVERIFY(!netclient::readBytes(device, -1, buffer));
        QCOMPARE(device.misuse(), QString());
    }
};

QTEST_APPLESS_MAIN(TestDeviceSource)
#include "tst_device_source.moc"
