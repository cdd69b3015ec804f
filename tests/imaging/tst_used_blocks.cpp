// SPDX-License-Identifier: GPL-3.0-or-later
// File systems made by mkfs.ext4; what is said to be free is filled with other bytes, and e2fsck
// and debugfs must not notice.
#include "free_space_bench.h"
#include "samples.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace free_space;
using namespace imaging;
using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 partitionBytes = 32 * mib;
constexpr qint64 deviceBytes = partitionAt + partitionBytes + 2 * mib;

PartitionTable linuxPartition(qint64 length = partitionBytes)
{
    return onePartition(0x83, length, 2);
}

bool isSortedAndInside(const FreeSpace &space)
{
    qint64 at = partitionAt;
    for (const ByteExtent &extent : space.extents) {
        if (extent.offset < at || extent.length <= 0)
            return false;
        at = extent.offset + extent.length;
    }
    return at <= partitionAt + partitionBytes;
}

} // namespace

class TestUsedBlocks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(u"/sbin/mkfs.ext4"_s) || !QFile::exists(u"/sbin/debugfs"_s))
            QSKIP("e2fsprogs is not installed");
        QVERIFY(m_dir.isValid());
        m_noise = samples::noise(deviceBytes, 7);
        m_noise.replace(partitionAt, 128 * 1024, QByteArray(128 * 1024, '\0'));
        QVERIFY(QDir().mkpath(file(u"tree/deep/er"_s)));
        for (int i = 0; i < 30; ++i)
            m_tree.insert(u"deep/file%1"_s.arg(i),
                          samples::noise(40'000 * (i % 7) + i, quint32(i)));
        m_tree.insert(u"large"_s, samples::noise(9 * mib + 5, 99));
        for (auto it = m_tree.cbegin(); it != m_tree.cend(); ++it)
            QVERIFY(samples::writeFile(file("tree/"_L1 + it.key()), it.value()));
    }

    void freeBlocksAreReallyFree_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("ext4 as Debian makes it") << QStringList();
        QTest::newRow("1 KiB blocks") << QStringList{u"-b"_s, u"1024"_s};
        QTest::newRow("ext2") << QStringList{u"-t"_s, u"ext2"_s, u"-b"_s, u"1024"_s};
        QTest::newRow("ext3") << QStringList{u"-t"_s, u"ext3"_s};
        QTest::newRow("no metadata checksums") << QStringList{u"-O"_s, u"^metadata_csum"_s};
        QTest::newRow("no flexible groups")
            << QStringList{u"-O"_s, u"^flex_bg"_s, u"-b"_s, u"1024"_s};
        QTest::newRow("32-bit block numbers") << QStringList{u"-O"_s, u"^64bit"_s};
    }

    void freeBlocksAreReallyFree()
    {
        QFETCH(QStringList, options);
        const QString device = makeDevice(options);
        QVERIFY(!device.isEmpty());
        // Files come and go: the free space is in pieces, and what was written there is still
        // there.
        QMap<QString, QByteArray> left = m_tree;
        QByteArray commands;
        for (int i = 0; i < 30; i += 3) {
            commands += "rm /deep/file" + QByteArray::number(i) + '\n';
            left.remove(u"deep/file%1"_s.arg(i));
        }
        QVERIFY(samples::writeFile(file(u"commands"_s), commands));
        QCOMPARE(debugfs(device, u"-f"_s, file(u"commands"_s)), 0);
        const FreeSpace space = findFreeSpace(device, linuxPartition());
        QCOMPARE(space.notes, QStringList());
        QVERIFY(isSortedAndInside(space));
        QVERIFY2(bytesIn(space) > 10 * mib, qPrintable(QString::number(bytesIn(space))));
        QVERIFY(overwrite(device, space, 'x'));
        checkFileSystem(device, left);
        QVERIFY(overwrite(device, space, '\0'));
        checkFileSystem(device, left);
    }

    void doubtfulOnesAreCopiedWhole_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("word");
        QTest::newRow("dirty") << u"set_super_value state 0"_s << u"unmounted"_s;
        QTest::newRow("errors") << u"set_super_value state 3"_s << u"errors"_s;
        QTest::newRow("journal") << u"feature needs_recovery"_s << u"journal"_s;
        QTest::newRow("unknown feature") << u"feature FEATURE_I30"_s << u"unsupported feature"_s;
        QTest::newRow("descriptor") << u"set_block_group 0 free_blocks_count 7"_s << u"differ"_s;
    }

    void doubtfulOnesAreCopiedWhole()
    {
        QFETCH(QString, command);
        QFETCH(QString, word);
        const QString device = makeDevice({});
        QVERIFY(!device.isEmpty());
        QVERIFY(!findFreeSpace(device, linuxPartition()).extents.empty());
        QCOMPARE(debugfs(device, u"-R"_s, command), 0);
        expectRefusal(device, linuxPartition(), word);
    }

    void clustersAreCopiedWhole()
    {
        const QString device = makeDevice({u"-O"_s, u"bigalloc"_s});
        QVERIFY(!device.isEmpty());
        expectRefusal(device, linuxPartition(), u"clusters"_s);
    }

    void damagedBitmapIsNotTrusted()
    {
        const QString device = makeDevice({u"-O"_s, u"metadata_csum"_s});
        QVERIFY(!device.isEmpty());
        QCOMPARE(debugfs(device, u"-R"_s, u"freeb 9000 5"_s),
                 0); // debugfs keeps its checksum right
        expectRefusal(device, linuxPartition(), u"partition 2"_s);
    }

    void otherContents()
    {
        const QString path = file(u"other"_s);
        QVERIFY(samples::writeFile(path, samples::noise(partitionAt + partitionBytes, 1)));
        expectRefusal(path, linuxPartition(), u"no ext2/3/4"_s);
        QVERIFY(samples::writeFile(path, QByteArray(deviceBytes, '\0')));
        expectRefusal(path, linuxPartition(), u"no ext2/3/4"_s);
    }

    // An ext superblock that was left behind under something else.
    void strangersOverAnOldFileSystem_data()
    {
        QTest::addColumn<qint64>("at");
        QTest::addColumn<QByteArray>("mark");
        QTest::newRow("luks") << qint64(0) << QByteArray("LUKS\xba\xbe");
        QTest::newRow("swap") << qint64(4086) << QByteArray("SWAPSPACE2");
        QTest::newRow("btrfs") << qint64(65600) << QByteArray("_BHRfS_M");
        QTest::newRow("lvm") << qint64(512) << QByteArray("LABELONE");
        QTest::newRow("fat") << qint64(510) << QByteArray("\x55\xaa");
    }

    void strangersOverAnOldFileSystem()
    {
        QFETCH(qint64, at);
        QFETCH(QByteArray, mark);
        const QString device = makeDevice({});
        QVERIFY(!device.isEmpty());
        QFile writer(device);
        QVERIFY(writer.open(QIODevice::ReadWrite));
        QVERIFY(writer.seek(partitionAt + at));
        QCOMPARE(writer.write(mark), mark.size());
        writer.close();
        expectRefusal(device, linuxPartition(), u"looks like"_s);
    }

    void fileSystemLargerThanItsPartition()
    {
        const QString device = makeDevice({});
        QVERIFY(!device.isEmpty());
        expectRefusal(device, linuxPartition(partitionBytes - 4096), u"larger"_s);
    }

    void partitionBeyondTheDevice()
    {
        const QString device = makeDevice({});
        QVERIFY(!device.isEmpty());
        expectRefusal(device, linuxPartition(2 * deviceBytes), u"beyond"_s);
    }

    void nothingToLookInto()
    {
        const FreeSpace none = findFreeSpace(makeDevice({}), {});
        QVERIFY(none.extents.empty());
        QCOMPARE(none.notes, QStringList{u"no partitions were found, copied whole"_s});
        expectRefusal(file(u"missing"_s), linuxPartition(), u"cannot be read"_s);
    }

