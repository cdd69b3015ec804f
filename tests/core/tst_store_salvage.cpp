// SPDX-License-Identifier: GPL-3.0-or-later
// What a damaged database still gives: all but what lay in the damaged pages, and words for that.
#include "core/lost_history.h"
#include "core/store_bench.h"

#include <QDir>

#include <algorithm>
#include <random>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using namespace bench;

namespace
{

constexpr qint64 page = 4096;    // SQLite's default
constexpr qint64 rootOfJobs = 4; // leads to all of that table's pages; without it they are lost
constexpr int jobs = 400;
constexpr int devices = 90;
constexpr int images = 5;

// PRAGMA user_version in the header, https://sqlite.org/fileformat.html
constexpr qint64 versionAt = 60;

QString jobName(int n)
{
    return u"job %1"_s.arg(n, 3, 10, QLatin1Char('0'));
}

} // namespace

class TestStoreSalvage : public StoreBench
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        prepare();
        const auto store = opened();
        for (int i = 0; i < jobs; ++i)
            store->save(sampleJob(jobName(i)));
        for (int i = 0; i < devices; ++i)
            store->save(sampleDevice(i));
        for (int i = 0; i < images; ++i)
            store->save(sampleImage(u"image %1"_s.arg(i)));
        store->saveSetting(u"max-deploys"_s, u"7"_s);
    }

    void readsPastDamagedPages_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 24; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }

    // Up to six pages of noise: what is read is to the letter what was written.
    void readsPastDamagedPages()
    {
        QFETCH(int, seed);
        std::mt19937 random{std::mt19937::result_type(seed)};
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        const qint64 pages = file.size() / page;
        QVERIFY(pages > 50);
        for (int i = 0; i <= seed % 6; ++i) {
            QByteArray noise(page, '\0');
            std::generate(noise.begin(), noise.end(), [&] { return char(random()); });
            const qint64 hit = qint64(random() % quint32(pages));
            QVERIFY(file.seek((hit == rootOfJobs ? hit + 1 : hit) * page));
            QCOMPARE(file.write(noise), page);
        }
        file.close();
        const auto store = opened();
        QVERIFY(store);
        const Snapshot snapshot = loaded(*store);
        // Some 10 rows of a job lie in a page; one that leads to others costs no more where the
        // index of the keys is whole.
        QVERIFY2(snapshot.jobs.size() >= jobs / 4, qPrintable(lengths(snapshot)));
        for (const Job &job : snapshot.jobs)
            compare(job, sampleJob(job.id));
        for (const Device &device : snapshot.devices)
            QVERIFY(device.serial == sampleDevice(1).serial || isOnlyNamed(device));
        tellsWhatIsMissing(*store, snapshot);
    }

    void readsPastFlippedBytes_data() { readsPastDamagedPages_data(); }

    // Bytes within pages: what SQLite notices is lost, and nothing ends the program.
    void readsPastFlippedBytes()
    {
        QFETCH(int, seed);
        std::mt19937 random{std::mt19937::result_type(seed)};
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        for (int i = 0; i < 5 * seed; ++i) {
            // Half of them within the first bytes of a page, which tell of all the others.
            const qint64 at = qint64(random() % quint32(file.size() / page)) * page +
                              qint64(random() % (i % 2 == 0 ? 64 : page));
            if (at >= versionAt && at < versionAt + 4)
                continue; // a newer station's, which is refused and left alone
            char byte = 0;
            QVERIFY(file.seek(at) && file.getChar(&byte) && file.seek(at));
            QVERIFY(file.putChar(char(byte ^ (1 << random() % 8))));
        }
        file.close();
        const auto store = opened();
        QVERIFY(store);
        const Snapshot snapshot = loaded(*store);
        qInfo("%s", qPrintable(lengths(snapshot)));
        store->save(sampleJob(u"new"_s));
        QVERIFY(store->flush());
        QVERIFY(!snapshot.jobs.isEmpty() || store->takeError());
    }

    // The page that tells where the tables are.
    void doesWithoutTheFirstPage_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("bytes");
        QTest::newRow("its first bytes") << 0 << 16;
        QTest::newRow("the list of tables") << 100 << 3000;
        QTest::newRow("all of it") << 0 << int(page);
    }

    void doesWithoutTheFirstPage()
    {
        QFETCH(int, from);
        QFETCH(int, bytes);
        overwrite(from, bytes);
        const auto store = opened();
        QVERIFY(store);
        const Snapshot snapshot = loaded(*store);
        QCOMPARE(snapshot.jobs.size(), jobs);
        QCOMPARE(snapshot.devices.size(), devices);
        QCOMPARE(snapshot.images.size(), images);
        QCOMPARE(snapshot.settings.value(u"max-deploys"_s), u"7"_s);
        tellsWhatIsMissing(*store, snapshot);
    }

    // One bit of its header, and all that is written fails.
    void setsAsideWhatSaysThatItIsReadOnly()
    {
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(18) && file.putChar(66));
        file.close();
        const auto store = opened();
        QVERIFY(store);
        const Snapshot snapshot = loaded(*store);
        QCOMPARE(snapshot.jobs.size(), jobs);
        store->save(sampleJob(u"new"_s));
        QVERIFY(store->flush());
    }

    // An older version's table has not all columns.
    void readsAnOlderVersion()
    {
        execute(m_path, u"ALTER TABLE job DROP COLUMN warnings"_s);
        execute(m_path, u"PRAGMA user_version = -1"_s);
        const auto store = opened();
        QVERIFY(store);
        const Snapshot snapshot = loaded(*store);
        QCOMPARE(snapshot.jobs.size(), jobs);
        QVERIFY(snapshot.jobs[0].warnings.isEmpty());
        QCOMPARE(snapshot.jobs[0].path, sampleJob({}).path);
    }

    void namesALostDevice()
    {
        execute(m_path, u"UPDATE device SET level = 'odd' WHERE mac LIKE '%:05'"_s);
        execute(m_path, u"PRAGMA user_version = -1"_s);
        const auto store = opened();
        const Snapshot snapshot = loaded(*store);
        QCOMPARE(snapshot.devices.size(), devices);
        QCOMPARE(snapshot.devices.last().mac, mac(5));
        QVERIFY(isOnlyNamed(snapshot.devices.last())); // and automatic mode leaves it alone
        QCOMPARE(snapshot.settings.value(lostHistoryKey), historyWasLost);
        const auto notice = store->takeError();
        QVERIFY(notice);
        QVERIFY2(notice->detail.contains(u"Lost: device dc:a6:32:00:00:05"_s),
                 qPrintable(notice->detail));
        QVERIFY(notice->detail.contains(u"devices 89, jobs 400, images 5, settings 1."_s));
    }

    void saysWhetherTheHistoryIsWhole_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("lost");
        QTest::newRow("whole") << u"UPDATE image SET id = id"_s << false;
        QTest::newRow("an image") << u"UPDATE image SET state = 'odd' WHERE id = 'image 1'"_s
                                  << false;
        QTest::newRow("a job") << u"UPDATE job SET state = 'odd' WHERE id = 'job 001'"_s << true;
        QTest::newRow("all jobs") << u"DROP TABLE job"_s << true;
        QTest::newRow("all devices") << u"DROP TABLE device"_s << true;
        QTest::newRow("all settings") << u"DROP TABLE setting"_s << true;
    }

    // Without that nobody knows which devices are done.
    void saysWhetherTheHistoryIsWhole()
    {
        QFETCH(QString, sql);
        QFETCH(bool, lost);
        execute(m_path, sql);
        execute(m_path, u"PRAGMA user_version = -1"_s);
        const auto store = opened();
        QVERIFY(store);
        QCOMPARE(loaded(*store).settings.contains(lostHistoryKey), lost);
    }

    void saysThatNothingCanBeRead()
    {
        overwrite(0, int(QFileInfo(m_path).size()));
        const auto store = opened();
        QVERIFY(store);
        const Snapshot snapshot = loaded(*store);
        QVERIFY(snapshot.jobs.isEmpty());
        QCOMPARE(snapshot.settings.value(lostHistoryKey), historyWasLost);
        const auto notice = store->takeError();
        QVERIFY2(notice && notice->detail.contains(u"Lost: "_s), qPrintable(notice->detail));
    }

