// SPDX-License-Identifier: GPL-3.0-or-later
// Regular files as devices; block devices are in tst_loop_device.
#include "imaging/block_device.h"
#include "samples.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace imaging;
using namespace Qt::StringLiterals;
using protocol::FailureCode;

namespace
{

using Device = std::unique_ptr<BlockIo>;

Device open(const QString &path, DeviceAccess access = DeviceAccess::ReadWrite)
{
    auto device = openBlockDevice(path, access);
    return device ? std::move(*device) : nullptr;
}

// A copy of `bytes` where direct I/O can take it.
struct Aligned {
    explicit Aligned(const QByteArray &bytes)
        : buffer(size_t(bytes.size()) + 1), length(bytes.size())
    {
        memcpy(buffer.data(), bytes.constData(), size_t(bytes.size()));
    }
    std::span<std::byte> view() { return buffer.first(size_t(length)); }
    AlignedBuffer buffer;
    qsizetype length;
};

QByteArray readFrom(BlockIo &device, qint64 offset, qint64 length)
{
    Aligned buffer{QByteArray(qsizetype(length), 'x')};
    if (!device.read(offset, buffer.view()))
        return "failed";
    return QByteArray(reinterpret_cast<const char *>(buffer.buffer.data()), qsizetype(length));
}

} // namespace

