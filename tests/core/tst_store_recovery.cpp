// SPDX-License-Identifier: GPL-3.0-or-later
// The recovery of a damaged database: a kill at any moment, or a full disk, costs nothing of what
// can still be read, and nobody goes without a word about the rest.
#include "core/store_bench.h"
#include "core/store_database.h"
#include "core/store_reserve.h"

#include <QDeadlineTimer>
#include <QDir>

#include <sys/mount.h>
#include <sys/wait.h>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using namespace bench;

namespace
{

constexpr int jobs = 400;

void damageFirstBytes(const QString &path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QCOMPARE(file.write(QByteArray(16, '\x5a')), 16);
}

QStringList beside(const QString &path, const QString &end)
{
    const QFileInfo file(path);
    return file.absoluteDir().entryList({file.fileName() + end}, QDir::Files | QDir::Dirs);
}

// A disk of its own that is as small as a test needs it.
class SmallDisk
{
public:
    explicit SmallDisk(const QString &folder) : m_folder(folder.toLocal8Bit())
    {
        QDir().mkpath(folder);
        m_mounted = mount("tmpfs", m_folder.constData(), "tmpfs", 0, "size=64m") == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            umount(m_folder.constData());
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;

    [[nodiscard]] bool isThere() const { return m_mounted; }
    [[nodiscard]] QString path(const QString &name) const
    {
        return QString::fromLocal8Bit(m_folder) + u'/' + name;
    }
    void fill() const
    {
        QFile file(path(u"fill"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        while (file.write(QByteArray(4096, 'x')) == 4096) {
        }
    }
    void empty() const { QVERIFY(QFile::remove(path(u"fill"_s))); }

private:
    QByteArray m_folder;
    bool m_mounted = false;
};

} // namespace

class TestStoreRecovery : public StoreBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    // What a kill in the middle of it leaves; the second one is whole by its looks.
    void beginsAgainWhenTheNewOneIsNotWhole_data()
    {
        QTest::addColumn<bool>("sound");
        QTest::newRow("cut off") << false;
        QTest::newRow("sound, with some of the rows") << true;
    }

    void beginsAgainWhenTheNewOneIsNotWhole()
    {
        QFETCH(bool, sound);
        fillDatabase(m_path);
        damageFirstBytes(m_path);
        const QString half = m_path + u".new"_s;
        if (sound) {
            opened(half)->save(sampleJob(u"half"_s));
            QFile::remove(half + u"-reserve"_s);
        } else {
            QFile file(half);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(10'000, 'x'));
        }
        QVERIFY(QDir().mkdir(m_path + u"-salvage-killed"_s));
        const auto store = opened();
        QVERIFY(store);
        QCOMPARE(loaded(*store).jobs.size(), jobs);
        QVERIFY(beside(m_path, u".new*"_s).isEmpty());
        QVERIFY(beside(m_path, u"-salvage-*"_s).isEmpty());
        tellsWhereItIs(*store, m_path);
    }

    void finishesTheSwap_data()
    {
        QTest::addColumn<int>("moved");
        QTest::newRow("nothing was moved") << 0;
        QTest::newRow("its log was moved") << 1;
        QTest::newRow("all of the old one was moved") << 2;
    }

    void finishesTheSwap()
    {
        QFETCH(int, moved);
        fillDatabase(m_path);
        damageFirstBytes(m_path);
        QVERIFY(opened());
        const QStringList kept = beside(m_path, u".damaged-*"_s);
        QCOMPARE(kept.size(), 1);
        const QString aside = m_dir->filePath(kept[0]);
        const QString date = kept[0].section(u".damaged-"_s, 1);
        QVERIFY(QFile::rename(m_path, m_path + u".recovered-"_s + date));
        // A log that is not the new one's must not get to it.
        QFile log((moved > 0 ? aside : m_path) + u"-wal"_s);
        QVERIFY(log.open(QIODevice::WriteOnly));
        log.write(QByteArray(5'000, 'w'));
        log.close();
        if (moved < 2)
            QVERIFY(QFile::rename(aside, m_path));
        const auto store = opened();
        QVERIFY(store);
        QCOMPARE(loaded(*store).jobs.size(), jobs);
        QCOMPARE(contents(aside).first(16), QByteArray(16, '\x5a'));
        QCOMPARE(contents(aside + u"-wal"_s), QByteArray(5'000, 'w'));
        QVERIFY(beside(m_path, u".recovered-*"_s).isEmpty());
        tellsWhereItIs(*store, m_path);
    }

    void survivesAKill_data()
    {
        QTest::addColumn<QString>("end"); // of the name that shows how far it has got
        QTest::newRow("while the old one is read") << u"-salvage-*"_s;
        QTest::newRow("when the new one is begun") << u".new"_s;
        QTest::newRow("while it is filled") << u".new-wal"_s;
        QTest::newRow("when it is whole") << u".recovered-*"_s;
        QTest::newRow("when the old one is aside") << u".damaged-*"_s;
    }

    // Wherever the kill hits by then: all rows are there, and it is told.
    void survivesAKill()
    {
        QFETCH(QString, end);
        fillDatabase(m_path);
        damageFirstBytes(m_path);
        const pid_t child = fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            const auto store = Store::open(m_path);
            pause(); // never lets go of it in an orderly way
            _exit(0);
        }
        // Some of these names last for moments only, so it looks as often as it can.
        bool reached = false;
        for (const QDeadlineTimer limit(30'000); !reached && !limit.hasExpired();)
            reached = !beside(m_path, end).isEmpty() || !beside(m_path, u".damaged-*"_s).isEmpty();
        QCOMPARE(kill(child, SIGKILL), 0);
        QCOMPARE(waitpid(child, nullptr, 0), child);
        QVERIFY(reached);
        const auto store = opened();
        QVERIFY(store);
        QCOMPARE(loaded(*store).jobs.size(), jobs);
        tellsWhereItIs(*store, m_path);
    }

    // A station that was ended before anybody looked.
    void keepsTheNoticeUntilItIsTaken()
    {
        fillDatabase(m_path);
        damageFirstBytes(m_path);
        for (int start = 0; start < 2; ++start) {
            const auto store = opened();
            QCOMPARE(loaded(*store).settings.size(), 1); // the notice is none for others
        }
        {
            const auto store = opened();
            tellsWhereItIs(*store, m_path);
            QVERIFY(!store->takeError());
        }
        QVERIFY(!opened()->takeError());
        QCOMPARE(beside(m_path, u".damaged-*"_s).size(), 1);
    }

    void waitsForRoom_data()
    {
        QTest::addColumn<bool>("emptied");
        QTest::newRow("damaged") << false;
        QTest::newRow("emptied") << true;
    }

    // Refused, as often as it is tried, and everything stays where it is.
    void waitsForRoom()
    {
        QFETCH(bool, emptied);
        const SmallDisk disk(m_dir->filePath(u"disk"_s));
        if (!disk.isThere())
            QSKIP("needs the right to mount");
        const QString path = disk.path(u"station.db"_s);
        prepareFor(path, emptied);
        QFile::remove(path + u"-reserve"_s);
        disk.fill();
        const QByteArray before = contents(path);
        const QByteArray log = contents(path + u"-wal"_s);
        for (int start = 0; start < 2; ++start) {
            const auto refused = Store::open(path);
            QVERIFY(!refused.ok());
            QCOMPARE(refused.failure().code, FailureCode::StorageFull);
            QVERIFY2(refused.failure().detail.contains(u"no room to read it"_s),
                     qPrintable(refused.failure().detail));
            QCOMPARE(contents(path), before);
            QCOMPARE(contents(path + u"-wal"_s), log);
            QVERIFY(beside(path, u".*"_s).isEmpty());
        }
        disk.empty();
        const auto store = opened(path);
        QVERIFY(store);
        QCOMPARE(loaded(*store).jobs.size(), jobs);
        tellsWhereItIs(*store, path);
    }

    void recoversIntoTheReserve_data() { waitsForRoom_data(); }

    void recoversIntoTheReserve()
    {
        QFETCH(bool, emptied);
        const SmallDisk disk(m_dir->filePath(u"disk"_s));
        if (!disk.isThere())
            QSKIP("needs the right to mount");
        const QString path = disk.path(u"station.db"_s);
        prepareFor(path, emptied);
        QVERIFY(QFile::exists(path + u"-reserve"_s));
        disk.fill();
        const auto store = opened(path);
        QVERIFY(store);
        QCOMPARE(loaded(*store).jobs.size(), jobs);
        tellsWhereItIs(*store, path);
    }

private:
    static void fillDatabase(const QString &path)
    {
        const auto store = opened(path);
        for (int i = 0; i < jobs; ++i)
            store->save(sampleJob(u"job %1"_s.arg(i)));
        store->saveSetting(u"max-deploys"_s, u"7"_s);
    }

    // Emptied: everything was in the log, as after a kill.
    static void prepareFor(const QString &path, bool emptied)
    {
        if (!emptied) {
            fillDatabase(path);
            damageFirstBytes(path);
            return;
        }
        const QString other = path + u".other"_s;
        StoreDatabase database(other);
        QVERIFY(database.open().ok());
        // At once: of many transactions SQLite would take the first ones out of the log again.
        std::vector<Change> changes;
        for (int i = 0; i < jobs; ++i)
            changes.emplace_back(sampleJob(u"job %1"_s.arg(i)));
        QVERIFY(database.write(changes).ok());
        QVERIFY(QFile::copy(other + u"-wal"_s, path + u"-wal"_s));
        StoreReserve(path).renew();
        for (const QString &name : beside(other, u"*"_s))
            QVERIFY(QFile::remove(QFileInfo(path).absoluteDir().filePath(name)));
    }

    static void tellsWhereItIs(Store &store, const QString &path)
    {
        const auto notice = store.takeError();
        QVERIFY(notice);
        QCOMPARE(notice->code, FailureCode::DatabaseDamaged);
        QVERIFY2(notice->detail.contains(u"jobs 400"_s), qPrintable(notice->detail));
        const QStringList kept = beside(path, u".damaged-*"_s);
        QVERIFY(!kept.isEmpty());
        QVERIFY2(notice->detail.contains(kept[0].section(u"-wal"_s, 0, 0)),
                 qPrintable(notice->detail));
    }
};

QTEST_GUILESS_MAIN(TestStoreRecovery)
#include "tst_store_recovery.moc"