private:
    QString file(const QString &name) const { return m_dir.filePath(name); }

    // Noise, and in it a file system with m_tree. Nothing is discarded: free blocks hold noise.
    QString makeDevice(const QStringList &options) const
    {
        const QString path = file(u"device"_s);
        const QString type = options.contains(u"-t"_s) ? QString() : u"ext4"_s;
        QStringList arguments{u"-q"_s, u"-F"_s,
                              u"-E"_s, u"offset=%1,nodiscard"_s.arg(partitionAt),
                              u"-d"_s, file(u"tree"_s)};
        if (!type.isEmpty())
            arguments << u"-t"_s << type;
        arguments << options << path << u"%1k"_s.arg(partitionBytes / 1024);
        const bool made = samples::writeFile(path, m_noise) && run(u"mke2fs"_s, arguments) == 0;
        return made ? path : QString();
    }

    // `how` is -R for a command, -f for a file of commands.
    static int debugfs(const QString &device, const QString &how, const QString &what)
    {
        return run(u"debugfs"_s,
                   {u"-w"_s, how, what, u"%1?offset=%2"_s.arg(device).arg(partitionAt)});
    }

    void checkFileSystem(const QString &device, const QMap<QString, QByteArray> &tree)
    {
        const QString part = file(u"part"_s);
        const QByteArray bytes = samples::readFile(device).sliced(partitionAt, partitionBytes);
        QVERIFY(samples::writeFile(part, bytes));
        QCOMPARE(run(u"e2fsck"_s, {u"-fn"_s, part}), 0);
        QDir(file(u"out"_s)).removeRecursively();
        QVERIFY(QDir().mkpath(file(u"out"_s)));
        QCOMPARE(run(u"debugfs"_s, {u"-R"_s, u"rdump / %1"_s.arg(file(u"out"_s)), part}), 0);
        for (auto it = tree.cbegin(); it != tree.cend(); ++it)
            QVERIFY(samples::readFile(file("out/"_L1 + it.key())) == it.value());
        QVERIFY(!QFile::exists(file(u"out/deep/file0"_s)));
    }

    QTemporaryDir m_dir;
    QByteArray m_noise;               // of which devices are made
    QMap<QString, QByteArray> m_tree; // path and contents
};

QTEST_GUILESS_MAIN(TestUsedBlocks)
#include "tst_used_blocks.moc"
