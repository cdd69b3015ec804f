// SPDX-License-Identifier: GPL-3.0-or-later
// Samples of what the store keeps, and ways to meddle with its file.
#pragma once

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

namespace bench
{

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Stage;

inline QDateTime at(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc());
}

inline MacAddress mac(int last)
{
    return *MacAddress::parse(u"dc:a6:32:00:00:%1"_s.arg(last, 2, 16, QLatin1Char('0')));
}

inline Device sampleDevice(int n)
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

inline Job sampleJob(const QString &id)
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
    job.warnings = {{ImageWarningCode::MachineId, 2, 0, u"set"_s}};
    job.path = u"/backups/Größe.img.zst"_s;
    job.options = {true, true, protocol::VerifyScope::Full, protocol::BackupScope::Exact, true};
    job.phase = protocol::Phase::Reading;
    job.done = 5'000'000'000;
    job.total = 31'268'536'320;
    job.bottleneck = protocol::Bottleneck::Compression;
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

inline Image sampleImage(const QString &id)
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
    image.warnings = {{ImageWarningCode::ImageTruncated, 2, 7 << 20, u"cut off"_s},
                      {ImageWarningCode::NoPartitionTable, 0, 0, u"none"_s}};
    return image;
}

inline void compare(const Device &a, const Device &b)
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

inline void compare(const protocol::Failure &a, const protocol::Failure &b)
{
    QCOMPARE(a.code, b.code);
    QCOMPARE(a.stage, b.stage);
    QCOMPARE(a.detail, b.detail);
}

inline void compare(const JobOptions &a, const JobOptions &b)
{
    QCOMPARE(a.allowSd, b.allowSd);
    QCOMPARE(a.eraseRest, b.eraseRest);
    QCOMPARE(a.verify, b.verify);
    QCOMPARE(a.scope, b.scope);
    QCOMPARE(a.overwrite, b.overwrite);
}

inline void compare(const Job &a, const Job &b)
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
    QCOMPARE(a.warnings, b.warnings);
    QCOMPARE(a.path, b.path);
    compare(a.options, b.options);
    QCOMPARE(a.phase, b.phase);
    QCOMPARE(a.done, b.done);
    QCOMPARE(a.total, b.total);
    QCOMPARE(a.bottleneck, b.bottleneck);
    QCOMPARE(a.outcome, b.outcome);
    compare(a.failure, b.failure);
    QCOMPARE(a.interrupted, b.interrupted);
    QCOMPARE(a.note, b.note);
    QCOMPARE(a.cancelledBy, b.cancelledBy);
    QCOMPARE(a.created, b.created);
    QCOMPARE(a.started, b.started);
    QCOMPARE(a.ended, b.ended);
}

inline void compare(const Image &a, const Image &b)
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
    QCOMPARE(a.warnings, b.warnings);
    QCOMPARE(a.done, b.done);
    QCOMPARE(a.total, b.total);
    compare(a.failure, b.failure);
    QCOMPARE(a.added, b.added);
}

inline QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void execute(const QString &path, const QString &sql)
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

// What the tests have in common; prepare() before each.
class StoreBench : public QObject
{
protected:
    void prepare()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_path = m_dir->filePath(u"station.db"_s);
    }

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
        withoutRoom([&store] {
            store.save(sampleJob(u"second"_s));
            QVERIFY(!store.flush());
        });
    }

    template<class Work>
    static void withoutRoom(Work work)
    {
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        signal(SIGXFSZ, SIG_IGN);
        const rlimit none{1, before.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &none), 0);
        work();
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_path;
};

} // namespace bench
