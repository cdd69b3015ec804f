// SPDX-License-Identifier: GPL-3.0-or-later
// How a block device's last, partial block is read and written, on a regular file: what needs the
// kernel's own block devices is in tst_loop_device.
#include "imaging/descriptor_device.h"
#include "samples.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>

using namespace imaging;
using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 deviceBytes = 64 * 4096;

struct Bench {
    explicit Bench(int blockSize)
        : bytes(samples::noise(deviceBytes, 1)), path(folder.filePath(u"device"_s))
    {
        samples::writeFile(path, bytes);
        const int file = ::open(qPrintable(path), O_RDWR | O_CLOEXEC);
        device = std::make_unique<KernelDevice>(path, deviceBytes, blockSize, Descriptor(file));
    }

    // `news` at `offset`, also in what is expected.
    PlacedBytes piece(qint64 offset, qint64 length)
    {
        const QByteArray news = samples::noise(length, 2 + int(buffers.size()));
        bytes.replace(offset, length, news);
        buffers.push_back(std::make_unique<AlignedBuffer>(size_t(length)));
        std::memcpy(buffers.back()->data(), news.constData(), size_t(length));
        return {offset, buffers.back()->first(size_t(length))};
    }

    bool isAsExpected() { return samples::readFile(path) == bytes; }

    QTemporaryDir folder;
    QByteArray bytes; // that the device should have
    QString path;
    std::vector<std::unique_ptr<AlignedBuffer>> buffers;
    std::unique_ptr<KernelDevice> device;
};

} // namespace

class TestKernelDevice : public QObject
{
    Q_OBJECT

    static void lengths()
    {
        QTest::addColumn<int>("blockSize");
        QTest::addColumn<qint64>("length");
        for (const int block : {512, 4096}) {
            for (const qint64 length :
                 {qint64(1), qint64(block - 1), qint64(block), qint64(block + 1), qint64(3 * block),
                  qint64(3 * block + block / 2)})
                QTest::addRow("%d bytes in blocks of %d", int(length), block) << block << length;
        }
    }

private Q_SLOTS:
    void writes_data() { lengths(); }
    void writes()
    {
        QFETCH(int, blockSize);
        QFETCH(qint64, length);
        Bench bench(blockSize);
        const PlacedBytes piece = bench.piece(4096, length);
        QVERIFY(bench.device->write(piece.offset, piece.bytes).ok());
        QVERIFY(bench.isAsExpected());
    }

    void reads_data() { lengths(); }
    void reads()
    {
        QFETCH(int, blockSize);
        QFETCH(qint64, length);
        Bench bench(blockSize);
        AlignedBuffer buffer(size_t(length) + 1);
        buffer.data()[length] = std::byte{'!'};
        QVERIFY(bench.device->read(8192, buffer.first(size_t(length))).ok());
        QCOMPARE(QByteArray(reinterpret_cast<const char *>(buffer.data()), length),
                 bench.bytes.sliced(8192, length));
        QVERIFY(buffer.data()[length] == std::byte{'!'}); // nothing behind it
    }

    void writesTogether_data() { lengths(); }

    // The last part of a block in a batch is written, and of whole blocks nothing more: the one
    // behind may be another piece's, written in the same moment.
    void writesTogether()
    {
        QFETCH(int, blockSize);
        QFETCH(qint64, length);
        Bench bench(blockSize);
        const qint64 behind = 16384 + (length + blockSize - 1) / blockSize * blockSize;
        const std::vector<PlacedBytes> pieces{bench.piece(behind, blockSize),
                                              bench.piece(16384, length),
                                              bench.piece(0, 2 * blockSize + 1)};
        QVERIFY(bench.device->writeTogether(pieces).ok());
        QVERIFY(bench.isAsExpected());
    }

    void nothingBeyondTheEnd()
    {
        Bench bench(512);
        AlignedBuffer buffer(1024);
        QVERIFY(!bench.device->write(deviceBytes - 512, buffer.first(513)).ok());
        QVERIFY(!bench.device->read(deviceBytes - 512, buffer.first(513)).ok());
        QVERIFY(bench.device->read(deviceBytes - 512, buffer.first(512)).ok());
        QVERIFY(bench.isAsExpected());
    }
};

QTEST_APPLESS_MAIN(TestKernelDevice)
#include "tst_kernel_device.moc"
