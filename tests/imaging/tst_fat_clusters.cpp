// SPDX-License-Identifier: GPL-3.0-or-later
// FATs made by mkfs.vfat, filled by mtools; what is said to be free is filled with other bytes, and
// fsck.vfat and mtools must not notice. And swap space made by mkswap.
#include "free_space_bench.h"
#include "samples.h"

#include <QTemporaryDir>
#include <QTest>

using namespace free_space;
using namespace imaging;
using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 partitionBytes = 48 * mib;

const PartitionTable fatTable = onePartition(0x0c, partitionBytes);

} // namespace

class TestFatClusters : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (run(u"mkfs.vfat"_s, {u"--help"_s}) != 0 || run(u"mcopy"_s, {u"-V"_s}) != 0)
            QSKIP("dosfstools or mtools are not installed");
        QVERIFY(m_dir.isValid());
        m_noise = samples::noise(partitionAt + partitionBytes, 3);
        for (int i = 0; i < 20; ++i)
            m_files.insert(u"file%1.bin"_s.arg(i),
                           samples::noise(90'000 * (i % 5) + i, quint32(i)));
    }

    void freeClustersAreReallyFree_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("FAT32") << QStringList{u"-F"_s, u"32"_s, u"-s"_s, u"1"_s};
        QTest::newRow("FAT16") << QStringList{u"-F"_s, u"16"_s, u"-s"_s, u"4"_s};
        QTest::newRow("one FAT") << QStringList{u"-F"_s, u"16"_s, u"-s"_s, u"4"_s, u"-f"_s, u"1"_s};
        QTest::newRow("sectors of 4096")
            << QStringList{u"-F"_s, u"16"_s, u"-s"_s, u"1"_s, u"-S"_s, u"4096"_s};
    }

    void freeClustersAreReallyFree()
    {
        QFETCH(QStringList, options);
        const QString device = makeDevice(options);
        QVERIFY(!device.isEmpty());
        const FreeSpace space = findFreeSpace(device, fatTable);
        QCOMPARE(space.notes, QStringList());
        QVERIFY2(bytesIn(space) > 30 * mib, qPrintable(QString::number(bytesIn(space))));
        qint64 at = partitionAt;
        for (const ByteExtent &extent : space.extents) {
            QVERIFY(extent.offset >= at && extent.length > 0);
            at = extent.offset + extent.length;
        }
        QVERIFY(at <= partitionAt + partitionBytes);
        for (const char byte : {'x', '\0'}) {
            QVERIFY(overwrite(device, space, byte));
            checkFiles(device);
        }
    }

    void doubtfulOnesAreCopiedWhole_data()
    {
        QTest::addColumn<qint64>("at"); // from the partition's begin
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("word");
        const qint64 fat = 32 * 512; // mkfs.vfat's reserved sectors
        QTest::newRow("mounted") << qint64(65) << QByteArray(1, '\1') << u"unmounted"_s;
        QTest::newRow("errors") << qint64(65) << QByteArray(1, '\2') << u"errors"_s;
        QTest::newRow("dirty") << fat + 7 << QByteArray(1, '\7') << u"unmounted"_s;
        QTest::newRow("hard errors") << fat + 7 << QByteArray(1, '\x0b') << u"errors"_s;
        QTest::newRow("FATs differ") << fat + 40'000 << QByteArray(4, '\1') << u"differ"_s;
        QTest::newRow("FATs not alike") << qint64(40) << QByteArray(1, '\x80') << u"alike"_s;
        QTest::newRow("medium") << qint64(21) << QByteArray(1, '\xf0') << u"begin"_s;
        QTest::newRow("no FAT at all") << qint64(36) << QByteArray(4, '\0') << u"contradicts"_s;
        QTest::newRow("cluster size") << qint64(13) << QByteArray(1, '\3') << u"contradicts"_s;
        QTest::newRow("another FAT type") << qint64(13) << QByteArray(1, '\4') << u"contradicts"_s;
        QTest::newRow("too large") << qint64(32) << QByteArray(4, '\x7f') << u"larger"_s;
        QTest::newRow("ext4 over it") << qint64(1080) << QByteArray("\x53\xef") << u"boot sector"_s;
        QTest::newRow("swap over it")
            << qint64(4086) << QByteArray("SWAPSPACE2") << u"boot sector"_s;
    }

    void doubtfulOnesAreCopiedWhole()
    {
        QFETCH(qint64, at);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, word);
        const QString device = makeDevice({u"-F"_s, u"32"_s, u"-s"_s, u"1"_s});
        QVERIFY(!device.isEmpty());
        QVERIFY(!findFreeSpace(device, fatTable).extents.empty());
        QVERIFY(put(device, partitionAt + at, bytes));
        expectRefusal(device, fatTable, word);
    }

    void otherSizes()
    {
        const QString device = makeDevice({u"-F"_s, u"32"_s, u"-s"_s, u"1"_s});
        QVERIFY(!device.isEmpty());
        expectRefusal(device, onePartition(0x0c, partitionBytes - 4096), u"larger"_s);
        const QString small = makeDevice({u"-F"_s, u"12"_s});
        QVERIFY(!small.isEmpty());
        expectRefusal(small, fatTable, u"FAT12"_s);
    }

    void pagesOfSwapAreNotCopied()
    {
        const QString device = makeSwap();
        QVERIFY(!device.isEmpty());
        const FreeSpace space = findFreeSpace(device, onePartition(0x82, partitionBytes));
        QCOMPARE(space.notes, QStringList());
        QCOMPARE(space.extents.size(), size_t(1));
        QCOMPARE(space.extents[0].offset, partitionAt + 4096);
        QCOMPARE(space.extents[0].length, partitionBytes - 4096);
        PartitionTable gpt = onePartition(0, partitionBytes);
        gpt.kind = PartitionTable::Kind::Gpt;
        gpt.partitions[0].typeGuid = u"0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"_s;
        QCOMPARE(bytesIn(findFreeSpace(device, gpt)), partitionBytes - 4096);
    }

    void doubtfulSwapIsCopiedWhole()
    {
        const QString device = makeSwap();
        QVERIFY(!device.isEmpty());
        expectRefusal(device, onePartition(0x83, partitionBytes), u"looks like swap"_s);
        expectRefusal(device, onePartition(0x82, partitionBytes - 4096), u"contradicts"_s);
        QVERIFY(put(device, partitionAt + 4086, "S1SUSPEND"));
        expectRefusal(device, onePartition(0x82, partitionBytes), u"suspended"_s);
        QVERIFY(put(device, partitionAt + 4086, "no swap..."));
        expectRefusal(device, onePartition(0x82, partitionBytes), u"contents are not"_s);
    }

