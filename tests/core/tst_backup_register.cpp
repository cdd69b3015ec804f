// SPDX-License-Identifier: GPL-3.0-or-later
// Backups over a crash of the station, on file systems where no file can be told from another by
// its number or owner: what this station made is known by what it holds, and nothing else is.
#include "core/backup_opener.h"
#include "core/fdatasync_hook.h"
#include "core/fstatfs_hook.h"
#include "core/sink_bench.h"

#include <linux/magic.h>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using namespace bench;

namespace
{

const QString jobId(32, u'a');

// So many bytes of it, and then the connection is gone; all of it when `end` is -1.
class CutSource : public imaging::ChunkSource
{
public:
    CutSource(const QByteArray &bytes, qint64 end) : m_bytes(bytes), m_end(end) {}

    protocol::Result<imaging::ChunkRead> next(std::span<std::byte> buffer) override
    {
        if (m_end >= 0 && m_at >= m_end)
            return protocol::Failure{FailureCode::ConnectionLost, {}, u"reset"_s};
        const qint64 length = std::min<qint64>(qint64(buffer.size()), m_bytes.size() - m_at);
        memcpy(buffer.data(), m_bytes.constData() + m_at, size_t(length));
        m_at += length;
        return imaging::ChunkRead{quint32(length), false};
    }

private:
    const QByteArray &m_bytes;
    qint64 m_end;
    qint64 m_at = 0;
};

// Another file with the same bytes, as each file is after FAT was mounted again.
void giveNewInode(const QString &path)
{
    QVERIFY(QFile::rename(path, path + u".before"_s));
    QVERIFY(QFile::copy(path + u".before"_s, path));
    QVERIFY(QFile::remove(path + u".before"_s));
}

void flipByte(const QString &path, qint64 at)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(at));
    char byte = 0;
    QVERIFY(file.getChar(&byte) && file.seek(at) && file.putChar(char(byte ^ 1)));
}

} // namespace

