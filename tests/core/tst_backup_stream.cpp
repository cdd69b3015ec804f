// SPDX-License-Identifier: GPL-3.0-or-later
// The plain level: a stream of bytes in, and a judgement on whether it was whole.
#include "core/backup_sink.h"

#include "core/backup_journal.h"
#include "imaging/pack.h"
#include "imaging/samples.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include <memory>
#include <sys/stat.h>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;

// Bytes as a socket gives them: to their end, or to a failure.
class BytesSource : public imaging::ChunkSource
{
public:
    explicit BytesSource(QByteArray bytes, qint64 failAt = -1)
        : m_bytes(std::move(bytes)), m_failAt(failAt)
    {
    }

    Result<imaging::ChunkRead> next(std::span<std::byte> buffer) override
    {
        if (m_failAt >= 0 && m_at >= m_failAt)
            return Failure{FailureCode::ConnectionLost, {}, u"reset"_s};
        const qint64 length = std::min<qint64>(qint64(buffer.size()), m_bytes.size() - m_at);
        memcpy(buffer.data(), m_bytes.constData() + m_at, size_t(length));
        m_at += length;
        return imaging::ChunkRead{quint32(length), false};
    }

private:
    QByteArray m_bytes;
    qint64 m_failAt;
    qint64 m_at = 0;
};

void putPartition(QByteArray &image, int slot, quint8 type, quint32 firstSector, quint32 sectors)
{
    char *entry = image.data() + 446 + slot * 16;
    entry[4] = char(type);
    qToLittleEndian(firstSector, entry + 8);
    qToLittleEndian(sectors, entry + 12);
    image[510] = '\x55';
    image[511] = '\xaa';
}

// Like a Raspberry Pi image: two partitions, the second up to the end.
QByteArray withMbr(qint64 size)
{
    QByteArray image = samples::mixed(size);
    image.replace(0, 512, QByteArray(512, '\0'));
    putPartition(image, 0, 0x0c, 2048, 2048);
    putPartition(image, 1, 0x83, 4096, quint32(size / 512 - 4096));
    return image;
}

// An extended partition at 2 MiB with a logical one in it that ends with the image.
QByteArray withLogicalPartition(qint64 size)
{
    QByteArray image = samples::mixed(size);
    image.replace(0, 512, QByteArray(512, '\0'));
    const quint32 start = 4096;
    putPartition(image, 0, 0x05, start, quint32(size / 512) - start);
    QByteArray link(512, '\0');
    putPartition(link, 0, 0x83, 8, quint32(size / 512) - start - 8);
    return image.replace(start * 512, 512, link);
}

