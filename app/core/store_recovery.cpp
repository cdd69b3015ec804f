// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_recovery.h"

#include "core/files.h"
#include "core/lost_history.h"
#include "core/store_database.h"
#include "core/store_reserve.h"
#include "core/store_salvage.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

constexpr int maxSameMoment = 100;
constexpr size_t batch = 1000; // rows in one transaction
constexpr QLatin1StringView recovered{".recovered-"};

QString newName(const QString &path)
{
    return path + ".new"_L1;
}

QString damagedName(const QString &path, const QString &date)
{
    return path + ".damaged-"_L1 + date;
}

// What both names end in.
Result<QString> freeDate(const QString &path)
{
    const QString now = QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s);
    for (int i = 1; i <= maxSameMoment; ++i) {
        const QString date = i == 1 ? now : u"%1-%2"_s.arg(now).arg(i);
        const QString name = damagedName(path, date);
        if (!QFileInfo::exists(name) && !QFileInfo::exists(name + "-wal"_L1))
            return date;
    }
    return Failure{
        FailureCode::StationIoError, {}, u"%1: no name is free"_s.arg(damagedName(path, now))};
}

// Of an attempt that a kill has ended, too.
void removeUnfinished(const QString &path)
{
    for (const auto &end : {""_L1, "-wal"_L1, "-shm"_L1})
        QFile::remove(newName(path) + end);
    const QFileInfo file(path);
    const QString copies = file.fileName() + "-salvage-*"_L1;
    QDir folder = file.absoluteDir();
    for (const QString &name : folder.entryList({copies}, QDir::Dirs | QDir::NoSymLinks))
        QDir(folder.filePath(name)).removeRecursively();
}

QList<Setting> settingsOf(const Snapshot &snapshot)
{
    QList<Setting> settings;
    for (auto it = snapshot.settings.begin(); it != snapshot.settings.end(); ++it)
        settings << Setting{it.key(), it.value()};
    return settings;
}

template<class Value>
Result<void> takeOver(StoreDatabase &database, const QList<Value> &values)
{
    std::vector<Change> changes;
    for (qsizetype i = 0; i < values.size(); ++i) {
        changes.emplace_back(values[i]);
        const bool last = i + 1 == values.size();
        if (!last && changes.size() < batch)
            continue;
        const auto written = database.write(changes); // keeps those that found no room
        if (!changes.empty())
            return written;
    }
    return {};
}

QString told(const Salvage &salvage)
{
    if (salvage.unreadable)
        return u"Lost: the list of devices, the jobs and their history, the settings. Imported "
               "images are kept"_s;
    const Snapshot &found = salvage.found;
    const QString read = u"Still read from it: devices %1, jobs %2, images %3, settings %4. "_s
                             .arg(found.devices.size())
                             .arg(found.jobs.size())
                             .arg(found.images.size())
                             .arg(found.settings.size());
    return read + (salvage.lost.isEmpty() ? u"Nothing of these is missing"_s
                                          : "Lost: "_L1 + salvage.lost.join(", "_L1));
}

QString noticeOf(const Salvage &salvage, const QString &why, const QString &aside)
{
    const QString before = salvage.found.settings.value(recoveryNoticeKey); // nobody was told yet
    const QString notice =
        u"%1. It was kept as %2, and a new one was begun. %3"_s.arg(why, aside, told(salvage));
    return before.isEmpty() ? notice : before + ". "_L1 + notice;
}

Result<void> fill(const QString &path, const Snapshot &snapshot)
{
    StoreDatabase database(path);
    if (const auto opened = database.open(); !opened)
        return opened;
    for (const auto &written :
         {takeOver(database, snapshot.devices), takeOver(database, snapshot.jobs),
          takeOver(database, snapshot.images), takeOver(database, settingsOf(snapshot))}) {
        if (!written)
            return written;
    }
    return {};
}

// SQLite takes the log into the database and flushes that when it is closed.
Result<void> checkClosed(const QString &path)
{
    if (QFileInfo(path + "-wal"_L1).size() == 0)
        return {};
    return Failure{FailureCode::StorageFull, {}, u"%1: the disk is full"_s.arg(path)};
}

