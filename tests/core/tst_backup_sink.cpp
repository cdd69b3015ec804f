// SPDX-License-Identifier: GPL-3.0-or-later
// The full level: records in, a checked and flushed file out, whatever happens in between.
#include "core/backup_sink.h"

#include "core/backup_journal.h"
#include "core/upload_samples.h"
#include "imaging/pack.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using samples::Upload;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;

using SinkPtr = std::shared_ptr<BackupSink>;

SinkPtr opened(const QString &path, bool overwrite = false)
{
    auto sink = BackupSink::open(path, overwrite);
    if (!sink)
        qWarning("%s", qPrintable(sink.failure().detail));
    return sink ? *sink : nullptr;
}

bool send(BackupSink &sink, const std::vector<Upload> &uploads, size_t from, size_t to)
{
    for (size_t i = from; i < to; ++i) {
        const auto taken = sink.append(uploads[i].index, uploads[i].record, uploads[i].frame);
        if (!taken) {
            qWarning("record %zu: %s", i, qPrintable(taken.failure().detail));
            return false;
        }
    }
    return true;
}

// What the file gives to somebody who has only standard tools.
QByteArray unpacked(const QString &path)
{
    if (path.endsWith(".img"_L1))
        return samples::readFile(path);
    QProcess zstd;
    zstd.start(u"zstd"_s, {u"-dcq"_s, path});
    return zstd.waitForFinished(60'000) && zstd.exitCode() == 0 ? zstd.readAllStandardOutput()
                                                                : QByteArray();
}

void copyFolder(const QString &from, const QString &to)
{
    QVERIFY(QDir().mkpath(to));
    for (const QString &name : QDir(from).entryList(QDir::Files))
        QVERIFY(QFile::copy(from + u'/' + name, to + u'/' + name));
}

class FileSizeLimit
{
public:
    explicit FileSizeLimit(qint64 bytes)
    {
        signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{rlim_t(bytes), m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }
    FileSizeLimit(const FileSizeLimit &) = delete;
    FileSizeLimit &operator=(const FileSizeLimit &) = delete;

private:
    rlimit m_before{};
};

} // namespace

class TestBackupSink : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_image = samples::mixed(7 * mib + 512);
        m_uploads = samples::uploadsOf(m_image);
    }

    void makesABackup_data() { formats(); }

    void makesABackup()
    {
        const QString path = target();
        const SinkPtr sink = opened(path);
        QVERIFY(sink);
        QCOMPARE(sink->next(), quint64(0));
        QVERIFY(sink->setSize(m_image.size()).ok());
        QVERIFY(send(*sink, m_uploads, 0, m_uploads.size()));
        QCOMPARE(*sink->sync(), imaging::chunkCount(m_image.size()));
        QVERIFY(!QFile::exists(path));
        const auto result = sink->commit(samples::claimOf(m_image));
        QVERIFY(result.ok());
        QCOMPARE(result->size, m_image.size());
        QCOMPARE(result->identity, samples::claimOf(m_image).imageIdentity);
        QCOMPARE(unpacked(path), m_image);
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files),
                 QStringList(QFileInfo(path).fileName()));
    }

    void isAGoldenImageAtOnce()
    {
        const QString path = made(u"a.img.zst"_s);
        const auto pack = imaging::PackReader::open(path);
        QVERIFY(pack.ok());
        QCOMPARE((*pack)->tail().map().identity(), samples::mapOf(m_image).identity());
    }

    void isSparse()
    {
        m_image = samples::noise(2 * mib, 1) + QByteArray(20 * mib, '\0') + samples::noise(512, 2);
        m_uploads = samples::uploadsOf(m_image);
        const QString path = made(u"a.img"_s);
        struct stat facts {
        };
        QCOMPARE(stat(path.toLocal8Bit().constData(), &facts), 0);
        QCOMPARE(facts.st_size, m_image.size());
        QVERIFY(facts.st_blocks * 512 < 3 * mib);
        QCOMPARE(samples::readFile(path), m_image);
    }

    // Zeros within a chunk of data, at both ends and in the middle.
    void isSparseWithinChunks()
    {
        m_image = QByteArray(mib, '\0');
        m_image.replace(300'000, 4, "data");
        m_image += QByteArray(mib - 1, '\0') + 'x' + 'y' + QByteArray(mib, '\0');
        m_uploads = samples::uploadsOf(m_image);
        QCOMPARE(samples::readFile(made(u"a.img"_s)), m_image);
    }

    void isSmall()
    {
        m_image = samples::noise(1, 1);
        m_uploads = samples::uploadsOf(m_image);
        QCOMPARE(unpacked(made(u"a.img"_s)), m_image);
        QCOMPARE(unpacked(made(u"a.img.zst"_s)), m_image);
    }

    void isAllZero()
    {
        m_image = QByteArray(3 * mib + 100, '\0');
        m_uploads = samples::uploadsOf(m_image);
        QCOMPARE(m_uploads.size(), size_t(1));
        QCOMPARE(unpacked(made(u"a.img"_s)), m_image);
        QCOMPARE(unpacked(made(u"a.img.zst"_s)), m_image);
    }

    void resumes_data() { formats(); }

    // Leaves after every record, with and without a sync, and comes back to what was durable.
    void resumes()
    {
        const QString path = target();
        quint64 durable = 0;
        size_t record = 0;
        for (int visit = 0; record < m_uploads.size(); ++visit) {
            const SinkPtr sink = opened(path);
            QVERIFY(sink);
            QCOMPARE(sink->next(), durable);
            QVERIFY(sink->setSize(m_image.size()).ok());
            QCOMPARE(sink->next(), durable);
            QVERIFY(send(*sink, m_uploads, record, record + 1));
            QCOMPARE(sink->next(), durable);
            if (visit % 2 == 0)
                continue;
            durable = *sink->sync();
            ++record;
        }
        QVERIFY(opened(path)->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void survivesEveryTornJournal_data() { formats(); }

    void survivesEveryTornJournal()
    {
        const QString path = target();
        half(path);
        const QString journal = path + u".part.journal"_s;
        const QByteArray whole = samples::readFile(journal);
        const QByteArray part = samples::readFile(path + u".part"_s);
        for (qsizetype length = whole.size(); length >= 0; length -= 7) {
            QVERIFY(samples::writeFile(journal, whole.first(length)));
            // What was never flushed may be anything.
            QVERIFY(samples::writeFile(path + u".part"_s, part + QByteArray(5000, '\xee')));
            const auto contents = BackupJournal::read(journal);
            const SinkPtr sink = opened(path);
            QVERIFY(sink);
            QCOMPARE(sink->next(), contents ? quint64(contents->entries.size()) : 0);
        }
        // From the last, emptiest one to the end.
        completes(path);
    }

    void completesFromEveryStep_data() { formats(); }

    // A copy of the folder at each step is what a crash there leaves.
    void completesFromEveryStep()
    {
        const QString path = target();
        const QString name = QFileInfo(path).fileName();
        QStringList steps;
        const auto snap = [&] {
            steps << m_dir->filePath(u"step%1"_s.arg(steps.size()));
            copyFolder(m_dir->path(), steps.back());
        };
        const SinkPtr sink = opened(path);
        snap();
        QVERIFY(sink->setSize(m_image.size()).ok());
        snap();
        for (size_t i = 0; i < m_uploads.size(); ++i) {
            QVERIFY(send(*sink, m_uploads, i, i + 1));
            snap();
            QVERIFY(sink->sync().ok());
            snap();
        }
        for (const QString &step : steps)
            completes(step + u'/' + name);
    }

    void throwsAwayAShortPart_data() { formats(); }

    // The journal tells of more than the file holds: somebody meddled, so nothing is trusted.
    void throwsAwayAShortPart()
    {
        const QString path = target();
        half(path);
        QVERIFY(QFile::resize(path + u".part"_s, 1000));
        QCOMPARE(opened(path)->next(), quint64(0));
        completes(path);
    }

    void throwsAwayAnotherFormat()
    {
        const QString raw = m_dir->filePath(u"a.img"_s);
        const QString pack = m_dir->filePath(u"a.img.zst"_s);
        half(raw);
        QVERIFY(QFile::rename(raw + u".part"_s, pack + u".part"_s));
        QVERIFY(QFile::rename(raw + u".part.journal"_s, pack + u".part.journal"_s));
        QCOMPARE(opened(pack)->next(), quint64(0));
        completes(pack);
    }

    // A crash between the rename and the journal's removal.
    void removesAStaleJournal()
    {
        const QString path = m_dir->filePath(u"a.img.zst"_s);
        half(path);
        QVERIFY(QFile::remove(path + u".part"_s));
        const SinkPtr sink = opened(path);
        QCOMPARE(sink->next(), quint64(0));
        QVERIFY(!QFile::exists(path + u".part.journal"_s));
    }

    // A crash between the pack's tail and the rename.
    void resumesBehindAFinishedPack()
    {
        const QString path = made(u"a.img.zst"_s);
        const QString other = m_dir->filePath(u"b.img.zst"_s);
        m_uploads = samples::uploadsOf(m_image);
        half(other, m_uploads.size());
        QVERIFY(QFile::remove(other + u".part"_s));
        QVERIFY(QFile::copy(path, other + u".part"_s));
        const SinkPtr sink = opened(other);
        QCOMPARE(sink->next(), imaging::chunkCount(m_image.size()));
        QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(samples::readFile(other), samples::readFile(path));
    }

    void startsOverForAnotherSize_data() { formats(); }

    void startsOverForAnotherSize()
    {
        const QString path = target();
        half(path);
        m_image = samples::mixed(4 * mib + 100, 50);
        m_uploads = samples::uploadsOf(m_image);
        const SinkPtr sink = opened(path);
        QVERIFY(sink->next() > 0);
        QVERIFY(sink->setSize(m_image.size()).ok());
        QCOMPARE(sink->next(), quint64(0));
        QVERIFY(send(*sink, m_uploads, 0, m_uploads.size()));
        QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void refusesDamage_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("what");
        for (const char *name : {"a.img.zst", "a.img"}) {
            for (const char *what : {"frame", "digest", "empty", "cut", "length"})
                QTest::addRow("%s %s", name, what)
                    << QString::fromLatin1(name) << QString::fromLatin1(what);
        }
    }

    void refusesDamage()
    {
        QFETCH(QString, name);
        QFETCH(QString, what);
        const QString path = m_dir->filePath(name);
        const SinkPtr sink = opened(path);
        QVERIFY(sink->setSize(m_image.size()).ok());
        Upload damaged = m_uploads[0];
        if (what == u"frame"_s)
            damaged.frame[damaged.frame.size() / 2] ^= std::byte(1);
        else if (what == u"digest"_s)
            damaged.record.digest[5] ^= std::byte(1);
        else if (what == u"empty"_s)
            damaged.frame.clear();
        else if (what == u"cut"_s)
            damaged.frame.pop_back();
        else
            ++damaged.record.frameBytes;
        if (what == u"cut"_s || what == u"empty"_s)
            damaged.record.frameBytes = quint32(damaged.frame.size());
        const auto refused = sink->append(0, damaged.record, damaged.frame);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.failure().code,
                 what == u"length"_s ? FailureCode::BadRequest : FailureCode::ImageCorrupt);
        QCOMPARE(*sink->sync(), quint64(0));
        QVERIFY(send(*sink, m_uploads, 0, m_uploads.size()));
        QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void refusesAGap()
    {
        const SinkPtr sink = opened(m_dir->filePath(u"a.img.zst"_s));
        QVERIFY(sink->setSize(m_image.size()).ok());
        refuses(*sink, m_uploads[1], FailureCode::BackupOutOfOrder);
        QVERIFY(send(*sink, m_uploads, 0, 1));
        refuses(*sink, m_uploads[2], FailureCode::BackupOutOfOrder);
        QCOMPARE(*sink->sync(), quint64(1));
    }

    void refusesWhatIsBeyond()
    {
        const SinkPtr sink = opened(m_dir->filePath(u"a.img.zst"_s));
        Upload zeros;
        zeros.record.zeroChunks = 1;
        refuses(*sink, zeros, FailureCode::BadRequest); // no size yet
        QVERIFY(sink->setSize(m_image.size()).ok());
        zeros.record.zeroChunks = 9;
        refuses(*sink, zeros, FailureCode::BadRequest);
        zeros.record.zeroChunks = 0xffffffff;
        refuses(*sink, zeros, FailureCode::BadRequest);
        zeros.record.zeroChunks = 0;
        refuses(*sink, zeros, FailureCode::BadRequest);
        zeros.record.zeroChunks = 1;
        zeros.index = std::numeric_limits<quint64>::max();
        refuses(*sink, zeros, FailureCode::BadRequest);
        QVERIFY(!sink->setSize(0).ok());
        QVERIFY(!sink->setSize(-1).ok());
        QVERIFY(!sink->setSize(protocol::maxImageBytes + 1).ok());
    }

    void ignoresWhatItHas_data() { formats(); }

    void ignoresWhatItHas()
    {
        const QString path = target();
        const SinkPtr sink = opened(path);
        QVERIFY(sink->setSize(m_image.size()).ok());
        QVERIFY(send(*sink, m_uploads, 0, 4));
        const quint64 next = *sink->sync();
        QVERIFY(send(*sink, m_uploads, 0, 4));
        QCOMPARE(*sink->sync(), next);
        QVERIFY(send(*sink, m_uploads, 2, m_uploads.size()));
        QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void checksWhatItHas()
    {
        const SinkPtr sink = opened(m_dir->filePath(u"a.img.zst"_s));
        QVERIFY(sink->setSize(m_image.size()).ok());
        QVERIFY(send(*sink, m_uploads, 0, 4));
        Upload again = m_uploads[0];
        again.frame[20] ^= std::byte(1);
        refuses(*sink, again, FailureCode::ImageCorrupt);
        again = m_uploads[2]; // another chunk's content
        again.index = 0;
        refuses(*sink, again, FailureCode::BackupMismatch);
        Upload zeros;
        zeros.record.zeroChunks = 2;
        refuses(*sink, zeros, FailureCode::BackupMismatch);
    }

    // A run of zeros of which a part is there already.
    void takesTheRestOfARun()
    {
        m_image = samples::noise(mib, 1) + QByteArray(6 * mib + 10, '\0');
        m_uploads = samples::uploadsOf(m_image);
        for (const QString &name : {u"a.img"_s, u"a.img.zst"_s}) {
            const SinkPtr sink = opened(m_dir->filePath(name));
            QVERIFY(sink->setSize(m_image.size()).ok());
            QVERIFY(send(*sink, m_uploads, 0, 1));
            Upload some = m_uploads[1];
            some.record.zeroChunks = 2;
            QCOMPARE(*sink->append(1, some.record, {}), quint64(2));
            QCOMPARE(*sink->sync(), quint64(3));
            QVERIFY(send(*sink, m_uploads, 1, 2));
            QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
            QCOMPARE(unpacked(m_dir->filePath(name)), m_image);
        }
    }

    void refusesAWrongClaim_data() { formats(); }

    void refusesAWrongClaim()
    {
        const QString path = target();
        const SinkPtr sink = opened(path);
        QVERIFY(!sink->commit(samples::claimOf(m_image)).ok());
        QVERIFY(sink->setSize(m_image.size()).ok());
        QVERIFY(send(*sink, m_uploads, 0, m_uploads.size() - 1));
        auto claim = samples::claimOf(m_image);
        QCOMPARE(sink->commit(claim).failure().code, FailureCode::BackupTruncated);
        QVERIFY(send(*sink, m_uploads, m_uploads.size() - 1, m_uploads.size()));
        claim.size += 1;
        QCOMPARE(sink->commit(claim).failure().code, FailureCode::BackupMismatch);
        claim.size -= 1;
        claim.imageIdentity[3] = claim.imageIdentity[3] == u'0' ? u'1' : u'0';
        QCOMPARE(sink->commit(claim).failure().code, FailureCode::BackupMismatch);
        QVERIFY(!QFile::exists(path));
        QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
    }

    void neverReplacesUnasked_data() { formats(); }

    void neverReplacesUnasked()
    {
        const QString path = target();
        const SinkPtr early = opened(path);
        QVERIFY(samples::writeFile(path, "precious"));
        QCOMPARE(BackupSink::open(path, false).failure().code, FailureCode::DestinationExists);
        // It came while the backup ran.
        QVERIFY(early->setSize(m_image.size()).ok());
        QVERIFY(send(*early, m_uploads, 0, m_uploads.size()));
        QCOMPARE(early->commit(samples::claimOf(m_image)).failure().code,
                 FailureCode::DestinationExists);
        QCOMPARE(samples::readFile(path), "precious");
        QVERIFY(QFile::exists(path + u".part"_s));
        // Once it is out of the way, the same commit works.
        QVERIFY(QFile::remove(path));
        QVERIFY(early->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void replacesWhenAgreed_data() { formats(); }

    void replacesWhenAgreed()
    {
        const QString path = target();
        QVERIFY(samples::writeFile(path, "old"));
        const SinkPtr sink = opened(path, true);
        QVERIFY(sink->setSize(m_image.size()).ok());
        QVERIFY(send(*sink, m_uploads, 0, m_uploads.size()));
        QCOMPARE(samples::readFile(path), "old");
        QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void refusesAPath_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<FailureCode>("code");
        QTest::addColumn<QString>("word");
        const auto unwritable = FailureCode::DestinationUnwritable;
        QTest::newRow("extension") << u"a.zip"_s << FailureCode::BadRequest << u"img"_s;
        QTest::newRow("no extension") << u"img"_s << FailureCode::BadRequest << u"img"_s;
        QTest::newRow("other zst") << u"a.zst"_s << FailureCode::BadRequest << u"img"_s;
        QTest::newRow("folder") << u"folder.img"_s << unwritable << u"is a folder"_s;
        QTest::newRow("missing folder") << u"missing/a.img"_s << unwritable << u"missing: "_s;
        QTest::newRow("file as folder") << u"file/a.img"_s << unwritable << u"not a folder"_s;
        QTest::newRow("no permission") << u"closed/a.img"_s << unwritable << u"Permission denied"_s;
        QTest::newRow("part is a folder") << u"taken.img"_s << unwritable << u"taken.img.part"_s;
        QTest::newRow("part is a link") << u"link.img"_s << unwritable << u"link.img.part"_s;
    }

    void refusesAPath()
    {
        QFETCH(QString, name);
        QFETCH(FailureCode, code);
        QFETCH(QString, word);
        const QDir dir(m_dir->path());
        QVERIFY(dir.mkdir(u"folder.img"_s) && dir.mkdir(u"taken.img.part"_s) &&
                dir.mkdir(u"closed"_s));
        QVERIFY(samples::writeFile(dir.filePath(u"file"_s), "x"));
        QVERIFY(QFile::link(dir.filePath(u"file"_s), dir.filePath(u"link.img.part"_s)));
        const bool closed = name.startsWith("closed"_L1);
        QCOMPARE(chmod(dir.filePath(u"closed"_s).toLocal8Bit().constData(), 0555), 0);
        QCOMPARE(chmod(dir.path().toLocal8Bit().constData(), 0755), 0);
        const bool switched = closed && geteuid() == 0 && seteuid(65534) == 0;
        const auto sink = BackupSink::open(dir.filePath(name), false);
        QVERIFY(!switched || seteuid(0) == 0);
        QVERIFY(!sink.ok());
        QCOMPARE(sink.failure().code, code);
        QVERIFY2(sink.failure().detail.contains(word), qPrintable(sink.failure().detail));
        QCOMPARE(samples::readFile(dir.filePath(u"file"_s)), "x");
    }

    void refusesASecondSink()
    {
        const QString path = m_dir->filePath(u"a.img"_s);
        SinkPtr first = opened(path);
        const auto second = BackupSink::open(path, true);
        QCOMPARE(second.failure().code, FailureCode::DestinationUnwritable);
        QVERIFY(second.failure().detail.contains(u"in use"_s));
        first.reset();
        QVERIFY(opened(path));
    }

    void discards()
    {
        const QString path = m_dir->filePath(u"a.img"_s);
        half(path);
        opened(path)->discard();
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files).isEmpty());
    }

    // What others have made of the name since is not touched.
    void discardsOnlyItsOwn()
    {
        const QString path = m_dir->filePath(u"a.img"_s);
        const SinkPtr discarded = opened(path);
        discarded->discard();
        half(path);
        discarded->discard();
        QVERIFY(QFile::exists(path + u".part.journal"_s));
        const SinkPtr committed = opened(path);
        QVERIFY(committed->setSize(m_image.size()).ok());
        QVERIFY(send(*committed, m_uploads, 0, m_uploads.size()));
        QVERIFY(committed->commit(samples::claimOf(m_image)).ok());
        committed->discard();
        QCOMPARE(unpacked(path), m_image);
    }

    void survivesAFullDisk_data() { formats(); }

    // What could not be written is told; with room again it goes on where it was.
    void survivesAFullDisk()
    {
        m_image = samples::noise(6 * mib + 300, 9);
        m_uploads = samples::uploadsOf(m_image);
        const QString path = target();
        const SinkPtr sink = opened(path);
        QVERIFY(sink->setSize(m_image.size()).ok());
        QVERIFY(send(*sink, m_uploads, 0, 2));
        QCOMPARE(*sink->sync(), quint64(2));
        {
            const FileSizeLimit limit(2 * mib + 5000);
            const auto refused = sink->append(2, m_uploads[2].record, m_uploads[2].frame);
            QVERIFY(!refused.ok());
            QCOMPARE(refused.failure().code, FailureCode::StationIoError); // EFBIG
        }
        QCOMPARE(sink->next(), quint64(2));
        QVERIFY(send(*sink, m_uploads, 2, m_uploads.size()));
        QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void saysThatTheDiskIsFull_data() { formats(); }

    void saysThatTheDiskIsFull()
    {
        const QString mount = m_dir->filePath(u"small"_s);
        QVERIFY(QDir().mkdir(mount));
        const QStringList options{u"-t"_s, u"tmpfs"_s, u"-o"_s, u"size=3m"_s, u"tmpfs"_s, mount};
        if (QProcess::execute(u"mount"_s, options) != 0)
            QSKIP("needs the right to mount");
        m_image = samples::noise(6 * mib, 9);
        m_uploads = samples::uploadsOf(m_image);
        QFETCH(QString, name);
        FailureCode code = FailureCode::Internal;
        {
            const SinkPtr sink = opened(mount + u'/' + name);
            if (sink && sink->setSize(m_image.size())) {
                for (const Upload &upload : m_uploads) {
                    const auto taken = sink->append(upload.index, upload.record, upload.frame);
                    if (!taken) {
                        code = taken.failure().code;
                        break;
                    }
                }
            }
        }
        const QStringList left = QDir(mount).entryList(QDir::Files);
        QCOMPARE(QProcess::execute(u"umount"_s, {mount}), 0);
        QCOMPARE(code, FailureCode::StorageFull);
        QVERIFY(!left.contains(name));
        QVERIFY(left.contains(name + u".part"_s));
    }

private:
    static void formats()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("pack") << u"a.img.zst"_s;
        QTest::newRow("raw") << u"a.img"_s;
    }

    QString target()
    {
        QFETCH(QString, name);
        return m_dir->filePath(name);
    }

    QString made(const QString &name)
    {
        const QString path = m_dir->filePath(name);
        completes(path);
        return path;
    }

    // Leaves a backup with its first records durable, each by a sync of its own.
    void half(const QString &path, size_t records = 4)
    {
        const SinkPtr sink = opened(path);
        QVERIFY(sink && sink->setSize(m_image.size()));
        for (size_t i = 0; i < records; ++i)
            QVERIFY(send(*sink, m_uploads, i, i + 1) && sink->sync());
    }

    // Does what a client does that comes back: asks for `next` and sends the rest.
    void completes(const QString &path)
    {
        const SinkPtr sink = opened(path);
        QVERIFY(sink);
        QVERIFY(sink->setSize(m_image.size()).ok());
        size_t record = 0;
        while (record + 1 < m_uploads.size() && m_uploads[record + 1].index <= sink->next())
            ++record;
        QVERIFY(send(*sink, m_uploads, record, m_uploads.size()));
        const auto result = sink->commit(samples::claimOf(m_image));
        QVERIFY2(result.ok(), result ? "" : qPrintable(result.failure().detail));
        QCOMPARE(unpacked(path), m_image);
    }

    static void refuses(BackupSink &sink, const Upload &upload, FailureCode code)
    {
        const auto taken = sink.append(upload.index, upload.record, upload.frame);
        QVERIFY(!taken.ok());
        QCOMPARE(taken.failure().code, code);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    QByteArray m_image;
    std::vector<Upload> m_uploads;
};

QTEST_GUILESS_MAIN(TestBackupSink)
#include "tst_backup_sink.moc"
