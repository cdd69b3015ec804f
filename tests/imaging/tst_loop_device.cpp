// SPDX-License-Identifier: GPL-3.0-or-later
// Block devices of 512 and 4096 bytes a block, as the kernel treats them.
#include "imaging/block_device.h"
#include "imaging/chunk_source.h"
#include "loop_device.h"
#include "samples.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace imaging;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using samples::LoopDevice;

namespace
{

constexpr qint64 deviceBytes = 5 << 20;

QByteArray readFrom(BlockIo &device, qint64 offset, qint64 length)
{
    AlignedBuffer buffer(size_t(length) + 1);
    if (!device.read(offset, buffer.first(size_t(length))))
        return "failed";
    return QByteArray(reinterpret_cast<const char *>(buffer.data()), qsizetype(length));
}

protocol::Result<void> writeTo(BlockIo &device, qint64 offset, const QByteArray &bytes)
{
    AlignedBuffer buffer(size_t(bytes.size()) + 1);
    memcpy(buffer.data(), bytes.constData(), size_t(bytes.size()));
    return device.write(offset, buffer.first(size_t(bytes.size())));
}

} // namespace

class TestLoopDevice : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        if (::geteuid() != 0)
            QSKIP("loop devices need root");
        if (!LoopDevice(fresh(), 512).isValid())
            QSKIP("no loop devices here");
    }

    void device_data()
    {
        QTest::addColumn<int>("blockSize");
        QTest::newRow("512") << 512;
        QTest::newRow("4096") << 4096;
    }

    void readsAndWrites_data() { device_data(); }
    void readsAndWrites()
    {
        QFETCH(int, blockSize);
        const QString file = fresh();
        const LoopDevice loop(file, blockSize);
        QVERIFY(loop.isValid());
        auto device = openBlockDevice(loop.path(), DeviceAccess::ReadWrite);
        QVERIFY(device.ok());
        QCOMPARE((*device)->size(), deviceBytes);
        QCOMPARE((*device)->logicalBlockSize(), blockSize);
        const QByteArray image = samples::noise(deviceBytes, 2);
        QVERIFY(writeTo(**device, 0, image).ok());
        QVERIFY((*device)->flush().ok());
        QVERIFY((*device)->dropCache().ok());
        QVERIFY(readFrom(**device, 0, deviceBytes) == image);
        device->reset();
        QVERIFY(samples::readFile(file) == image);
    }

    // An image's tail that is shorter than the device's block: what lies behind it stays.
    void partialLastBlock_data() { device_data(); }
    void partialLastBlock()
    {
        QFETCH(int, blockSize);
        const QString file = fresh();
        const LoopDevice loop(file, blockSize);
        QVERIFY(loop.isValid());
        QByteArray expected = samples::readFile(file);
        auto device = openBlockDevice(loop.path(), DeviceAccess::ReadWrite);
        QVERIFY(device.ok());
        for (const qsizetype length : {1, 512, 513, 4095, 4096 + 512, (1 << 20) + 512}) {
            const QByteArray piece = samples::noise(length, quint32(length));
            QVERIFY(writeTo(**device, 8192, piece).ok());
            expected.replace(8192, length, piece);
            QVERIFY(readFrom(**device, 8192, length) == piece);
            QVERIFY(readFrom(**device, 0, deviceBytes) == expected);
        }
    }

    void zeroes_data() { device_data(); }
    void zeroes()
    {
        QFETCH(int, blockSize);
        const QString file = fresh();
        const LoopDevice loop(file, blockSize);
        QVERIFY(loop.isValid());
        QByteArray expected = samples::readFile(file);
        auto device = openBlockDevice(loop.path(), DeviceAccess::ReadWrite);
        QVERIFY(device.ok());
        for (const qsizetype length : {512, 4096, 1 << 20, (1 << 20) + 512}) {
            const qsizetype offset = 2 << 20;
            QVERIFY((*device)->zero(offset, length).ok());
            expected.replace(offset, length, QByteArray(length, '\0'));
            QVERIFY(readFrom(**device, 0, deviceBytes) == expected);
        }
        QVERIFY((*device)->zero(0, deviceBytes).ok());
        QVERIFY(readFrom(**device, 0, deviceBytes) == QByteArray(deviceBytes, '\0'));
    }

    void unalignedOffsetFails_data() { device_data(); }
    void unalignedOffsetFails()
    {
        QFETCH(int, blockSize);
        const LoopDevice loop(fresh(), blockSize);
        QVERIFY(loop.isValid());
        auto device = openBlockDevice(loop.path(), DeviceAccess::ReadWrite);
        QVERIFY(device.ok());
        const auto result = writeTo(**device, 100, QByteArray(4096, 'x'));
        QCOMPARE(result.failure().code, FailureCode::DeviceWriteError);
        QVERIFY(result.failure().detail.contains(u"offset 100"_s));
    }

    void nothingBeyondTheEnd()
    {
        const LoopDevice loop(fresh(), 512);
        QVERIFY(loop.isValid());
        auto device = openBlockDevice(loop.path(), DeviceAccess::ReadWrite);
        QVERIFY(device.ok());
        QVERIFY(!writeTo(**device, deviceBytes - 512, QByteArray(1024, 'x')).ok());
        QVERIFY(!(*device)->zero(deviceBytes, 512).ok());
        QVERIFY(writeTo(**device, deviceBytes - 512, QByteArray(512, 'x')).ok());
    }

    // The kernel lets nobody at the part behind the last whole block.
    void sizeIsInWholeBlocks()
    {
        const QString file = fresh();
        QVERIFY(QFile::resize(file, deviceBytes + 512));
        const LoopDevice loop(file, 4096);
        if (!loop.isValid())
            QSKIP("this kernel refuses a device that ends within a block");
        auto device = openBlockDevice(loop.path(), DeviceAccess::ReadWrite);
        QVERIFY(device.ok());
        QCOMPARE((*device)->size(), deviceBytes);
        QVERIFY(writeTo(**device, deviceBytes - 4096, QByteArray(4096, 'x')).ok());
    }

    void heldDeviceIsRefused()
    {
        const LoopDevice loop(fresh(), 512);
        QVERIFY(loop.isValid());
        const auto first = openBlockDevice(loop.path(), DeviceAccess::Read);
        QVERIFY(first.ok());
        for (const auto access : {DeviceAccess::Read, DeviceAccess::ReadWrite}) {
            const auto second = openBlockDevice(loop.path(), access);
            QVERIFY(!second.ok());
            QCOMPARE(second.failure().code, FailureCode::DeviceInUse);
        }
    }

    void mountedDeviceIsRefused()
    {
        const QString file = fresh();
        const LoopDevice loop(file, 512);
        QVERIFY(loop.isValid());
        if (QProcess::execute(u"mkfs.ext4"_s, {u"-q"_s, u"-F"_s, loop.path()}) != 0)
            QSKIP("mkfs.ext4 is missing");
        QVERIFY(QDir(m_dir.path()).mkpath(u"mounted"_s));
        const QString point = m_dir.filePath(u"mounted"_s);
        if (QProcess::execute(u"mount"_s, {loop.path(), point}) != 0)
            QSKIP("mounting is not allowed here");
        const auto device = openBlockDevice(loop.path(), DeviceAccess::ReadWrite);
        QCOMPARE(QProcess::execute(u"umount"_s, {point}), 0);
        QVERIFY(!device.ok());
        QCOMPARE(device.failure().code, FailureCode::DeviceInUse);
    }

    void asSource_data() { device_data(); }
    void asSource()
    {
        QFETCH(int, blockSize);
        const QString file = fresh();
        const LoopDevice loop(file, blockSize);
        QVERIFY(loop.isValid());
        qint64 size = 0;
        const auto source = openFileSource(loop.path(), &size);
        QVERIFY(source.ok());
        QCOMPARE(size, deviceBytes);
        AlignedBuffer buffer(chunkBytes);
        QByteArray all;
        for (;;) {
            const auto read = (*source)->next(buffer.first(chunkBytes));
            QVERIFY(read.ok());
            if (read->length == 0)
                break;
            QVERIFY(!read->knownZero);
            all.append(reinterpret_cast<const char *>(buffer.data()), read->length);
        }
        QVERIFY(all == samples::readFile(file));
    }

private:
    // A file of noise for a loop device to stand on.
    QString fresh()
    {
        const QString path = m_dir.filePath(u"backing%1"_s.arg(++m_files));
        return samples::writeFile(path, samples::noise(deviceBytes, 1)) ? path : QString();
    }

    QTemporaryDir m_dir;
    int m_files = 0;
};

QTEST_GUILESS_MAIN(TestLoopDevice)
#include "tst_loop_device.moc"