private:
    void overwrite(int from, int bytes) const
    {
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(from));
        QCOMPARE(file.write(QByteArray(bytes, '\x5a')), bytes);
    }

    // Of a lost row nothing but its key was there to be read.
    static bool isOnlyNamed(const Device &device)
    {
        return device.serial.isEmpty() && !device.isRegistered() && !device.armed;
    }

    static qsizetype readDevices(const Snapshot &snapshot)
    {
        return snapshot.devices.size() -
               std::count_if(snapshot.devices.begin(), snapshot.devices.end(), isOnlyNamed);
    }

    static QString lengths(const Snapshot &snapshot)
    {
        return u"%1 jobs, %2 devices, %3 images"_s.arg(snapshot.jobs.size())
            .arg(readDevices(snapshot))
            .arg(snapshot.images.size());
    }

    // Nothing is missing without a word, and nothing of the copies that were read stays.
    void tellsWhatIsMissing(Store &store, const Snapshot &snapshot) const
    {
        QCOMPARE(QDir(m_dir->path()).entryList({u"*-salvage-*"_s}).size(), 0);
        const bool missing = snapshot.jobs.size() < jobs || readDevices(snapshot) < devices ||
                             snapshot.images.size() < images ||
                             !snapshot.settings.contains(u"max-deploys"_s);
        const auto notice = store.takeError();
        QVERIFY(notice || !missing);
        if (!notice)
            return; // the noise fell on pages that are not used
        QCOMPARE(notice->code, FailureCode::DatabaseDamaged);
        QVERIFY2(notice->detail.contains(u"Lost: "_s) == missing, qPrintable(notice->detail));
        const QString counts = u"devices %1, jobs %2, images %3"_s.arg(readDevices(snapshot))
                                   .arg(snapshot.jobs.size())
                                   .arg(snapshot.images.size());
        QVERIFY2(notice->detail.contains(counts), qPrintable(notice->detail));
    }
};

QTEST_GUILESS_MAIN(TestStoreSalvage)
#include "tst_store_salvage.moc"
