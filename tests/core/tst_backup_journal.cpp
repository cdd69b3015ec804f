// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_journal.h"

#include "imaging/samples.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace core;
using namespace Qt::StringLiterals;
using imaging::ChunkEntry;
using imaging::ChunkKind;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;

ChunkEntry data(int seed)
{
    return {ChunkKind::Data, imaging::Sha256::of(samples::view(samples::noise(16, quint32(seed))))};
}

} // namespace

class TestBackupJournal : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_path = m_dir->filePath(u"a.journal"_s);
    }

    void readsWhatWasWritten()
    {
        const QByteArray bytes = written();
        const auto contents = BackupJournal::parse(bytes);
        QVERIFY(contents);
        QCOMPARE(contents->format, BackupFormat::Pack);
        QCOMPARE(contents->size, 7 * mib + 512);
        QCOMPARE(contents->part, quint64(42));
        QCOMPARE(contents->replaced, quint64(0));
        QVERIFY(contents->chunks.entries() == m_entries);
        QVERIFY(contents->chunks.frames() == m_frames);
        QCOMPARE(contents->validBytes, bytes.size());
    }

    // A crash may leave any length of it: what counts is always a whole number of groups.
    void cutsATornTailAtEveryLength()
    {
        const QByteArray bytes = written();
        for (qsizetype length = 0; length < bytes.size(); ++length) {
            const auto contents = BackupJournal::parse(bytes.first(length));
            if (length < m_groupEnds[0]) {
                QVERIFY(!contents);
                continue;
            }
            QVERIFY(contents);
            size_t groups = 0;
            while (length >= m_groupEnds[groups + 1])
                ++groups;
            QCOMPARE(contents->chunks.count(), m_groupEntries[groups]);
            QCOMPARE(contents->validBytes, m_groupEnds[groups]);
            const auto entries = contents->chunks.entries();
            QVERIFY(std::equal(entries.begin(), entries.end(), m_entries.begin()));
        }
    }

    void noticesEveryFlippedByte()
    {
        const QByteArray bytes = written();
        for (qsizetype at = 0; at < bytes.size(); ++at) {
            QByteArray flipped = bytes;
            flipped[at] = char(flipped[at] ^ 0x10);
            const auto contents = BackupJournal::parse(flipped);
            if (at < m_groupEnds[0]) {
                QVERIFY(!contents);
                continue;
            }
            QVERIFY(contents);
            size_t group = 0;
            while (at >= m_groupEnds[group + 1])
                ++group;
            QCOMPARE(contents->chunks.count(), m_groupEntries[group]);
        }
    }

    void goesOnBehindATornTail()
    {
        const QByteArray bytes = written();
        QVERIFY(samples::writeFile(m_path, bytes.first(m_groupEnds[1] + 3)));
        BackupJournal journal(m_path);
        QVERIFY(journal.resume(*BackupJournal::read(m_path)).ok());
        QVERIFY(append(journal, m_groupEntries[1], m_groupEntries[3]));
        const auto contents = BackupJournal::read(m_path);
        QVERIFY(contents);
        QVERIFY(contents->chunks.entries() == m_entries);
    }

    // A group that the disk had no room for is written over by the next.
    void goesOnAfterAFailedAppend()
    {
        BackupJournal journal(m_path);
        QVERIFY(journal.create(BackupFormat::Pack, 7 * mib + 512, 42).ok());
        QVERIFY(append(journal, 0, 2));
        const qint64 before = QFile(m_path).size();
        rlimit limit{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &limit), 0);
        signal(SIGXFSZ, SIG_IGN);
        const rlimit tight{rlim_t(before + 20), limit.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
        const bool appended = append(journal, 2, 4);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &limit), 0);
        QVERIFY(!appended);
        QCOMPARE(BackupJournal::read(m_path)->chunks.count(), quint64(2));
        QVERIFY(append(journal, 2, 4));
        QCOMPARE(BackupJournal::read(m_path)->chunks.count(), quint64(4));
    }

    void refusesNonsense_data()
    {
        QTest::addColumn<quint64>("first");
        QTest::addColumn<int>("count");
        QTest::newRow("gap") << quint64(1) << 2;
        QTest::newRow("more than the image has") << quint64(0) << 9;
        QTest::newRow("empty") << quint64(0) << 0;
    }

    void refusesNonsense()
    {
        QFETCH(quint64, first);
        QFETCH(int, count);
        BackupJournal journal(m_path);
        QVERIFY(journal.create(BackupFormat::Pack, 7 * mib + 512, 42).ok());
        ChunkList chunks;
        for (int i = 0; i < int(first) + count; ++i)
            chunks.addData(data(1).digest, 100);
        QVERIFY(journal.append(first, chunks).ok());
        const auto contents = BackupJournal::read(m_path);
        QVERIFY(contents);
        QCOMPARE(contents->chunks.count(), quint64(0));
    }

    void refusesTooManyZeros_data()
    {
        QTest::addColumn<quint64>("zeros");
        QTest::addColumn<quint64>("taken");
        QTest::newRow("as many as there are") << quint64(8) << quint64(8);
        QTest::newRow("one too many") << quint64(9) << quint64(0);
        QTest::newRow("endless") << std::numeric_limits<quint64>::max() << quint64(0);
    }

    void refusesTooManyZeros()
    {
        QFETCH(quint64, zeros);
        BackupJournal journal(m_path);
        QVERIFY(journal.create(BackupFormat::Pack, 7 * mib + 512, 42).ok());
        ChunkList chunks;
        chunks.addZeros(zeros, 40);
        QVERIFY(journal.append(0, chunks).ok());
        const auto contents = BackupJournal::read(m_path);
        QVERIFY(contents);
        QTEST(contents->chunks.count(), "taken");
    }

    // Two million zero chunks are said in five bytes, and remembered in as few.
    void manyZerosCostNothing()
    {
        BackupJournal journal(m_path);
        QVERIFY(journal.create(BackupFormat::Raw, 2'097'152 * mib, 42).ok());
        ChunkList chunks;
        chunks.addZeros(1'000'000, 0);
        chunks.addData(data(1).digest, 0);
        chunks.addZeros(1'097'151, 0);
        QVERIFY(journal.append(0, chunks).ok());
        QVERIFY(QFile(m_path).size() < 300);
        const auto contents = BackupJournal::read(m_path);
        QVERIFY(contents);
        QCOMPARE(contents->chunks.count(), quint64(2'097'152));
        QVERIFY(!contents->chunks.firstOther(1'000'000, 1, data(1)));
    }

    void tellsWhatIsReplaced()
    {
        QVERIFY(!written().isEmpty());
        BackupJournal journal(m_path);
        QVERIFY(journal.resume(*BackupJournal::read(m_path)).ok());
        QVERIFY(journal.noteReplaced(77).ok());
        const auto contents = BackupJournal::read(m_path);
        QVERIFY(contents);
        QCOMPARE(contents->replaced, quint64(77));
        QCOMPARE(contents->part, quint64(42));
        QVERIFY(contents->chunks.entries() == m_entries);
    }

    // Before there are any groups, and behind some.
    void tellsWhatTheFirstDataAre()
    {
        QVERIFY(!written().isEmpty());
        BackupJournal journal(m_path);
        QVERIFY(journal.resume(*BackupJournal::read(m_path)).ok());
        FileProof proof{5 * mib, 4711, data(9).digest};
        QVERIFY(journal.noteProof(proof).ok());
        auto contents = BackupJournal::read(m_path);
        QVERIFY(contents && contents->proof.digest == proof.digest);
        QCOMPARE(contents->proof.from, proof.from);
        QCOMPARE(contents->proof.bytes, proof.bytes);
        QVERIFY(contents->chunks.entries() == m_entries);
        // No more than a frame can be, at no place that no image has.
        proof.bytes = qint64(protocol::maxFrameBytes) + 1;
        QVERIFY(journal.noteProof(proof).ok());
        QVERIFY(!BackupJournal::read(m_path));
        proof.bytes = 1;
        proof.from = -1;
        QVERIFY(journal.noteProof(proof).ok());
        QVERIFY(!BackupJournal::read(m_path));
    }

    // A journal of another size stood there: nothing of it is taken for the new one's.
    void beginsAnewInPlace()
    {
        QVERIFY(!written().isEmpty());
        BackupJournal journal(m_path);
        QVERIFY(journal.create(BackupFormat::Pack, 7 * mib + 512, 43).ok());
        const auto contents = BackupJournal::read(m_path);
        QVERIFY(contents && contents->chunks.count() == 0);
        QCOMPARE(contents->part, quint64(43));
    }

    void isMissing() { QVERIFY(!BackupJournal::read(m_path)); }

