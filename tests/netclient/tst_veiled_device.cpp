// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/veiled_device.h"

#include "memory_device.h"

#include <QTest>

using imaging::AlignedBuffer;
using netclient::VeiledDevice;
using testing::MemoryDevice;

namespace
{

constexpr qint64 page = 4096;

AlignedBuffer filled(qint64 length, int value)
{
    AlignedBuffer buffer{size_t(length)};
    std::memset(buffer.data(), value, buffer.size());
    return buffer;
}

QByteArray pagesOf(MemoryDevice &device)
{
    QByteArray marks;
    for (size_t at = 0; at < device.bytes().size(); at += page)
        marks += char('0' + int(device.bytes()[at]));
    return marks;
}

} // namespace

class TestVeiledDevice : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void holdsBackWhatIsVeiled()
    {
        MemoryDevice device(8 * page);
        VeiledDevice veiled(device);
        veiled.veil({{0, 2 * page}, {5 * page, 2 * page}});
        AlignedBuffer ones = filled(8 * page, 1);
        QVERIFY(veiled.write(0, ones.all()).ok());
        QCOMPARE(pagesOf(device), "00111001");
        QCOMPARE(device.misuse(), QString());

        AlignedBuffer read(8 * page);
        QVERIFY(veiled.read(0, read.all()).ok());
        QVERIFY(std::ranges::equal(read.all(), ones.all()));
    }

    void unveilsInTheOrderAsked()
    {
        MemoryDevice device(8 * page);
        std::vector<qint64> offsets;
        device.after = [&](const MemoryDevice::Call &call, auto &) {
            const bool flush = call.operation == MemoryDevice::Operation::Flush;
            offsets.push_back(flush ? -1 : call.offset / page);
        };
        VeiledDevice veiled(device);
        veiled.veil({{0, 2 * page}, {6 * page, 2 * page}});
        AlignedBuffer ones = filled(8 * page, 1);
        QVERIFY(veiled.write(0, ones.all()).ok());
        QVERIFY(veiled.unveil({{6 * page, 2 * page}, {page, page}, {0, page}}).ok());
        QCOMPARE(offsets, (std::vector<qint64>{2, 6, -1, 1, 0}));
        QCOMPARE(pagesOf(device), "11111111");

        // From now on it is transparent.
        AlignedBuffer twos = filled(page, 2);
        QVERIFY(veiled.write(0, twos.all()).ok());
        QCOMPARE(pagesOf(device), "21111111");
    }

    void startsAsZeros()
    {
        MemoryDevice device(4 * page);
        device.bytes().assign(device.bytes().size(), std::byte{7});
        VeiledDevice veiled(device);
        veiled.veil({{0, page}});
        AlignedBuffer read(2 * page);
        QVERIFY(veiled.read(0, read.all()).ok());
        QCOMPARE(int(read.data()[0]), 0);
        QCOMPARE(int(read.data()[page]), 7);
    }

    void anOddEndIsKept()
    {
        MemoryDevice device(page + 512);
        VeiledDevice veiled(device);
        veiled.veil({{0, page + 512}});
        AlignedBuffer ones = filled(page + 512, 1);
        QVERIFY(veiled.write(0, ones.first(page + 512)).ok());
        QVERIFY(veiled.unveil({{page, 512}, {0, page}}).ok());
        QCOMPARE(pagesOf(device), "11");
        QCOMPARE(device.misuse(), QString());
    }

    void errorsPass()
    {
        MemoryDevice device(4 * page);
        VeiledDevice veiled(device);
        veiled.veil({{0, page}});
        device.before = [](const auto &) { return MemoryDevice::Fate::Failed; };
        AlignedBuffer ones = filled(page, 1);
        QVERIFY(veiled.write(0, ones.all()).ok()); // only held back
        QVERIFY(!veiled.write(page, ones.all()).ok());
        QVERIFY(!veiled.read(0, ones.all()).ok());
        QVERIFY(!veiled.unveil({{0, page}}).ok());
    }
};

QTEST_APPLESS_MAIN(TestVeiledDevice)
#include "tst_veiled_device.moc"