class TestBackupRegister : public SinkBench
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        prepare();
        m_known = std::make_unique<BackupRegister>(m_dir->filePath(u"backups"_s));
    }

    void cleanup()
    {
        fileSystem = 0;
        failingFdatasync = 0;
    }

    void doesAgainWhatWasNotRecorded_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<long>("type");
        for (const QString &name : {u"a.img.zst"_s, u"a.img"_s}) {
            QTest::addRow("%s, FAT", qPrintable(name)) << name << long(MSDOS_SUPER_MAGIC);
            QTest::addRow("%s, exFAT", qPrintable(name)) << name << 0x2011bab0l;
            QTest::addRow("%s, FUSE", qPrintable(name)) << name << 0x65735546l;
        }
    }

    // The crash came when the backup had its name, and before the database knew. Twice.
    void doesAgainWhatWasNotRecorded()
    {
        QFETCH(long, type);
        fileSystem = type;
        const QString path = target();
        complete(path, false);
        for (int crash = 0; crash < 2; ++crash) {
            giveNewInode(path);
            QVERIFY(m_known->isOwnResult(jobId, path));
            // The client has not heard of the commit and says it again: it has to send all again.
            QCOMPARE((*open(path, true))->commit(samples::claimOf(m_image)).failure().code,
                     FailureCode::BackupTruncated);
            complete(path, true);
            QCOMPARE(unpacked(path), m_image);
        }
        // And when a second one stopped half-way.
        giveNewInode(path);
        QVERIFY(begun(path, true));
        QVERIFY(m_known->isOwnResult(jobId, path));
        QVERIFY(begun(path, true));
    }

    void refusesWhatIsNotItsOwn_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("first byte") << 0;
        QTest::newRow("last byte") << 1;
        QTest::newRow("longer") << 2;
        QTest::newRow("shorter") << 3;
        QTest::newRow("a symlink to it") << 4;
        QTest::newRow("a hard link to it") << 5;
        QTest::newRow("another job's") << 6;
        QTest::newRow("another name") << 7;
    }

    void refusesWhatIsNotItsOwn()
    {
        QFETCH(int, how);
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = m_dir->filePath(u"a.img"_s);
        complete(path, false);
        const QString other = path + u".other"_s;
        const qint64 size = QFileInfo(path).size();
        if (how == 0 || how == 1)
            flipByte(path, how == 0 ? 0 : size - 1);
        if (how == 2 || how == 3)
            QVERIFY(QFile::resize(path, how == 2 ? size + 1 : size - 1));
        if (how == 4)
            QVERIFY(QFile::rename(path, other) && QFile::link(other, path));
        if (how == 5)
            QCOMPARE(::link(path.toLocal8Bit().constData(), other.toLocal8Bit().constData()), 0);
        const QString job = how == 6 ? QString(32, u'b') : jobId;
        const QString name = how == 7 ? m_dir->filePath(u"b.img"_s) : path;
        QVERIFY(how != 7 || QFile::copy(path, name));
        const QByteArray before = samples::readFile(name);
        BackupOrder order{job, name, m_image.size(), false, true, nullptr};
        const auto sink = openDestination(*m_known, order);
        QVERIFY(!sink.ok());
        QCOMPARE(sink.failure().code, FailureCode::DestinationExists);
        QCOMPARE(samples::readFile(name), before);
    }

    void leavesNothingWhenItCannotBegin_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<long>("type");
        QTest::addColumn<int>("failing");
        for (const QString &name : {u"a.img.zst"_s, u"a.img"_s}) {
            for (const long type : {0l, long(MSDOS_SUPER_MAGIC)}) {
                const auto row = [&](const char *when) -> QTestData & {
                    return QTest::addRow("%s, %lx, %s", qPrintable(name), type, when)
                           << name << type;
                };
                row("before there is a file") << 1;
                row("when it was made") << 2;
                row("when it is begun") << 3;
            }
        }
    }

    // The register forgets it, so nobody else would ever remove the files.
    void leavesNothingWhenItCannotBegin()
    {
        QFETCH(long, type);
        QFETCH(int, failing);
        fileSystem = type;
        const QString path = target();
        failingFdatasync = failing;
        const auto refused = open(path, false);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.failure().code, FailureCode::StorageFull);
        QVERIFY(!QFile::exists(path + u".part"_s));
        QVERIFY(!QFile::exists(path + u".part.journal"_s));
        QVERIFY(m_known->jobs().isEmpty());
        QVERIFY(open(path, false).ok());
    }

    void leavesOthersWhenItCannotBegin_data()
    {
        QTest::addColumn<bool>("ofThisStation");
        QTest::newRow("another job's, at work") << true;
        QTest::newRow("anybody else's") << false;
    }

    void leavesOthersWhenItCannotBegin()
    {
        QFETCH(bool, ofThisStation);
        const QString path = m_dir->filePath(u"a.img"_s);
        const QString part = path + u".part"_s;
        SinkPtr other;
        if (ofThisStation) {
            other = *openDestination(*m_known, {QString(32, u'b'), path, 0, false, false, nullptr});
            QVERIFY(other->setSize(m_image.size()) && send(*other, m_uploads, 0, 4));
        } else {
            QVERIFY(samples::writeFile(part, m_image));
        }
        const QByteArray before = samples::readFile(part);
        QVERIFY(!open(path, false).ok());
        QCOMPARE(samples::readFile(part), before);
        QCOMPARE(QFile::exists(path + u".part.journal"_s), ofThisStation);
    }

    void knowsWhatItBeginsAnew_data() { formats(); }

    // Another size was told, and it ended when the journal was new and the file was not.
    void knowsWhatItBeginsAnew()
    {
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = target();
        QVERIFY(begun(path, false));
        {
            const auto sink = open(path, true);
            QVERIFY(sink.ok());
            failingFdatasync = 1;
            QVERIFY(!(*sink)->setSize(m_image.size() + mib).ok());
        }
        giveNewInodes(path);
        QVERIFY(open(path, true).ok());
        giveNewInodes(path);
        m_known->clear(jobId);
        QVERIFY(!QFile::exists(path + u".part"_s));
    }

    void leavesWhatHasItsNameAlone_data() { formats(); }

    // A client that goes on after its commit.
    void leavesWhatHasItsNameAlone()
    {
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = target();
        const auto sink = open(path, false);
        QVERIFY(sink.ok() && (*sink)->setSize(m_image.size()));
        QVERIFY(send(**sink, m_uploads, 0, m_uploads.size()));
        QVERIFY((*sink)->commit(samples::claimOf(m_image)).ok());
        QVERIFY(!(*sink)->setSize(m_image.size() + mib).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void comparesAllOfAResult_data() { formats(); }

    // A backup of another device of the same kind may differ in few bytes.
    void comparesAllOfAResult()
    {
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = target();
        complete(path, false);
        giveNewInode(path);
        const qint64 step = (QFileInfo(path).size() - 4096) / 255; // of the samples
        QVERIFY(step > 4096 + 16);
        for (const qint64 at : {qint64(4096 + 8), 100 * step + 4096 + 8}) {
            flipByte(path, at);
            QVERIFY(!m_known->isOwnResult(jobId, path));
            QVERIFY(!open(path, true).ok());
            flipByte(path, at);
            QVERIFY(m_known->isOwnResult(jobId, path));
        }
    }

    // Where numbers tell, a copy is another file, whatever it holds.
    void trustsNumbersWhereTheyLast()
    {
        const QString path = m_dir->filePath(u"a.img"_s);
        complete(path, false);
        QVERIFY(m_known->isOwnResult(jobId, path));
        giveNewInode(path);
        QVERIFY(!m_known->isOwnResult(jobId, path));
    }

    void goesOnAfterMountingAgain_data() { formats(); }

    void goesOnAfterMountingAgain()
    {
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = target();
        for (size_t records = 0; records <= m_uploads.size(); ++records) {
            giveNewInodes(path);
            const auto sink = open(path, records > 0);
            QVERIFY2(sink.ok(), sink ? "" : qPrintable(sink.failure().detail));
            QCOMPARE((*sink)->next(), records == m_uploads.size()
                                          ? imaging::chunkCount(m_image.size())
                                          : m_uploads[records].index);
            QVERIFY((*sink)->setSize(m_image.size()).ok());
            if (records == m_uploads.size())
                QVERIFY((*sink)->commit(samples::claimOf(m_image)).ok());
            else
                QVERIFY(send(**sink, m_uploads, records, records + 1) && (*sink)->sync());
        }
        QCOMPARE(unpacked(path), m_image);
    }

    void leavesWhatTookThePlaceOfAPart_data() { formats(); }

    // On a stick that was elsewhere meanwhile: the journal is ours, the .part is not.
    void leavesWhatTookThePlaceOfAPart()
    {
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = target();
        const QString part = path + u".part"_s;
        {
            const auto sink = open(path, false);
            QVERIFY(sink.ok() && (*sink)->setSize(m_image.size()));
            QVERIFY(send(**sink, m_uploads, 0, 4) && (*sink)->sync());
        }
        const QByteArray download = samples::noise(3 * mib, 99);
        QVERIFY(QFile::remove(part) && samples::writeFile(part, download));
        const auto refused = open(path, true);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.failure().code, FailureCode::DestinationUnwritable);
        QCOMPARE(samples::readFile(part), download);
        m_known->clear(jobId);
        QCOMPARE(samples::readFile(part), download);
        QVERIFY(!QFile::exists(path + u".part.journal"_s)); // that one it has made
    }

    void leavesWhatIsNoFileOfItsOwn_data()
    {
        QTest::addColumn<int>("how");
        QTest::addColumn<long>("type");
        for (const long type : {0l, long(MSDOS_SUPER_MAGIC)}) {
            QTest::addRow("symlink, %lx", type) << 0 << type;
            QTest::addRow("hard link, %lx", type) << 1 << type;
            QTest::addRow("FIFO, %lx", type) << 2 << type;
            QTest::addRow("folder, %lx", type) << 3 << type;
        }
    }

    // Put where the .part was, while the journal still says that there is one: with the very bytes.
    void leavesWhatIsNoFileOfItsOwn()
    {
        QFETCH(int, how);
        QFETCH(long, type);
        fileSystem = type;
        const QString path = m_dir->filePath(u"a.img"_s);
        const QString part = path + u".part"_s;
        const QString moved = m_dir->filePath(u"moved"_s);
        QVERIFY(begun(path, false));
        QVERIFY(QFile::rename(part, moved));
        const QByteArray bytes = samples::readFile(moved);
        const QByteArray name = part.toLocal8Bit();
        if (how == 0)
            QVERIFY(QFile::link(moved, part));
        if (how == 1)
            QCOMPARE(::link(moved.toLocal8Bit().constData(), name.constData()), 0);
        if (how == 2)
            QCOMPARE(::mkfifo(name.constData(), 0600), 0);
        if (how == 3)
            QVERIFY(QDir().mkdir(part));
        QVERIFY(!open(path, true).ok());
        m_known->clear(jobId);
        struct stat facts {
        };
        QCOMPARE(::lstat(name.constData(), &facts), 0);
        QCOMPARE(samples::readFile(moved), bytes);
    }

    void removesItsOwnPart_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("records"); // -1: not even its size
        for (const QString &name : {u"a.img.zst"_s, u"a.img"_s}) {
            for (const int records : {-1, 0, 1, 4})
                QTest::addRow("%s %d", qPrintable(name), records) << name << records;
        }
    }

    void removesItsOwnPart()
    {
        QFETCH(int, records);
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = target();
        {
            const auto sink = open(path, false);
            QVERIFY(sink.ok());
            QVERIFY(records < 0 || (*sink)->setSize(m_image.size()));
            // Not flushed: the journal does not tell of these chunks.
            QVERIFY(send(**sink, m_uploads, 0, size_t(std::max(0, records))));
        }
        giveNewInodes(path);
        m_known->clear(jobId);
        QVERIFY(!QFile::exists(path + u".part"_s) && !QFile::exists(path + u".part.journal"_s));
    }

    void removesAStreamsPart_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("own");
        QTest::newRow("pack") << u"a.img.zst"_s << true;
        QTest::newRow("raw") << u"a.img"_s << true;
        QTest::newRow("another file") << u"a.img"_s << false;
    }

    // A plain backup's journal tells of no chunk at all.
    void removesAStreamsPart()
    {
        QFETCH(bool, own);
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = target();
        const QString part = path + u".part"_s;
        {
            const auto sink = open(path, false);
            QVERIFY(sink.ok());
            imaging::WorkerPool pool(1);
            imaging::WorkClock clock;
            CutSource source(m_image, 4 * mib);
            QVERIFY(!(*sink)->receive(source, pool, clock).ok());
        }
        QVERIFY(QFileInfo(part).size() > 0);
        giveNewInodes(path);
        if (!own)
            flipByte(part, 0);
        m_known->clear(jobId);
        QCOMPARE(QFile::exists(part), !own);
    }

    void provesWhatAStreamWritesFirst_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("image");
        const QByteArray zeros(6 * mib, '\0'); // the last ones write nothing
        const auto with = [&zeros](std::initializer_list<qint64> places) {
            QByteArray image = zeros;
            for (const qint64 at : places)
                image.replace(at, 5000, samples::noise(5000, quint32(at + 1)));
            return image;
        };
        for (const QString &name : {u"a.img"_s, u"a.img.zst"_s}) {
            const auto row = [&name](const char *what) -> QTestData & {
                return QTest::addRow("%s, %s", qPrintable(name), what) << name;
            };
            row("a zero tail") << with({0});
            row("zeros before and behind") << with({mib / 2});
            row("with a gap") << with({0, 700'000});
            row("a zero chunk first") << with({mib + 70'000});
            row("whole chunks") << samples::noise(4 * mib, 1);
        }
    }

    // The connection is lost when the file is still being made.
    void provesWhatAStreamWritesFirst()
    {
        QFETCH(QByteArray, image);
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = target();
        stopsStream(path, image);
        QVERIFY(QFileInfo(path + u".part"_s).size() > 0);
        giveNewInodes(path);
        m_known->clear(jobId);
        QVERIFY(!QFile::exists(path + u".part"_s));
        // And what is no part of it is not taken for it.
        stopsStream(path, image);
        const QByteArray other = samples::noise(QFileInfo(path + u".part"_s).size(), 77);
        QVERIFY(QFile::remove(path + u".part"_s) && samples::writeFile(path + u".part"_s, other));
        m_known->clear(jobId);
        QCOMPARE(samples::readFile(path + u".part"_s), other);
    }

    void provesAnImageOfZeros_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<bool>("stream");
        for (const QString &name : {u"a.img"_s, u"a.img.zst"_s}) {
            for (const bool stream : {false, true}) {
                const char *how = stream ? "stream" : "chunks";
                QTest::addRow("%s, %s, whole", qPrintable(name), how) << name << 3 * mib << stream;
                QTest::addRow("%s, %s, and a half", qPrintable(name), how)
                    << name << 3 * mib + 512 << stream;
                QTest::addRow("%s, %s, small", qPrintable(name), how)
                    << name << qint64(4096) << stream;
            }
        }
    }

    // Nothing is written before the end; it stops when all is there but the name.
    void provesAnImageOfZeros()
    {
        QFETCH(qint64, bytes);
        QFETCH(bool, stream);
        fileSystem = MSDOS_SUPER_MAGIC;
        const QString path = target();
        const QByteArray image(bytes, '\0');
        {
            const auto sink = open(path, false);
            QVERIFY(sink.ok());
            const auto never = [] { return false; };
            if (stream) {
                imaging::WorkerPool pool(1);
                imaging::WorkClock clock;
                CutSource source(image, -1);
                QVERIFY((*sink)->receive(source, pool, clock).ok());
                QVERIFY(!(*sink)->commitStream(bytes, never).ok());
            } else {
                const auto uploads = samples::uploadsOf(image);
                QVERIFY((*sink)->setSize(bytes).ok());
                QVERIFY(send(**sink, uploads, 0, uploads.size()));
                QVERIFY(!(*sink)->commit(samples::claimOf(image), never).ok());
            }
        }
        QVERIFY(QFileInfo(path + u".part"_s).size() > 0);
        giveNewInodes(path);
        QVERIFY(open(path, true).ok()); // gone on with, or begun anew
        giveNewInodes(path);
        m_known->clear(jobId);
        QVERIFY(!QFile::exists(path + u".part"_s));
    }

private:
    void stopsStream(const QString &path, const QByteArray &image) const
    {
        const auto sink = open(path, false);
        QVERIFY2(sink.ok(), sink ? "" : qPrintable(sink.failure().detail));
        imaging::WorkerPool pool(1);
        imaging::WorkClock clock;
        CutSource source(image, image.size());
        QVERIFY(!(*sink)->receive(source, pool, clock).ok());
    }

    SinkResult open(const QString &path, bool resumed) const
    {
        return openDestination(*m_known, {jobId, path, m_image.size(), false, resumed, nullptr});
    }

    bool begun(const QString &path, bool resumed)
    {
        const auto sink = open(path, resumed);
        return sink && (*sink)->setSize(m_image.size()) && send(**sink, m_uploads, 0, 2) &&
               (*sink)->sync();
    }

    void complete(const QString &path, bool resumed)
    {
        const auto sink = open(path, resumed);
        QVERIFY2(sink.ok(), sink ? "" : qPrintable(sink.failure().detail));
        QVERIFY((*sink)->setSize(m_image.size()).ok());
        QVERIFY(send(**sink, m_uploads, 0, m_uploads.size()));
        QVERIFY((*sink)->commit(samples::claimOf(m_image)).ok());
    }

    static void giveNewInodes(const QString &path)
    {
        for (const QString &name : {path + u".part"_s, path + u".part.journal"_s}) {
            if (QFile::exists(name))
                giveNewInode(name);
        }
    }

    std::unique_ptr<BackupRegister> m_known;
};

QTEST_GUILESS_MAIN(TestBackupRegister)
#include "tst_backup_register.moc"
