// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeZone>

#include <csignal>
#include <memory>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

QDateTime at(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc());
}

MacAddress mac(int last)
{
    return *MacAddress::parse(u"dc:a6:32:00:00:%1"_s.arg(last, 2, 16, QLatin1Char('0')));
}

Device sampleDevice(int n)
{
    Device device;
    device.mac = mac(n);
    device.address = u"10.20.50.%1"_s.arg(n);
    device.otherAddress = u"10.20.50.200"_s;
    device.level = Level::Full;
    device.session = u"secret"_s;
    device.bootId = u"boot"_s;
    device.serial = u"10000000abcdef01"_s;
    device.model = u"Compute Module 4 \"ü\" '; DROP TABLE device"_s;
    device.boardRevision = u"c03141"_s;
    device.clientVersion = u"0.1.0"_s;
    device.storage = {u"MMC"_s, u"BJTD4R"_s, u"150100424a5444345205"_s, 31'268'536'320, 512};
    device.firstSeen = at(1'700'000'000'123);
    device.lastSeen = at(1'700'000'001'456);
    device.armed = false;
    return device;
}

Job sampleJob(const QString &id)
{
    Job job;
    job.id = id;
    job.mac = mac(7);
    job.kind = JobKind::Backup;
    job.state = JobState::Failed;
    job.level = Level::Full;
    job.token = u"token"_s;
    job.image = u"image"_s;
    job.imageName = u"golden.img"_s;
    job.imageIdentity = u"ab"_s;
    job.path = u"/backups/Größe.img.zst"_s;
    job.options = {true, true, protocol::VerifyScope::Full, protocol::BackupScope::Exact, true};
    job.phase = protocol::Phase::Reading;
    job.done = 5'000'000'000;
    job.total = 31'268'536'320;
    job.outcome = Outcome::BackupLengthUnknown;
    job.failure = {FailureCode::BackupTruncated, Stage::Receive, u"ended early"_s};
    job.interrupted = true;
    job.note = u"note"_s;
    job.cancelledBy = u"window"_s;
    job.created = at(1'700'000'000'001);
    job.started = at(1'700'000'000'002);
    job.ended = at(1'700'000'000'003);
    return job;
}

Image sampleImage(const QString &id)
{
    Image image;
    image.id = id;
    image.name = u"golden.img"_s;
    image.sourcePath = u"/srv/golden.img"_s;
    image.sourceSize = 8'589'934'592;
    image.sourceModifiedNs = 1'700'000'000'123'456'789;
    image.state = ImageState::Failed;
    image.identity = u"cd"_s;
    image.sha256 = u"ef"_s;
    image.size = 8'589'934'592;
    image.dataBytes = 2'600'000'000;
    image.packedBytes = 977'000'000;
    image.done = 11;
    image.total = 12;
    image.failure = {FailureCode::ImageUnreadable, Stage::Import, u"EIO"_s};
    image.added = at(1'700'000'000'004);
    return image;
}

void compare(const Device &a, const Device &b)
{
    QCOMPARE(a.mac, b.mac);
    QCOMPARE(a.address, b.address);
    QCOMPARE(a.otherAddress, b.otherAddress);
    QCOMPARE(a.level, b.level);
    QCOMPARE(a.session, b.session);
    QCOMPARE(a.bootId, b.bootId);
    QCOMPARE(a.serial, b.serial);
    QCOMPARE(a.model, b.model);
    QCOMPARE(a.boardRevision, b.boardRevision);
    QCOMPARE(a.clientVersion, b.clientVersion);
    QVERIFY(a.storage == b.storage);
    QCOMPARE(a.firstSeen, b.firstSeen);
    QCOMPARE(a.lastSeen, b.lastSeen);
    QCOMPARE(a.armed, b.armed);
}

void compare(const protocol::Failure &a, const protocol::Failure &b)
{
    QCOMPARE(a.code, b.code);
    QCOMPARE(a.stage, b.stage);
    QCOMPARE(a.detail, b.detail);
}

void compare(const JobOptions &a, const JobOptions &b)
{
    QCOMPARE(a.allowSd, b.allowSd);
    QCOMPARE(a.eraseRest, b.eraseRest);
    QCOMPARE(a.verify, b.verify);
    QCOMPARE(a.scope, b.scope);
    QCOMPARE(a.overwrite, b.overwrite);
}

void compare(const Job &a, const Job &b)
{
    QCOMPARE(a.id, b.id);
    QCOMPARE(a.mac, b.mac);
    QCOMPARE(a.kind, b.kind);
    QCOMPARE(a.state, b.state);
    QCOMPARE(a.level, b.level);
    QCOMPARE(a.token, b.token);
    QCOMPARE(a.image, b.image);
    QCOMPARE(a.imageName, b.imageName);
    QCOMPARE(a.imageIdentity, b.imageIdentity);
    QCOMPARE(a.path, b.path);
    compare(a.options, b.options);
    QCOMPARE(a.phase, b.phase);
    QCOMPARE(a.done, b.done);
    QCOMPARE(a.total, b.total);
    QCOMPARE(a.outcome, b.outcome);
    compare(a.failure, b.failure);
    QCOMPARE(a.interrupted, b.interrupted);
    QCOMPARE(a.note, b.note);
    QCOMPARE(a.cancelledBy, b.cancelledBy);
    QCOMPARE(a.created, b.created);
    QCOMPARE(a.started, b.started);
    QCOMPARE(a.ended, b.ended);
}

void compare(const Image &a, const Image &b)
{
    QCOMPARE(a.id, b.id);
    QCOMPARE(a.name, b.name);
    QCOMPARE(a.sourcePath, b.sourcePath);
    QCOMPARE(a.sourceSize, b.sourceSize);
    QCOMPARE(a.sourceModifiedNs, b.sourceModifiedNs);
    QCOMPARE(a.state, b.state);
    QCOMPARE(a.identity, b.identity);
    QCOMPARE(a.sha256, b.sha256);
    QCOMPARE(a.size, b.size);
    QCOMPARE(a.dataBytes, b.dataBytes);
    QCOMPARE(a.packedBytes, b.packedBytes);
    QCOMPARE(a.done, b.done);
    QCOMPARE(a.total, b.total);
    compare(a.failure, b.failure);
    QCOMPARE(a.added, b.added);
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void execute(const QString &path, const QString &sql)
{
    const QString name = u"test"_s;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
        database.setDatabaseName(path);
        QVERIFY(database.open());
        QSqlQuery query(database);
        QVERIFY2(query.exec(sql), qPrintable(sql));
    }
    QSqlDatabase::removeDatabase(name);
}

// Does work as a user who owns nothing, where the test runs as root.
class AsNobody
{
public:
    AsNobody() : m_switched(geteuid() == 0 && seteuid(65534) == 0) {}
    ~AsNobody()
    {
        if (m_switched && seteuid(0) != 0)
            std::abort();
    }
    AsNobody(const AsNobody &) = delete;
    AsNobody &operator=(const AsNobody &) = delete;

private:
    bool m_switched;
};

} // namespace

class TestStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_path = m_dir->filePath(u"station.db"_s);
    }

    void isEmptyWhenNew()
    {
        const auto store = opened();
        const Snapshot snapshot = loaded(*store);
        QVERIFY(snapshot.devices.isEmpty() && snapshot.jobs.isEmpty() && snapshot.images.isEmpty());
        QVERIFY(snapshot.settings.isEmpty());
    }

    void keepsEveryField()
    {
        {
            const auto store = opened();
            store->save(sampleDevice(1));
            store->save(sampleJob(u"j"_s));
            store->save(sampleImage(u"i"_s));
            store->saveSetting(u"golden"_s, u"i"_s);
            store->saveSetting(u"empty"_s, QString());
        }
        const auto store = opened();
        const Snapshot snapshot = loaded(*store);
        QCOMPARE(snapshot.devices.size(), 1);
        compare(snapshot.devices[0], sampleDevice(1));
        QCOMPARE(snapshot.jobs.size(), 1);
        compare(snapshot.jobs[0], sampleJob(u"j"_s));
        QCOMPARE(snapshot.images.size(), 1);
        compare(snapshot.images[0], sampleImage(u"i"_s));
        QCOMPARE(snapshot.settings.value(u"golden"_s), u"i"_s);
        QVERIFY(snapshot.settings.contains(u"empty"_s));
        QVERIFY(!store->takeError());
    }

    void keepsDefaults()
    {
        Device device;
        device.mac = mac(1);
        Job job;
        job.id = u"j"_s;
        job.mac = mac(1);
        Image image;
        image.id = u"i"_s;
        {
            const auto store = opened();
            store->save(device);
            store->save(job);
            store->save(image);
            store->flush();
            QVERIFY(!store->takeError());
        }
        const Snapshot snapshot = loaded(*opened());
        compare(snapshot.devices.value(0), device);
        compare(snapshot.jobs.value(0), job);
        compare(snapshot.images.value(0), image);
        QVERIFY(!snapshot.jobs[0].ended.isValid());
    }

    void replacesAndKeepsTheOrder()
    {
        {
            const auto store = opened();
            for (const int n : {3, 1, 2})
                store->save(sampleDevice(n));
            store->flush();
            Device changed = sampleDevice(3);
            changed.model = u"changed"_s;
            store->save(changed);
        }
        const Snapshot snapshot = loaded(*opened());
        QCOMPARE(snapshot.devices.size(), 3);
        QCOMPARE(snapshot.devices[0].mac, mac(3));
        QCOMPARE(snapshot.devices[0].model, u"changed"_s);
        QCOMPARE(snapshot.devices[1].mac, mac(1));
        QCOMPARE(snapshot.devices[2].mac, mac(2));
    }

    void removes()
    {
        {
            const auto store = opened();
            store->save(sampleDevice(1));
            store->save(sampleDevice(2));
            store->save(sampleImage(u"a"_s));
            store->removeDevice(mac(1));
            store->removeImage(u"a"_s);
            store->save(sampleDevice(1)); // appears again, now behind the other
            store->saveSetting(u"k"_s, u"1"_s);
            store->saveSetting(u"k"_s, u"2"_s);
        }
        const Snapshot snapshot = loaded(*opened());
        QCOMPARE(snapshot.devices.size(), 2);
        QCOMPARE(snapshot.devices[0].mac, mac(2));
        QCOMPARE(snapshot.devices[1].mac, mac(1));
        QVERIFY(snapshot.images.isEmpty());
        QCOMPARE(snapshot.settings.value(u"k"_s), u"2"_s);
    }

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

    void isPrivate()
    {
        const auto store = opened();
        store->save(sampleJob(u"j"_s));
        store->flush();
        for (const char *suffix : {"", "-wal"}) {
            struct stat facts {
            };
            QCOMPARE(stat((m_path + QLatin1StringView(suffix)).toLocal8Bit().constData(), &facts),
                     0);
            QCOMPARE(int(facts.st_mode & 0777), 0600);
        }
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

    // Somebody else holds the database: saves return all the same, and arrive once it is free
    // again.
    void takesManySavesWithoutWaiting()
    {
        const auto store = opened();
        const QString other = u"other"_s;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, other);
            database.setDatabaseName(m_path);
            QVERIFY(database.open());
            QVERIFY(QSqlQuery(database).exec(u"BEGIN IMMEDIATE"_s));
            Job job = sampleJob(u"busy"_s);
            for (int i = 0; i < 100'000; ++i) {
                job.done = i;
                store->save(job);
            }
            QVERIFY(QSqlQuery(database).exec(u"ROLLBACK"_s));
        }
        QSqlDatabase::removeDatabase(other);
        store->flush();
        QCOMPARE(loaded(*store).jobs.value(0).done, 99'999);
    }

    void savesFromManyThreads()
    {
        const auto store = opened();
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&store, t] {
                for (int i = 0; i < 50; ++i)
                    store->save(sampleJob(u"%1/%2"_s.arg(t).arg(i)));
                store->flush();
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(loaded(*store).jobs.size(), 200);
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

private:
    std::unique_ptr<Store> opened() { return opened(m_path); }

    static std::unique_ptr<Store> opened(const QString &path)
    {
        auto store = Store::open(path);
        if (!store) {
            qWarning("%s", qPrintable(store.failure().detail));
            return nullptr;
        }
        return std::move(*store);
    }

    static Snapshot loaded(Store &store)
    {
        const auto snapshot = store.load();
        return snapshot ? *snapshot : Snapshot();
    }

    static void refuses(const QString &path, const QString &word)
    {
        const QByteArray before = contents(path);
        const auto store = Store::open(path);
        QVERIFY(!store);
        QCOMPARE(store.failure().code, FailureCode::StationIoError);
        QVERIFY2(store.failure().detail.contains(word), qPrintable(store.failure().detail));
        QVERIFY(store.failure().detail.contains(path));
        QCOMPARE(contents(path), before);
    }

    // Saves while no file may grow: what a full disk does.
    static void rlimitedSave(Store &store)
    {
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        signal(SIGXFSZ, SIG_IGN);
        const rlimit none{1, before.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &none), 0);
        store.save(sampleJob(u"second"_s));
        store.flush();
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_path;
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
