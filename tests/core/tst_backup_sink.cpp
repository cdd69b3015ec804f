// SPDX-License-Identifier: GPL-3.0-or-later
// The full level: records in, a checked and flushed file out, whatever happens in between.
#include "core/sink_bench.h"

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using samples::Upload;
using namespace bench;

class TestBackupSink : public SinkBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

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

    void refusesAWrongClaim_data() { formats(); }

    void refusesAWrongClaim()
    {
        const QString path = target();
        const SinkPtr sink = opened(path);
        QCOMPARE(sink->commit(samples::claimOf(m_image)).failure().code,
                 FailureCode::BackupTruncated); // nothing came: it is begun anew
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
            QCOMPARE(refused.failure().code, FailureCode::FileTooLarge);
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
};

QTEST_GUILESS_MAIN(TestBackupSink)
#include "tst_backup_sink.moc"
