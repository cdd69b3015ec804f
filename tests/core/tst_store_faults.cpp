// SPDX-License-Identifier: GPL-3.0-or-later
// The store with files that are damaged, foreign, read-only or full.
#include "core/store_bench.h"

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Stage;
using namespace bench;

class TestStoreFaults : public StoreBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void survivesAKill()
    {
        const auto store = opened();
        store->save(sampleJob(u"j"_s));
        store->flush();
        // What a killed station leaves: the database with its write-ahead log, never closed.
        const QString copy = m_dir->filePath(u"copy.db"_s);
        QVERIFY(QFile::copy(m_path, copy));
        QVERIFY(QFile::copy(m_path + u"-wal"_s, copy + u"-wal"_s));
        const auto again = opened(copy);
        QCOMPARE(loaded(*again).jobs.size(), 1);
        again->save(sampleJob(u"k"_s));
        again->flush();
        QVERIFY(!again->takeError());
    }

    void survivesATornLog()
    {
        const auto store = opened();
        store->save(sampleJob(u"first"_s));
        store->flush();
        const qint64 whole = QFile(m_path + u"-wal"_s).size();
        store->save(sampleJob(u"second"_s));
        store->flush();
        const QString copy = m_dir->filePath(u"copy.db"_s);
        QVERIFY(QFile::copy(m_path, copy));
        QVERIFY(QFile::copy(m_path + u"-wal"_s, copy + u"-wal"_s));
        QVERIFY(QFile::resize(copy + u"-wal"_s, whole + 100));
        const Snapshot snapshot = loaded(*opened(copy));
        QCOMPARE(snapshot.jobs.size(), 1);
        QCOMPARE(snapshot.jobs[0].id, u"first"_s);
    }

    void refusesAFileThatIsNoDatabase()
    {
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(10'000, 'x'));
        file.close();
        refuses(m_path, u"not a database"_s);
    }

    void refusesADamagedDatabase()
    {
        {
            const auto store = opened();
            for (int i = 0; i < 200; ++i)
                store->save(sampleJob(u"job %1"_s.arg(i)));
        }
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(file.size() / 2));
        file.write(QByteArray(9'000, '\x5a'));
        file.close();
        refuses(m_path, u"station.db"_s);
    }

    void refusesANewerVersion()
    {
        (void)opened();
        execute(m_path, u"PRAGMA user_version = 1000"_s);
        refuses(m_path, u"newer"_s);
    }

    void refusesUnknownWords()
    {
        {
            const auto store = opened();
            store->save(sampleJob(u"j"_s));
        }
        execute(m_path, u"UPDATE job SET state = 'pondering'"_s);
        const auto snapshot = opened()->load();
        QVERIFY(!snapshot);
        QCOMPARE(snapshot.failure().code, FailureCode::StationIoError);
        QVERIFY(snapshot.failure().detail.contains(u"pondering"_s));
    }

    void refusesAReadOnlyFolder()
    {
        QVERIFY(chmod(m_dir->path().toLocal8Bit().constData(), 0555) == 0);
        const AsNobody nobody;
        refuses(m_path, u"Permission denied"_s);
    }

    void refusesAReadOnlyFile()
    {
        (void)opened();
        QVERIFY(chmod(m_path.toLocal8Bit().constData(), 0444) == 0);
        QVERIFY(chmod(m_dir->path().toLocal8Bit().constData(), 0555) == 0);
        const AsNobody nobody;
        refuses(m_path, u"Permission denied"_s);
    }

    void refusesAFolder() { refuses(m_dir->path(), m_dir->path()); }

    void refusesAMissingFolder()
    {
        refuses(m_dir->filePath(u"missing/station.db"_s), u"No such file"_s);
    }

    void leavesOutWhatCannotBeStored()
    {
        const auto store = opened();
        // A trigger stands for whatever the database refuses for good.
        execute(m_path, u"CREATE TRIGGER no BEFORE INSERT ON image WHEN NEW.id = 'bad' "
                        "BEGIN SELECT RAISE(ABORT, 'not this one'); END"_s);
        store->save(sampleImage(u"good"_s));
        store->save(sampleImage(u"bad"_s));
        store->save(sampleImage(u"good too"_s));
        store->flush();
        const auto error = store->takeError();
        QVERIFY(error);
        QVERIFY(error->detail.contains(u"not this one"_s));
        QVERIFY(!store->takeError());
        QCOMPARE(loaded(*store).images.size(), 2);
    }

    void triesAgainWhenTheDatabaseWasFull()
    {
        const auto store = opened();
        store->save(sampleJob(u"first"_s));
        store->flush();
        rlimitedSave(*store);
        const auto error = store->takeError();
        QVERIFY(error);
        store->flush(); // tries again
        QVERIFY(!store->takeError());
        QCOMPARE(loaded(*store).jobs.size(), 2);
    }
};

QTEST_GUILESS_MAIN(TestStoreFaults)
#include "tst_store_faults.moc"
