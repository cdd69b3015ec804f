// SPDX-License-Identifier: GPL-3.0-or-later
// The store with files that are damaged, foreign, read-only or full.
#include "core/lost_history.h"
#include "core/store_bench.h"

#include <QDir>

#include <atomic>
#include <sys/mount.h>
#include <thread>
#include <vector>

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

    void setsADamagedDatabaseAside_data()
    {
        QTest::addColumn<int>("how");
        QTest::addColumn<int>("least"); // of 200 jobs, read from it again
        QTest::newRow("no database") << 0 << 0;
        QTest::newRow("overwritten in the middle") << 1 << 100;
        QTest::newRow("cut") << 2 << 50;
        QTest::newRow("a version that there never was") << 3 << 200;
        QTest::newRow("a table is missing") << 4 << 200;
        QTest::newRow("older than its tables") << 5 << 200;
    }

    // The station starts, what was there is kept to the byte, and people hear of it.
    void setsADamagedDatabaseAside()
    {
        QFETCH(int, how);
        QFETCH(int, least);
        {
            const auto store = opened();
            for (int i = 0; i < 200; ++i)
                store->save(sampleJob(u"job %1"_s.arg(i)));
        }
        damage(how);
        const QByteArray before = contents(m_path);
        qsizetype jobs = 0;
        {
            const auto store = opened();
            QVERIFY(store);
            jobs = loaded(*store).jobs.size();
            QVERIFY2(jobs >= least, qPrintable(QString::number(jobs)));
            const auto notice = store->takeError();
            QVERIFY(notice);
            QCOMPARE(notice->code, FailureCode::DatabaseDamaged);
            QVERIFY(notice->detail.contains(u"Lost: "_s) || how == 3 || how == 5);
            const QStringList kept = asides();
            QCOMPARE(kept.size(), 1);
            QVERIFY(notice->detail.contains(kept[0]));
            // One that only shows its damage when it is read may have been tidied up by then.
            if (how != 4)
                QCOMPARE(contents(m_dir->filePath(kept[0])), before);
            QVERIFY(!store->takeError());
            store->save(sampleJob(u"new"_s));
        }
        QCOMPARE(loaded(*opened()).jobs.size(), jobs + 1);
        QCOMPARE(asides().size(), 1);
    }

    // The log of the damaged one does not find its way into the new one.
    void beginsWithoutTheLogOfADamagedDatabase()
    {
        {
            const auto store = opened();
            for (int i = 0; i < 200; ++i)
                store->save(sampleJob(u"job %1"_s.arg(i)));
        }
        const auto store = opened();
        store->save(sampleJob(u"j"_s));
        store->flush();
        const QString copy = m_dir->filePath(u"copy.db"_s);
        QVERIFY(QFile::copy(m_path, copy));
        QVERIFY(QFile::copy(m_path + u"-wal"_s, copy + u"-wal"_s));
        QFile file(copy);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(file.size() / 2));
        file.write(QByteArray(9'000, '\x5a'));
        file.close();
        const auto again = opened(copy);
        QVERIFY(again);
        // It is read along with the old one, of which it is a part.
        QVERIFY(loaded(*again).jobs.size() > 100);
        const auto notice = again->takeError();
        QVERIFY(notice && notice->code == FailureCode::DatabaseDamaged);
        const QStringList kept =
            QDir(m_dir->path()).entryList({u"copy.db.damaged-*"_s}, QDir::Files);
        QVERIFY(!kept.isEmpty());
        QVERIFY(QFileInfo(m_dir->filePath(kept[0])).size() >= file.size());
    }

    void keepsTheLogOfAnEmptiedDatabase_data()
    {
        QTest::addColumn<bool>("removed");
        QTest::newRow("empty") << false;
        QTest::newRow("missing") << true;
    }

    // SQLite itself would remove it.
    void keepsTheLogOfAnEmptiedDatabase()
    {
        QFETCH(bool, removed);
        const auto store = opened();
        store->save(sampleJob(u"j"_s));
        store->flush();
        const QString copy = m_dir->filePath(u"copy.db"_s);
        QVERIFY(QFile::copy(m_path + u"-wal"_s, copy + u"-wal"_s));
        QFile empty(copy);
        QVERIFY(removed || empty.open(QIODevice::WriteOnly));
        const auto again = opened(copy);
        QVERIFY(again);
        const auto notice = again->takeError();
        QVERIFY(notice && notice->code == FailureCode::DatabaseDamaged);
        QCOMPARE(loaded(*again).jobs.size(), 1); // all of it was in the log
        QCOMPARE(QDir(m_dir->path()).entryList({u"copy.db.damaged-*-wal"_s}, QDir::Files).size(),
                 1);
    }

    // As at the very first start: nothing was lost, so nothing is said.
    void saysNothingOfAnEmptyFile()
    {
        QFile empty(m_path);
        QVERIFY(empty.open(QIODevice::WriteOnly));
        empty.close();
        QVERIFY(!opened()->takeError());
        QVERIFY(asides().isEmpty());
    }

    void neverReplacesWhatWasSetAside()
    {
        for (int i = 1; i <= 3; ++i) {
            {
                QFile file(m_path);
                QVERIFY(file.open(QIODevice::WriteOnly));
                file.write(QByteArray(10'000 + i, 'x'));
            }
            QVERIFY(opened());
            QCOMPARE(asides().size(), i);
        }
    }

    void refusesANewerVersion()
    {
        (void)opened();
        execute(m_path, u"PRAGMA user_version = 1000"_s);
        refuses(m_path, u"newer"_s);
    }

    void leavesOutARowThatItDoesNotKnow_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("word");
        QTest::newRow("state") << u"UPDATE job SET state = 'pondering' WHERE id = 'bad'"_s
                               << u"pondering"_s;
        QTest::newRow("outcome") << u"UPDATE job SET outcome = '' WHERE id = 'bad'"_s
                                 << u"outcome"_s;
        QTest::newRow("no mac") << u"UPDATE job SET mac = 'xx' WHERE id = 'bad'"_s << u"mac"_s;
        QTest::newRow("blob") << u"UPDATE job SET kind = x'ff00' WHERE id = 'bad'"_s << u"kind"_s;
        QTest::newRow("device") << u"UPDATE device SET level = 'Full' WHERE mac LIKE '%02'"_s
                                << u"level"_s;
        QTest::newRow("image") << u"UPDATE image SET failure_code = 'later' WHERE id = 'bad'"_s
                               << u"later"_s;
    }

    // A newer version's word, a flipped bit: it costs that row, which stays in the file.
    void leavesOutARowThatItDoesNotKnow()
    {
        QFETCH(QString, sql);
        QFETCH(QString, word);
        {
            const auto store = opened();
            for (const QString &id : {u"good"_s, u"bad"_s}) {
                store->save(sampleJob(id));
                store->save(sampleImage(id));
            }
            store->save(sampleDevice(1));
            store->save(sampleDevice(2));
        }
        execute(m_path, sql);
        for (int start = 0; start < 2; ++start) {
            const auto store = opened();
            const auto snapshot = store->load();
            QVERIFY(snapshot.ok());
            QCOMPARE(snapshot->jobs.size() + snapshot->images.size() + snapshot->devices.size(), 5);
            const auto notice = store->takeError();
            QVERIFY(notice);
            QCOMPARE(notice->code, FailureCode::DatabaseDamaged);
            QVERIFY2(notice->detail.contains(word), qPrintable(notice->detail));
            QVERIFY(!store->takeError());
        }
        QVERIFY(asides().isEmpty());
    }

    void doubtsTheHistoryOnce_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("doubted");
        QTest::newRow("job") << u"UPDATE job SET state = 'pondering'"_s << true;
        QTest::newRow("device") << u"UPDATE device SET level = 'Full'"_s << true;
        QTest::newRow("image") << u"UPDATE image SET state = 'odd'"_s << false;
        QTest::newRow("none") << u"UPDATE job SET id = id"_s << false;
    }

    // Automatic mode waits when rows are left out, until the operator has decided.
    void doubtsTheHistoryOnce()
    {
        QFETCH(QString, sql);
        QFETCH(bool, doubted);
        {
            const auto store = opened();
            store->save(sampleJob(u"j"_s));
            store->save(sampleImage(u"i"_s));
            store->save(sampleDevice(1));
        }
        execute(m_path, sql);
        for (int start = 0; start < 2; ++start) {
            const auto store = opened();
            const QString value = loaded(*store).settings.value(lostHistoryKey);
            QCOMPARE(value, doubted ? QString(historyWasLost) : QString());
        }
        {
            const auto store = opened();
            (void)store->load();
            store->saveSetting(lostHistoryKey, {});
        }
        QVERIFY(loaded(*opened()).settings.value(lostHistoryKey).isEmpty());
    }

    // One that is whole again says nothing against those that were decided about.
    void doubtsRowsThatAreNewToIt()
    {
        {
            const auto store = opened();
            for (const QString &id : {u"a"_s, u"b"_s, u"c"_s})
                store->save(sampleJob(id));
        }
        execute(m_path, u"UPDATE job SET state = 'pondering' WHERE id != 'c'"_s);
        {
            const auto store = opened();
            QCOMPARE(loaded(*store).settings.value(lostHistoryKey), historyWasLost);
            store->saveSetting(lostHistoryKey, {});
            store->save(sampleJob(u"a"_s));
        }
        for (int start = 0; start < 2; ++start)
            QVERIFY(loaded(*opened()).settings.value(lostHistoryKey).isEmpty());
        execute(m_path, u"UPDATE job SET state = 'pondering' WHERE id = 'c'"_s);
        QCOMPARE(loaded(*opened()).settings.value(lostHistoryKey), historyWasLost);
    }

    void namesSomeOfManyRows()
    {
        {
            const auto store = opened();
            for (int i = 0; i < 20; ++i)
                store->save(sampleJob(u"job%1"_s.arg(i)));
        }
        execute(m_path, u"UPDATE job SET state = 'pondering'"_s);
        const auto store = opened();
        QVERIFY(loaded(*store).jobs.isEmpty());
        const auto notice = store->takeError();
        QVERIFY(notice && notice->detail.contains(u"job0"_s));
        QVERIFY(notice->detail.contains(u"15 more"_s));
        QVERIFY(notice->detail.size() < 1000);
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

    void tellsWhoseRowWasDropped_data()
    {
        QTest::addColumn<bool>("othersFirst"); // ask before who has lost a row
        QTest::newRow("others ask later") << false;
        QTest::newRow("others ask first") << true;
    }

    // Whoever asks for his job's row hears of that one, and of no other.
    void tellsWhoseRowWasDropped()
    {
        QFETCH(bool, othersFirst);
        const auto store = opened();
        execute(m_path, u"CREATE TRIGGER no BEFORE INSERT ON job WHEN NEW.id = 'bad' "
                        "BEGIN SELECT RAISE(ABORT, 'not this one'); END"_s);
        store->save(sampleJob(u"bad"_s));
        store->save(sampleJob(u"good"_s));
        if (othersFirst) {
            QVERIFY(!store->flush()); // of everything
            QVERIFY(store->flush(u"good"_s));
        }
        QVERIFY(!store->flush(u"bad"_s));
        QVERIFY(!store->flush(u"bad"_s)); // it is not there still
        QVERIFY(store->flush(u"good"_s));
        QCOMPARE(store->flush(), othersFirst); // told once
        execute(m_path, u"DROP TRIGGER no"_s);
        store->save(sampleJob(u"bad"_s));
        QVERIFY(store->flush(u"bad"_s));
        QVERIFY(store->flush());
    }

    // Many at once, while rows are dropped all the time.
    void tellsEachOfManyItsOwn()
    {
        const auto store = opened();
        execute(m_path, u"CREATE TRIGGER no BEFORE INSERT ON job WHEN NEW.id LIKE 'bad%' "
                        "BEGIN SELECT RAISE(ABORT, 'not this one'); END"_s);
        std::atomic<int> wrong = 0;
        {
            std::vector<std::jthread> threads;
            for (const QString &name : {u"good"_s, u"bad"_s, u"good too"_s, u"bad too"_s}) {
                threads.emplace_back([&store, &wrong, name] {
                    for (int i = 0; i < 50; ++i) {
                        const QString id = u"%1 %2"_s.arg(name).arg(i);
                        store->save(sampleJob(id));
                        wrong += store->flush(id) == name.startsWith(u"bad"_s) ? 1 : 0;
                    }
                });
            }
        }
        QCOMPARE(wrong.load(), 0);
        QCOMPARE(loaded(*store).jobs.size(), 100);
    }

    void tellsWhoseRowFoundNoRoom()
    {
        const auto store = opened();
        store->save(sampleJob(u"first"_s));
        QVERIFY(store->flush(u"first"_s));
        withoutRoom([&store] {
            store->save(sampleJob(u"second"_s));
            QVERIFY(!store->flush(u"second"_s));
            QVERIFY(store->flush(u"first"_s)); // was there before
            QVERIFY(!store->flush());
        });
        QVERIFY(store->flush(u"second"_s));
    }

    void startsOnAFullDisk_data()
    {
        QTest::addColumn<bool>("reserved");
        QTest::newRow("with its reserve") << true;
        QTest::newRow("without") << false;
    }

    // What is there can be read, and once images are removed all is well again.
    void startsOnAFullDisk()
    {
        QFETCH(bool, reserved);
        const QByteArray disk = m_dir->filePath(u"disk"_s).toLocal8Bit();
        QVERIFY(QDir().mkpath(QString::fromLocal8Bit(disk)));
        if (mount("tmpfs", disk.constData(), "tmpfs", 0, "size=64m") != 0)
            QSKIP("needs the right to mount");
        const QString path = m_dir->filePath(u"disk/station.db"_s);
        [&] {
            {
                const auto store = opened(path);
                store->save(sampleJob(u"first"_s));
            }
            QVERIFY(QFile::exists(path + u"-reserve"_s));
            QVERIFY(reserved || QFile::remove(path + u"-reserve"_s));
            const QString fill = m_dir->filePath(u"disk/fill"_s);
            fillUp(fill);
            const auto store = opened(path);
            QVERIFY(store);
            QCOMPARE(loaded(*store).jobs.size(), 1);
            store->save(sampleJob(u"second"_s));
            store->flush();
            const auto error = store->takeError();
            QCOMPARE(error.has_value(), !reserved); // nothing was refused thanks to the reserve
            QVERIFY(!error || error->code == FailureCode::StorageFull);
            QVERIFY(QFile::remove(fill));
            store->flush();
            QCOMPARE(loaded(*store).jobs.size(), 2);
        }();
        QCOMPARE(umount(disk.constData()), 0);
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

private:
    QStringList asides() const
    {
        return QDir(m_dir->path()).entryList({u"station.db.damaged-*"_s}, QDir::Files);
    }

    void damage(int how)
    {
        if (how == 0 || how == 1) {
            QFile file(m_path);
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(file.seek(how == 0 ? 0 : file.size() / 2));
            file.write(QByteArray(9'000, '\x5a'));
        } else if (how == 2) {
            QVERIFY(QFile::resize(m_path, QFileInfo(m_path).size() / 2 + 100));
        } else if (how == 3) {
            execute(m_path, u"PRAGMA user_version = -5"_s);
        } else if (how == 4) {
            execute(m_path, u"DROP TABLE image"_s);
        } else {
            execute(m_path, u"PRAGMA user_version = 2"_s);
        }
    }

    static void fillUp(const QString &path)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        while (file.write(QByteArray(4096, 'x')) == 4096) {
        }
    }
};

QTEST_GUILESS_MAIN(TestStoreFaults)
#include "tst_store_faults.moc"
