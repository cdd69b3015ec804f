// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_recovery.h"

#include "core/files.h"
#include "core/store_database.h"
#include "core/store_salvage.h"

#include <QDateTime>
#include <QFileInfo>

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

Result<QString> freeName(const QString &path)
{
    const QString wanted =
        path + ".damaged-"_L1 + QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s);
    for (int i = 1; i <= maxSameMoment; ++i) {
        const QString name = i == 1 ? wanted : u"%1-%2"_s.arg(wanted).arg(i);
        if (!QFileInfo::exists(name) && !QFileInfo::exists(name + "-wal"_L1))
            return name;
    }
    return Failure{FailureCode::StationIoError, {}, u"%1: no name is free"_s.arg(wanted)};
}

QList<Setting> settingsOf(const Snapshot &snapshot)
{
    QList<Setting> settings;
    for (auto it = snapshot.settings.begin(); it != snapshot.settings.end(); ++it)
        settings << Setting{it.key(), it.value()};
    return settings;
}

template<class Value>
bool takeOver(StoreDatabase &database, const QList<Value> &values)
{
    std::vector<Change> changes;
    for (qsizetype i = 0; i < values.size(); ++i) {
        changes.emplace_back(values[i]);
        const bool last = i + 1 == values.size();
        if (!last && changes.size() < batch)
            continue;
        (void)database.write(changes); // keeps those that found no room
        if (!changes.empty())
            return false;
    }
    return true;
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

} // namespace

Result<QString> setDatabaseAside(const QString &path)
{
    const auto aside = freeName(path);
    if (!aside)
        return aside;
    for (const auto &end : {""_L1, "-wal"_L1, "-shm"_L1}) {
        if (!QFileInfo::exists(path + end))
            continue;
        if (const auto renamed = renameFile(path + end, *aside + end, false); !renamed)
            return Failure{FailureCode::StationIoError, {}, renamed.failure().detail};
    }
    return aside;
}

Failure recoverInto(StoreDatabase &database, const QString &why, const QString &aside)
{
    Salvage salvage = salvageDatabase(aside);
    const Snapshot &found = salvage.found;
    if (!takeOver(database, found.devices) || !takeOver(database, found.jobs) ||
        !takeOver(database, found.images) || !takeOver(database, settingsOf(found)))
        salvage.unreadable = true; // whatever has got there is more than was promised
    return {FailureCode::DatabaseDamaged,
            {},
            u"%1. It was kept as %2, and a new one was begun. %3"_s.arg(why, aside, told(salvage))};
}

Result<QString> setEmptiedAside(const QString &path)
{
    if (QFileInfo(path).size() > 0 || QFileInfo(path + "-wal"_L1).size() == 0)
        return QString();
    return setDatabaseAside(path);
}

} // namespace core
