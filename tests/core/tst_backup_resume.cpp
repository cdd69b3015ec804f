// SPDX-License-Identifier: GPL-3.0-or-later
// Backups that are left and come back: after a cut, a crash, with a torn journal.
#include "core/sink_bench.h"

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using samples::Upload;
using namespace bench;

class TestBackupResume : public SinkBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

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
        const SinkPtr begun = opened(m_dir->filePath(u"begun.img"_s));
        const qsizetype header =
            samples::readFile(m_dir->filePath(u"begun.img.part.journal"_s)).size();
        QVERIFY(header > 0);
        for (qsizetype length = whole.size(); length >= header; length -= 7) {
            QVERIFY(samples::writeFile(journal, whole.first(length)));
            // What was never flushed may be anything.
            QVERIFY(samples::writeFile(path + u".part"_s, part + QByteArray(5000, '\xee')));
            const auto contents = BackupJournal::read(journal);
            const SinkPtr sink = opened(path);
            QVERIFY(sink);
            QCOMPARE(sink->next(), contents ? contents->chunks.count() : 0);
        }
        // From the last, emptiest one to the end.
        completes(path);
    }

    // Five bytes of a device's claim cost neither disk nor journal, and are not forgotten.
    void zerosCostNothingBeforeSomethingFollows()
    {
        constexpr quint64 chunks = 2'097'152; // 2 TiB
        const QString path = m_dir->filePath(u"a.img.zst"_s);
        protocol::UploadRecord zeros;
        zeros.zeroChunks = quint32(chunks);
        {
            const SinkPtr sink = opened(path);
            QVERIFY(sink->setSize(qint64(chunks) * mib).ok());
            QCOMPARE(*sink->append(0, zeros, {}), chunks);
            QCOMPARE(*sink->sync(), chunks);
        }
        QCOMPARE(QFileInfo(path + u".part"_s).size(), 0);
        QVERIFY(QFileInfo(path + u".part.journal"_s).size() < 300);
        const SinkPtr sink = opened(path);
        QCOMPARE(sink->next(), chunks);
        // Sent again it is checked, as ever.
        QCOMPARE(*sink->append(0, zeros, {}), chunks);
        protocol::UploadRecord data = m_uploads[0].record;
        QCOMPARE(sink->append(5, data, m_uploads[0].frame).failure().code,
                 FailureCode::BackupMismatch);
    }

    // Zeros at the end, the last chunk of them short, over a restart and with more behind.
    void zerosAtTheEndAreMadeAnew()
    {
        m_image = samples::noise(mib, 1) + QByteArray(5 * mib, '\0') + samples::noise(mib, 2) +
                  QByteArray(3 * mib + 100, '\0');
        m_uploads = samples::uploadsOf(m_image);
        for (const char *name : {"a.img.zst", "a.img"}) {
            const QString path = m_dir->filePath(QString::fromLatin1(name));
            for (size_t end = 0; end <= m_uploads.size(); ++end) {
                const SinkPtr sink = opened(path);
                QVERIFY(sink->setSize(m_image.size()).ok());
                QCOMPARE(sink->next(), end > 0 ? next(end) : 0);
                if (end < m_uploads.size())
                    QVERIFY(send(*sink, m_uploads, end, end + 1));
                QVERIFY(sink->sync().ok());
            }
            const SinkPtr sink = opened(path);
            QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
            QCOMPARE(unpacked(path), m_image);
        }
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
    void beginsAStaleJournalAnew()
    {
        const QString path = m_dir->filePath(u"a.img.zst"_s);
        half(path);
        QVERIFY(QFile::remove(path + u".part"_s));
        const SinkPtr sink = opened(path);
        QCOMPARE(sink->next(), quint64(0));
        const auto journal = BackupJournal::read(path + u".part.journal"_s);
        QVERIFY(journal && journal->chunks.count() == 0);
    }

    // Without a whole header nobody knows whose the .part is.
    void leavesAPartWithoutAProof_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("no journal") << 0;
        QTest::newRow("empty journal") << 1;
        QTest::newRow("torn header") << 2;
        QTest::newRow("one bit of it flipped") << 3;
        QTest::newRow("of another file") << 4;
    }

    void leavesAPartWithoutAProof()
    {
        QFETCH(int, how);
        const QString path = m_dir->filePath(u"a.img"_s);
        half(path);
        const QString journal = path + u".part.journal"_s;
        QByteArray proof = samples::readFile(journal);
        if (how == 0)
            QVERIFY(QFile::remove(journal));
        else if (how == 4)
            QVERIFY(QFile::copy(path + u".part"_s, path + u".copy"_s) &&
                    QFile::rename(path + u".part"_s, path + u".away"_s) &&
                    QFile::rename(path + u".copy"_s, path + u".part"_s));
        else
            proof = how == 1 ? QByteArray() : how == 2 ? proof.first(60) : proof;
        if (how == 3)
            proof[20] = char(proof[20] ^ 1);
        if (how > 0 && how < 4)
            QVERIFY(samples::writeFile(journal, proof));
        const QByteArray part = samples::readFile(path + u".part"_s);
        const auto sink = BackupSink::open(path, true);
        QVERIFY(!sink.ok());
        QCOMPARE(sink.failure().code, FailureCode::DestinationUnwritable);
        QVERIFY(sink.failure().detail.contains(u"a.img.part"_s));
        QCOMPARE(samples::readFile(path + u".part"_s), part);
    }

    // A crash between the exchange of the two names and the removal of what was replaced.
    void knowsWhatItHasReplaced()
    {
        const QString path = m_dir->filePath(u"a.img"_s);
        QVERIFY(samples::writeFile(path, "old"));
        {
            const SinkPtr sink = opened(path, true);
            QVERIFY(sink && sink->setSize(m_image.size()));
            QVERIFY(send(*sink, m_uploads, 0, m_uploads.size()) && sink->sync());
        }
        BackupJournal journal(path + u".part.journal"_s);
        QVERIFY(journal.resume(*BackupJournal::read(path + u".part.journal"_s)).ok());
        QVERIFY(journal.noteReplaced(fileIdentity(path)).ok());
        QVERIFY(exchangeFiles(path, path + u".part"_s));
        const SinkPtr again = opened(path, true);
        QVERIFY(again);
        QCOMPARE(again->next(), quint64(0));
        QCOMPARE(samples::readFile(path), m_image); // until the new one takes its place
        again->discard();
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files), QStringList(u"a.img"_s));
    }

    // A crash between the pack's tail and the rename.
    void resumesBehindAFinishedPack()
    {
        const QString path = made(u"a.img.zst"_s);
        const QString other = m_dir->filePath(u"b.img.zst"_s);
        m_uploads = samples::uploadsOf(m_image);
        half(other, m_uploads.size());
        // Into the same file: a copy would be another.
        QVERIFY(samples::writeFile(other + u".part"_s, samples::readFile(path)));
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

private:
    // The first chunk behind the first `count` uploads.
    [[nodiscard]] quint64 next(size_t count) const
    {
        return count < m_uploads.size() ? m_uploads[count].index
                                        : imaging::chunkCount(m_image.size());
    }
};

QTEST_GUILESS_MAIN(TestBackupResume)
#include "tst_backup_resume.moc"
