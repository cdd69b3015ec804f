// SPDX-License-Identifier: GPL-3.0-or-later
// File systems made by mke2fs, whole, damaged and made to mislead.
#include "imaging/ext_files.h"
#include "imaging/free_space_bench.h"
#include "samples.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include <random>

using imaging::ExtFiles;
using namespace Qt::StringLiterals;

namespace
{

// Reads an image in memory, and counts.
struct Memory {
    QByteArray bytes;
    int reads = 0;

    imaging::ByteReader reader()
    {
        return [this](qint64 offset, std::span<std::byte> out) {
            ++reads;
            if (offset < 0 || offset + qint64(out.size()) > bytes.size())
                return false;
            memcpy(out.data(), bytes.constData() + offset, out.size());
            return true;
        };
    }
};

} // namespace

class TestExtFiles : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        QDir root(m_dir.path());
        QVERIFY(root.mkpath(u"tree/etc/ssh"_s) && root.mkpath(u"tree/many"_s));
        const QByteArray id(32, 'a');
        QVERIFY(samples::writeFile(path(u"tree/etc/machine-id"_s), id + '\n'));
        QVERIFY(samples::writeFile(path(u"tree/etc/empty"_s), {}));
        QVERIFY(samples::writeFile(path(u"tree/etc/long"_s), QByteArray(100'000, 'l')));
        QVERIFY(samples::writeFile(path(u"tree/etc/ssh/ssh_host_rsa_key"_s), "k"));
        for (int i = 0; i < 300; ++i)
            QVERIFY(samples::writeFile(path(u"tree/many/file%1"_s.arg(i)), {}));
        QVERIFY(QFile::link(u"machine-id"_s, path(u"tree/etc/link"_s)));
        QVERIFY(QFile::link(u"/etc/machine-id"_s, path(u"tree/etc/absolute"_s)));
        QVERIFY(QFile::link(u"circle"_s, path(u"tree/etc/circle"_s)));
        QVERIFY(QFile::link(u"nowhere"_s, path(u"tree/etc/dangling"_s)));
        m_image = made({});
        if (m_image.isEmpty())
            QSKIP("mke2fs is not installed");
    }

    void finds_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("ext4") << QStringList();
        QTest::newRow("ext4, blocks of 1 KiB") << QStringList{u"-b"_s, u"1024"_s};
        QTest::newRow("ext2") << QStringList{u"-t"_s, u"ext2"_s};
        QTest::newRow("ext3") << QStringList{u"-t"_s, u"ext3"_s};
        QTest::newRow("inline data") << QStringList{u"-O"_s, u"inline_data"_s, u"-I"_s, u"256"_s};
        QTest::newRow("groups apart") << QStringList{u"-O"_s, u"meta_bg,^resize_inode"_s};
    }

    void finds()
    {
        QFETCH(QStringList, options);
        Memory memory{made(options)};
        QVERIFY(!memory.bytes.isEmpty());
        const auto files = ExtFiles::open(memory.reader(), memory.bytes.size());
        QVERIFY(files);
        const QByteArray id = QByteArray(32, 'a') + '\n';
        QCOMPARE(files->beginOf("/etc/machine-id", 64), id);
        QCOMPARE(files->beginOf("/etc/machine-id", 5), id.first(5));
        QCOMPARE(files->beginOf("/etc/link", 64), id);
        QCOMPARE(files->beginOf("/etc/absolute", 64), id);
        QCOMPARE(files->beginOf("/etc/long", 64), QByteArray(64, 'l'));
        QCOMPARE(files->beginOf("/etc/empty", 64), QByteArray());
        QVERIFY(files->beginOf("/etc/empty", 64).has_value());
        QVERIFY(!files->beginOf("/etc/none", 64));
        QVERIFY(!files->beginOf("/etc", 64));
        QVERIFY(!files->beginOf("/etc/circle", 64));
        QVERIFY(!files->beginOf("/etc/dangling", 64));
        QVERIFY(files->exists("/etc/dangling"));
        QVERIFY(files->exists("/etc/ssh"));
        QVERIFY(!files->exists("/etc/machine-id/x"));
        QCOMPARE(files->namesIn("/etc/ssh", 10), QList<QByteArray>{"ssh_host_rsa_key"});
        QCOMPARE(files->namesIn("/many", 1000).size(), 300);
        QCOMPARE(files->namesIn("/many", 7).size(), 7);
        QVERIFY(files->namesIn("/none", 7).isEmpty());
        QVERIFY(files->namesIn("/etc/long", 7).isEmpty());
    }

    void opensNothingElse_data()
    {
        QTest::addColumn<QByteArray>("image");
        const auto changed = [this](qsizetype at, quint32 number) {
            QByteArray image = m_image;
            qToLittleEndian(number, image.data() + 1024 + at);
            return image;
        };
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("zeros") << QByteArray(1 << 20, '\0');
        QTest::newRow("noise") << samples::noise(1 << 20, 4);
        QTest::newRow("half a superblock") << m_image.first(1500);
        QTest::newRow("more blocks than there are") << changed(4, 0xffffffff);
        QTest::newRow("no blocks") << changed(4, 0);
        QTest::newRow("blocks of 64 TiB") << changed(24, 60);
        QTest::newRow("no blocks per group") << changed(32, 0);
        QTest::newRow("one block per group") << changed(32, 1);
    }

    void opensNothingElse()
    {
        QFETCH(QByteArray, image);
        Memory memory{image};
        QVERIFY(!ExtFiles::open(memory.reader(), image.size()));
        QVERIFY(memory.reads < 20);
    }

    // A table's claim of a partition that the image does not hold.
    void readsWhatIsThere()
    {
        Memory memory{m_image.first(m_image.size() / 2)};
        const auto files = ExtFiles::open(memory.reader(), m_image.size());
        if (files)
            (void)files->beginOf("/etc/machine-id", 64);
        QVERIFY(!ExtFiles::open(memory.reader(), memory.bytes.size())); // claims more than it has
    }

    // Nothing is believed: neither hangs nor reads without end, nor memory that is not ours.
    void survivesDamage_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 1; seed <= 4; ++seed)
            QTest::newRow(QByteArray::number(seed).constData()) << seed;
    }

    void survivesDamage()
    {
        QFETCH(quint32, seed);
        std::mt19937 random(seed);
        QElapsedTimer timer;
        timer.start();
        for (int round = 0; round < 60; ++round) {
            Memory memory{m_image};
            // Where all the numbers are: superblock, descriptors, inodes, folders.
            for (int change = 0; change < 1 + int(random() % 40); ++change)
                memory.bytes[qsizetype(random() % (256 * 1024))] = char(random());
            memory.bytes[1024 + 56] = char(0x53);
            memory.bytes[1024 + 57] = char(0xef);
            if (const auto files = ExtFiles::open(memory.reader(), memory.bytes.size())) {
                (void)files->beginOf("/etc/machine-id", 64);
                (void)files->namesIn("/etc/ssh", 1000);
                (void)files->exists("/var/lib/cloud/instance");
            }
            QVERIFY(memory.reads <= 4096);
        }
        QVERIFY2(timer.elapsed() < 60'000, qPrintable(QString::number(timer.elapsed())));
    }

    // One of a reader's failures in the middle, or what it throws, is the end of the look.
    void survivesItsReader()
    {
        Memory memory{m_image};
        int left = 0;
        bool throws = false;
        const auto reader = [&](qint64 offset, std::span<std::byte> out) {
            if (left-- > 0)
                return memory.reader()(offset, out);
            if (throws)
                throw std::bad_alloc();
            return false;
        };
        for (const bool thrown : {false, true}) {
            for (int good = 2; good < 12; ++good) {
                left = good;
                throws = thrown;
                const auto files = ExtFiles::open(reader, m_image.size());
                if (files)
                    (void)files->beginOf("/etc/machine-id", 64);
            }
        }
        left = 1000;
        QVERIFY(ExtFiles::open(reader, m_image.size())->exists("/etc"));
    }

private:
    QString path(const QString &name) const { return m_dir.filePath(name); }

    // 8 MiB with the tree in it, without checksums of its metadata: damage is to be met, not
    // refused.
    QByteArray made(const QStringList &options)
    {
        const QString file = path(u"image"_s);
        QFile::remove(file);
        const QStringList all = QStringList{u"-q"_s, u"-F"_s} + options +
                                QStringList{u"-d"_s, path(u"tree"_s), file, u"8M"_s};
        QStringList plain{u"-O"_s, u"^metadata_csum"_s};
        if (options.contains(u"-O"_s))
            plain.clear();
        if (free_space::run(
                u"mke2fs"_s,
                (options.contains(u"-t"_s) ? QStringList() : QStringList{u"-t"_s, u"ext4"_s}) +
                    plain + all) != 0)
            return {};
        return samples::readFile(file);
    }

    QTemporaryDir m_dir;
    QByteArray m_image;
};

QTEST_GUILESS_MAIN(TestExtFiles)
#include "tst_ext_files.moc"