class TestBlockDevice : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_dir.isValid()); }

    void readsAndWrites_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::newRow("whole chunks") << qint64(3 << 20);
        QTest::newRow("512-byte tail") << qint64(3 << 20) + 512;
        QTest::newRow("7-byte tail") << qint64(3 << 20) + 7;
        QTest::newRow("less than a block") << qint64(100);
    }

    void readsAndWrites()
    {
        QFETCH(qint64, size);
        const QString path = fileOf(samples::noise(size, 1));
        const QByteArray image = samples::noise(size, 2);
        {
            const Device device = open(path);
            QVERIFY(device);
            QCOMPARE(device->size(), size);
            QCOMPARE(device->logicalBlockSize(), 512);
            QCOMPARE(device->path(), path);
            Aligned buffer(image);
            for (qint64 at = 0; at < size; at += 1 << 20) {
                const qint64 length = std::min<qint64>(1 << 20, size - at);
                QVERIFY(device->write(at, buffer.view().subspan(size_t(at), size_t(length))).ok());
            }
            QVERIFY(device->flush().ok());
            QVERIFY(device->dropCache().ok());
            QCOMPARE(readFrom(*device, 0, size), image);
        }
        QVERIFY(samples::readFile(path) == image);
    }

    void writesTogether_data() { readsAndWrites_data(); }

    // Head, middle and end at once; what lies between stays, and nothing grows.
    void writesTogether()
    {
        QFETCH(qint64, size);
        QByteArray image = samples::noise(size, 1);
        const QString path = fileOf(image);
        const QByteArray news = samples::noise(size, 2);
        Aligned buffer(news);
        const qint64 block = 4096;
        std::vector<imaging::PlacedBytes> pieces;
        for (const qint64 at : {(size - 1) / block * block, size / 2 / block * block, qint64(0)}) {
            const qint64 length = std::min(block, size - at);
            pieces.push_back({at, buffer.view().subspan(size_t(at), size_t(length))});
            image.replace(at, length, news.sliced(at, length));
        }
        {
            const Device device = open(path);
            QVERIFY(device);
            QVERIFY(device->writeTogether(pieces).ok());
            QVERIFY(!device->writeTogether(std::vector{imaging::PlacedBytes{size, buffer.view()}})
                         .ok());
            QVERIFY(device->dropCache().ok());
        }
        QVERIFY(samples::readFile(path) == image);
    }

    void writesTogetherWhatSharesPages_data()
    {
        QTest::addColumn<QList<qint64>>("ranges"); // offset and length of each piece
        QTest::newRow("an odd end within another") << QList<qint64>{0, 8192, 4096, 1000};
        QTest::newRow("the same odd end twice") << QList<qint64>{4096, 5000, 4096, 5000};
        QTest::newRow("an odd end, then its page") << QList<qint64>{0, 4608, 4096, 4096};
        QTest::newRow("apart") << QList<qint64>{8192, 512, 0, 8192};
    }

    // Direct and through the page cache at the same page at once, the flush would fail.
    void writesTogetherWhatSharesPages()
    {
        QFETCH(QList<qint64>, ranges);
        QByteArray image = samples::noise(64 * 1024, 1);
        const QString path = fileOf(image);
        const Device device = open(path);
        QVERIFY(device);
        for (quint32 round = 0; round < 20; ++round) {
            const QByteArray news = samples::noise(64 * 1024, round + 2);
            Aligned buffer(news);
            std::vector<imaging::PlacedBytes> pieces;
            for (qsizetype i = 0; i < ranges.size(); i += 2) {
                const auto part = buffer.view().subspan(size_t(i) * 8192, size_t(ranges[i + 1]));
                pieces.push_back({ranges[i], part});
                image.replace(ranges[i], ranges[i + 1], news.sliced(i * 8192, ranges[i + 1]));
            }
            QVERIFY(device->writeTogether(pieces).ok());
            QVERIFY(device->flush().ok());
            QVERIFY(device->dropCache().ok());
            QVERIFY(readFrom(*device, 0, image.size()) == image); // in the order of the pieces
        }
    }

    // Offsets and buffers that O_DIRECT would refuse.
    void unalignedWorksInFiles()
    {
        QByteArray image = samples::noise(100'000, 3);
        const QString path = fileOf(image);
        const Device device = open(path);
        QVERIFY(device);
        const QByteArray piece = samples::noise(20'001, 4);
        QVERIFY(device->write(512, samples::view(piece)).ok());
        image.replace(512, piece.size(), piece);
        QCOMPARE(readFrom(*device, 0, image.size()), image);
        QCOMPARE(readFrom(*device, 1024, 9999), image.sliced(1024, 9999));
    }

    void zeroes_data()
    {
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<qint64>("length");
        QTest::newRow("nothing") << qint64(0) << qint64(0);
        QTest::newRow("all") << qint64(0) << qint64(2'000'007);
        QTest::newRow("a chunk") << qint64(1 << 20) << qint64(1 << 19);
        QTest::newRow("up to the odd end") << qint64(1 << 20) << qint64(2'000'007 - (1 << 20));
        QTest::newRow("within a block") << qint64(512) << qint64(100);
    }

    void zeroes()
    {
        QFETCH(qint64, offset);
        QFETCH(qint64, length);
        QByteArray image = samples::noise(2'000'007, 5);
        const QString path = fileOf(image);
        {
            const Device device = open(path);
            QVERIFY(device);
            QVERIFY(device->zero(offset, length).ok());
            QVERIFY(device->flush().ok());
        }
        image.replace(offset, length, QByteArray(qsizetype(length), '\0'));
        QVERIFY(samples::readFile(path) == image);
    }

    void zeroingFreesTheFilesBlocks()
    {
        const QString path = fileOf(samples::noise(4 << 20, 6));
        const Device device = open(path);
        QVERIFY(device);
        QVERIFY(device->zero(0, 4 << 20).ok());
        QVERIFY(device->flush().ok());
        struct stat status {
        };
        QCOMPARE(::stat(qPrintable(path), &status), 0);
        if (status.st_blocks != 0)
            QSKIP("this file system does not punch holes");
        QCOMPARE(status.st_size, 4 << 20);
    }

    void nothingBeyondTheEnd()
    {
        const QString path = fileOf(samples::noise(10'000, 7));
        const Device device = open(path);
        QVERIFY(device);
        Aligned buffer{QByteArray(4096, 'x')};
        const auto read = device->read(8192, buffer.view());
        QCOMPARE(read.failure().code, FailureCode::DeviceReadError);
        QVERIFY(read.failure().detail.contains(u"offset 8192"_s));
        QCOMPARE(device->write(8192, buffer.view()).failure().code, FailureCode::DeviceWriteError);
        QCOMPARE(device->write(-512, buffer.view()).failure().code, FailureCode::DeviceWriteError);
        QCOMPARE(device->zero(8192, 4096).failure().code, FailureCode::DeviceWriteError);
        QCOMPARE(device->zero(0, -1).failure().code, FailureCode::DeviceWriteError);
        const qint64 farAway = std::numeric_limits<qint64>::max() - 100;
        QCOMPARE(device->read(farAway, buffer.view()).failure().code, FailureCode::DeviceReadError);
        QCOMPARE(QFileInfo(path).size(), 10'000);
    }

    void readOnlyStaysUnwritten()
    {
        const QByteArray image = samples::noise(8192, 8);
        const QString path = fileOf(image);
        const Device device = open(path, DeviceAccess::Read);
        QVERIFY(device);
        Aligned buffer{QByteArray(4096, 'x')};
        const auto written = device->write(0, buffer.view());
        QCOMPARE(written.failure().code, FailureCode::DeviceWriteError);
        QVERIFY(written.failure().detail.contains(path));
        QCOMPARE(device->zero(0, 4096).failure().code, FailureCode::DeviceWriteError);
        QCOMPARE(readFrom(*device, 0, 8192), image);
    }

    void secondOwnerIsRefused()
    {
        const QString path = fileOf(samples::noise(4096, 9));
        Device first = open(path);
        QVERIFY(first);
        for (const auto access : {DeviceAccess::Read, DeviceAccess::ReadWrite}) {
            const auto second = openBlockDevice(path, access);
            QVERIFY(!second.ok());
            QCOMPARE(second.failure().code, FailureCode::DeviceInUse);
        }
        first.reset();
        QVERIFY(open(path));
    }

    void openFailures()
    {
        const auto missing = openBlockDevice(m_dir.filePath(u"missing"_s), DeviceAccess::Read);
        QCOMPARE(missing.failure().code, FailureCode::DeviceNotFound);
        QVERIFY(missing.failure().detail.contains(u"missing"_s));
        for (const QString &path : {m_dir.path(), u"/dev/null"_s}) {
            const auto wrong = openBlockDevice(path, DeviceAccess::Read);
            QCOMPARE(wrong.failure().code, FailureCode::DeviceNotFound);
        }
        QVERIFY(!QFileInfo::exists(m_dir.filePath(u"missing"_s)));
    }

    // tmpfs refuses O_DIRECT (before Linux 6.6) and so takes the other path.
    void memoryFileSystem()
    {
        QTemporaryDir dir(u"/dev/shm/imaging-XXXXXX"_s);
        if (!dir.isValid())
            QSKIP("no writable /dev/shm");
        const QString path = dir.filePath(u"device"_s);
        QByteArray image = samples::noise(3'000'001, 10);
        QVERIFY(samples::writeFile(path, QByteArray(image.size(), '\0')));
        const Device device = open(path);
        QVERIFY(device);
        Aligned buffer(image);
        QVERIFY(device->write(0, buffer.view()).ok());
        QVERIFY(device->zero(1 << 20, 1 << 20).ok());
        QVERIFY(device->dropCache().ok());
        image.replace(1 << 20, 1 << 20, QByteArray(1 << 20, '\0'));
        QCOMPARE(readFrom(*device, 0, image.size()), image);
    }

private:
    QString fileOf(const QByteArray &bytes)
    {
        const QString path = m_dir.filePath(u"device%1"_s.arg(++m_files));
        return samples::writeFile(path, bytes) ? path : QString();
    }

    QTemporaryDir m_dir;
    int m_files = 0;
};

QTEST_APPLESS_MAIN(TestBlockDevice)
#include "tst_block_device.moc"