// What is lost may have been done: automatic mode must not do it again.
void keepFromAutomatic(Salvage &salvage)
{
    QSet<MacAddress> read;
    for (const Device &device : salvage.found.devices)
        read.insert(device.mac);
    for (const MacAddress mac : salvage.lostDevices) {
        if (read.contains(mac))
            continue; // an index that is damaged, too, may name it
        Device device;
        device.mac = mac;
        device.firstSeen = QDateTime::currentDateTimeUtc();
        device.armed = false;
        salvage.found.devices << device;
    }
    // One of the settings said whether rows were lost before.
    if (salvage.unreadable || salvage.devicesLost || salvage.jobsLost || salvage.settingsLost)
        salvage.found.settings.insert(lostHistoryKey, historyWasLost);
}

Result<void> build(const QString &path, const QString &why)
{
    removeUnfinished(path);
    const auto date = freeDate(path);
    if (!date)
        return date.failure();
    Salvage salvage = salvageDatabase(path);
    if (salvage.noRoom)
        return Failure{FailureCode::StorageFull, {}, {}};
    salvage.found.settings.insert(recoveryNoticeKey,
                                  noticeOf(salvage, why, damagedName(path, *date)));
    keepFromAutomatic(salvage);
    if (const auto filled = fill(newName(path), salvage.found); !filled)
        return filled;
    if (const auto closed = checkClosed(newName(path)); !closed)
        return closed;
    if (const auto named = renameFile(newName(path), path + recovered + *date, false); !named)
        return named;
    return syncFolderOf(path);
}

// Its log is a part of it; -shm SQLite makes anew.
Result<void> setAside(const QString &path, const QString &aside)
{
    QFile::remove(path + "-shm"_L1);
    if (QFileInfo(path + "-wal"_L1).size() == 0)
        QFile::remove(path + "-wal"_L1);
    for (const auto &end : {"-wal"_L1, ""_L1}) {
        if (!QFileInfo::exists(path + end))
            continue;
        if (const auto renamed = renameFile(path + end, aside + end, false); !renamed)
            return renamed;
    }
    return syncFolderOf(path);
}

QString wholeOne(const QString &path)
{
    const QFileInfo file(path);
    const QString pattern = file.fileName() + recovered + u'*';
    const QStringList names = file.absoluteDir().entryList({pattern}, QDir::Files, QDir::Name);
    return names.isEmpty() ? QString() : file.absoluteDir().filePath(names.first());
}

Failure ioFailure(const Failure &why)
{
    return {FailureCode::StationIoError, {}, why.detail};
}

} // namespace

Result<void> rebuildDatabase(const QString &path, const QString &why, StoreReserve &reserve)
{
    auto built = build(path, why);
    if (!built && built.failure().code == FailureCode::StorageFull && reserve.release())
        built = build(path, why);
    if (built)
        return finishRebuild(path);
    removeUnfinished(path);
    if (built.failure().code != FailureCode::StorageFull)
        return ioFailure(built.failure());
    return Failure{FailureCode::StorageFull,
                   {},
                   u"%1. There was no room to read it; it was kept as %2. Free space on that disk, "
                   "then start the station again"_s.arg(why, path)};
}

Result<void> finishRebuild(const QString &path)
{
    const QString whole = wholeOne(path);
    if (whole.isEmpty())
        return {};
    const QString date = whole.mid(whole.lastIndexOf(recovered) + recovered.size());
    if (const auto aside = setAside(path, damagedName(path, date)); !aside)
        return ioFailure(aside.failure());
    if (const auto named = renameFile(whole, path, false); !named)
        return ioFailure(named.failure());
    const auto synced = syncFolderOf(path);
    return synced ? synced : ioFailure(synced.failure());
}

bool isEmptied(const QString &path)
{
    return QFileInfo(path).size() == 0 && QFileInfo(path + "-wal"_L1).size() > 0;
}

} // namespace core