private:
    // Three groups over 8 chunks, ZERO ones among them.
    QByteArray written()
    {
        m_entries = {data(1), {}, {}, data(2), data(3), {}, data(4), data(5)};
        m_frames = {1000, 40, 40, 900, 800, 40, 1'056'768, 12};
        BackupJournal journal(m_path);
        m_groupEnds.clear();
        m_groupEntries.clear();
        const auto note = [this](size_t entries) {
            m_groupEnds.push_back(QFile(m_path).size());
            m_groupEntries.push_back(entries);
        };
        if (!journal.create(BackupFormat::Pack, 7 * mib + 512, 42))
            return {};
        note(0);
        for (const auto &[from, to] : {std::pair<size_t, size_t>{0, 3}, {3, 4}, {4, 8}}) {
            if (!append(journal, from, to))
                return {};
            note(to);
        }
        m_groupEnds.push_back(std::numeric_limits<qint64>::max());
        return samples::readFile(m_path);
    }

    bool append(BackupJournal &journal, size_t from, size_t to)
    {
        if (m_entries.empty()) {
            m_entries.resize(8);
            m_frames.resize(8, 40);
        }
        ChunkList chunks;
        for (size_t i = 0; i < to; ++i) {
            if (m_entries[i].kind == ChunkKind::Data)
                chunks.addData(m_entries[i].digest, m_frames[i]);
            else
                chunks.addZeros(1, m_frames[i]);
        }
        return journal.append(from, chunks).ok();
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_path;
    std::vector<ChunkEntry> m_entries;
    std::vector<quint32> m_frames;
    std::vector<qint64> m_groupEnds; // after the header, after each group, and infinity
    std::vector<size_t> m_groupEntries;
};

QTEST_GUILESS_MAIN(TestBackupJournal)
#include "tst_backup_journal.moc"