quint32 crc32(const QByteArray &bytes)
{
    quint32 crc = 0xffffffff;
    for (const char byte : bytes) {
        crc ^= quint8(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

// A protective MBR and a GPT without partitions whose backup header is the last sector
// (UEFI 2.10, 5.3).
QByteArray withGpt(qint64 size)
{
    QByteArray image = samples::mixed(size);
    image.replace(0, 34 * 512, QByteArray(34 * 512, '\0'));
    putPartition(image, 0, 0xee, 1, 0xffffffff);
    QByteArray header(92, '\0');
    header.replace(0, 8, "EFI PART");
    const quint64 last = quint64(size / 512 - 1);
    const auto put = [&header](qsizetype at, auto value) {
        qToLittleEndian(value, header.data() + at);
    };
    put(8, quint32(0x00010000));
    put(12, quint32(92));
    put(24, quint64(1));
    put(32, last);
    put(40, quint64(34));
    put(48, last - 33);
    put(72, quint64(2));
    put(80, quint32(128));
    put(84, quint32(128));
    put(88, crc32(QByteArray(128 * 128, '\0')));
    put(16, crc32(header));
    return image.replace(512, header.size(), header);
}

QByteArray unpacked(const QString &path)
{
    if (path.endsWith(".img"_L1))
        return samples::readFile(path);
    QProcess zstd;
    zstd.start(u"zstd"_s, {u"-dcq"_s, path});
    return zstd.waitForFinished(60'000) && zstd.exitCode() == 0 ? zstd.readAllStandardOutput()
                                                                : QByteArray();
}

} // namespace

class TestBackupStream : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void takesAStream_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<qint64>("size");
        for (const QString &name : {u"a.img"_s, u"a.img.zst"_s}) {
            for (const qint64 size : {qint64(1), qint64(512), mib, mib + 1, 9 * mib + 512})
                QTest::addRow("%s %lld", qPrintable(name), size) << name << size;
        }
    }

    void takesAStream()
    {
        QFETCH(QString, name);
        QFETCH(qint64, size);
        const QByteArray image = samples::mixed(size);
        const auto sink = open(name);
        QCOMPARE(received(*sink, image), size);
        QVERIFY(!QFile::exists(path(name)));
        const auto result = sink->commitStream(size);
        QVERIFY(result.ok());
        QCOMPARE(result->size, size);
        QCOMPARE(unpacked(path(name)), image);
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files), QStringList(name));
    }

    void givesTheIdentity()
    {
        const QByteArray image = samples::mixed(5 * mib + 10);
        const auto raw = open(u"a.img"_s);
        const auto packed = open(u"b.img.zst"_s);
        received(*raw, image);
        received(*packed, image);
        const QString identity = raw->commitStream(0)->identity;
        QCOMPARE(packed->commitStream(0)->identity, identity);
        const auto pack = imaging::PackReader::open(path(u"b.img.zst"_s));
        QVERIFY(pack.ok());
        QCOMPARE(imaging::toHex((*pack)->tail().map().identity()), identity);
    }

    void isSparse()
    {
        const QByteArray image = samples::noise(mib, 1) + QByteArray(30 * mib, '\0');
        const auto sink = open(u"a.img"_s);
        received(*sink, image);
        QVERIFY(sink->commitStream(image.size()).ok());
        struct stat facts {
        };
        QCOMPARE(stat(path(u"a.img"_s).toLocal8Bit().constData(), &facts), 0);
        QCOMPARE(facts.st_size, image.size());
        QVERIFY(facts.st_blocks * 512 < 2 * mib);
    }

    void startsOver_data() { formats(); }

    // A plain client cannot resume: the second stream has nothing of the first, be it longer or
    // shorter.
    void startsOver()
    {
        QFETCH(QString, name);
        const QByteArray image = samples::mixed(4 * mib + 512, 77);
        for (const qint64 earlier : {9 * mib, 2 * mib + 5}) {
            auto sink = open(name);
            BytesSource broken(samples::mixed(earlier, 3), earlier);
            const auto bytes = sink->receive(broken, m_pool, m_storage);
            QVERIFY(earlier % mib != 0 || bytes.failure().code == FailureCode::ConnectionLost);
            if (earlier % mib == 0)
                sink = nullptr; // and the station was restarted
            if (!sink)
                sink = open(name);
            QCOMPARE(received(*sink, image), image.size());
            QVERIFY(sink->commitStream(image.size()).ok());
            QCOMPARE(unpacked(path(name)), image);
            QVERIFY(QFile::remove(path(name)));
        }
    }

    void startsOverAfterAnUpload()
    {
        const QByteArray image = samples::mixed(4 * mib, 7);
        const auto sink = open(u"a.img"_s);
        QVERIFY(sink->setSize(8 * mib).ok());
        protocol::UploadRecord zeros;
        zeros.zeroChunks = 8;
        QVERIFY(sink->append(0, zeros, {}).ok());
        QVERIFY(sink->sync().ok());
        QCOMPARE(received(*sink, image), image.size());
        // It tells whose the .part is, and of no chunk of the upload.
        const auto journal = BackupJournal::read(path(u"a.img.part.journal"_s));
        QVERIFY(journal && journal->chunks.count() == 0);
        QVERIFY(sink->commitStream(0).ok());
        QCOMPARE(unpacked(path(u"a.img"_s)), image);
    }

    void refusesAShortStream_data() { formats(); }

    void refusesAShortStream()
    {
        QFETCH(QString, name);
        const QByteArray image = samples::mixed(3 * mib);
        const auto sink = open(name);
        received(*sink, image);
        QCOMPARE(sink->commitStream(image.size() + 1).failure().code, FailureCode::BackupTruncated);
        QVERIFY(!QFile::exists(path(name)));
        QVERIFY(QFile::exists(path(name) + u".part"_s));
    }

    void refusesAnEmptyStream_data() { formats(); }

    void refusesAnEmptyStream()
    {
        QFETCH(QString, name);
        const auto sink = open(name);
        QCOMPARE(received(*sink, {}), 0);
        QCOMPARE(sink->commitStream(0).failure().code, FailureCode::BackupTruncated);
        QVERIFY(!QFile::exists(path(name)));
    }

    void refusesACommitWithoutAStream()
    {
        const auto sink = open(u"a.img"_s);
        QCOMPARE(sink->commitStream(0).failure().code, FailureCode::BackupTruncated);
        QVERIFY(sink->setSize(mib).ok());
        QCOMPARE(sink->commitStream(0).failure().code, FailureCode::BackupTruncated);
    }

    void judgesByThePartitionTable_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("image");
        const QByteArray mbr = withMbr(8 * mib);
        const QByteArray logical = withLogicalPartition(8 * mib);
        const QByteArray gpt = withGpt(8 * mib);
        for (const QString &name : {u"a.img"_s, u"a.img.zst"_s}) {
            QTest::addRow("%s gpt", qPrintable(name)) << name << gpt;
            QTest::addRow("%s mbr", qPrintable(name)) << name << mbr;
            QTest::addRow("%s logical", qPrintable(name)) << name << logical;
        }
    }

    void judgesByThePartitionTable()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, image);
        for (const qint64 missing :
             {qint64(1), qint64(512), mib, 5 * mib, 8 * mib - 1024, 8 * mib - 512}) {
            const auto sink = open(name);
            received(*sink, image.chopped(missing));
            const auto refused = sink->commitStream(0);
            QVERIFY2(!refused.ok(), qPrintable(QString::number(missing)));
            QCOMPARE(refused.failure().code, FailureCode::BackupTruncated);
            QVERIFY(!QFile::exists(path(name)));
        }
        const auto sink = open(name);
        received(*sink, image);
        QVERIFY(sink->commitStream(0).ok());
        QCOMPARE(unpacked(path(name)), image);
    }

    // The device said how long it is: then its table, however odd, is no matter.
    void believesTheDevice()
    {
        const QByteArray image = withMbr(8 * mib).first(4 * mib);
        const auto sink = open(u"a.img"_s);
        received(*sink, image);
        QVERIFY(sink->commitStream(image.size()).ok());
    }

    void takesWhatHasNoTable()
    {
        const auto sink = open(u"a.img.zst"_s);
        received(*sink, samples::noise(2 * mib, 4));
        QVERIFY(sink->commitStream(0).ok());
    }

    void saysThatTheDiskIsFull_data() { formats(); }

    void saysThatTheDiskIsFull()
    {
        QFETCH(QString, name);
        const QString mount = path(u"small"_s);
        QVERIFY(QDir().mkdir(mount));
        const QStringList options{u"-t"_s, u"tmpfs"_s, u"-o"_s, u"size=3m"_s, u"tmpfs"_s, mount};
        if (QProcess::execute(u"mount"_s, options) != 0)
            QSKIP("needs the right to mount");
        FailureCode code = FailureCode::Internal;
        {
            const auto sink = open(u"small/"_s + name);
            BytesSource source(samples::noise(6 * mib, 8));
            const auto bytes = sink->receive(source, m_pool, m_storage);
            if (!bytes)
                code = bytes.failure().code;
        }
        QCOMPARE(QProcess::execute(u"umount"_s, {mount}), 0);
        QCOMPARE(code, FailureCode::StorageFull);
    }

private:
    static void formats()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("raw") << u"a.img"_s;
        QTest::newRow("pack") << u"a.img.zst"_s;
    }

    QString path(const QString &name) const { return m_dir->filePath(name); }

    std::shared_ptr<BackupSink> open(const QString &name)
    {
        auto sink = BackupSink::open(path(name), false);
        if (!sink)
            qFatal("%s", qPrintable(sink.failure().detail));
        return *sink;
    }

    qint64 received(BackupSink &sink, const QByteArray &bytes)
    {
        BytesSource source(bytes);
        const auto count = sink.receive(source, m_pool, m_storage);
        return count ? *count : -1;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    imaging::WorkerPool m_pool{2};
    imaging::WorkClock m_storage;
};

QTEST_GUILESS_MAIN(TestBackupStream)
#include "tst_backup_stream.moc"