private:
    QString file(const QString &name) const { return m_dir.filePath(name); }

    // Noise, and in it a FAT with m_files, made in a file of its own: mtools know no other way.
    QString makeDevice(const QStringList &options) const
    {
        const QString part = file(u"part"_s);
        if (!samples::writeFile(part, m_noise.sliced(partitionAt)) ||
            run(u"mkfs.vfat"_s, options + QStringList{part}) != 0)
            return {};
        for (auto it = m_files.cbegin(); it != m_files.cend(); ++it) {
            const QString source = file(it.key());
            if (!samples::writeFile(source, it.value()) ||
                run(u"mcopy"_s, {u"-i"_s, part, source, u"::"_s + it.key()}) != 0)
                return {};
        }
        // Room between files that holds what was there before.
        for (int i = 1; i < 20; i += 4) {
            if (run(u"mdel"_s, {u"-i"_s, part, u"::file%1.bin"_s.arg(i)}) != 0)
                return {};
        }
        const QString device = file(u"device"_s);
        const bool made =
            samples::writeFile(device, m_noise.first(partitionAt) + samples::readFile(part));
        return made ? device : QString();
    }

    QString makeSwap() const
    {
        const QString part = file(u"part"_s);
        const QString device = file(u"device"_s);
        const bool made =
            samples::writeFile(part, m_noise.sliced(partitionAt)) &&
            run(u"mkswap"_s, {u"-q"_s, u"-p"_s, u"4096"_s, part}) == 0 &&
            samples::writeFile(device, m_noise.first(partitionAt) + samples::readFile(part));
        return made ? device : QString();
    }

    static bool put(const QString &device, qint64 at, const QByteArray &bytes)
    {
        QFile writer(device);
        return writer.open(QIODevice::ReadWrite) && writer.seek(at) &&
               writer.write(bytes) == bytes.size();
    }

    void checkFiles(const QString &device)
    {
        const QString part = file(u"part"_s);
        QVERIFY(samples::writeFile(part, samples::readFile(device).sliced(partitionAt)));
        QCOMPARE(run(u"fsck.vfat"_s, {u"-n"_s, part}), 0);
        for (int i = 0; i < 20; ++i) {
            const QString name = u"file%1.bin"_s.arg(i);
            const QString out = file(u"out"_s);
            QFile::remove(out);
            if (i % 4 == 1) {
                continue; // deleted
            }
            QCOMPARE(run(u"mcopy"_s, {u"-i"_s, part, u"::"_s + name, out}), 0);
            QVERIFY2(samples::readFile(out) == m_files.value(name), qPrintable(name));
        }
    }

    QTemporaryDir m_dir;
    QByteArray m_noise;
    QMap<QString, QByteArray> m_files; // name and contents
};

QTEST_GUILESS_MAIN(TestFatClusters)
#include "tst_fat_clusters.moc"
