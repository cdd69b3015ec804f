// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_recovery.h"

#include "core/files.h"

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

Failure databaseSetAside(const QString &why, const QString &aside)
{
    return {FailureCode::DatabaseDamaged,
            {},
            u"%1. It was kept as %2, and a new one was begun. Lost: the list of devices, the jobs "
            "and their history, the settings. Imported images are kept"_s.arg(why, aside)};
}

std::optional<Failure> setEmptiedAside(const QString &path)
{
    if (QFileInfo(path).size() > 0 || QFileInfo(path + "-wal"_L1).size() == 0)
        return std::nullopt;
    const auto aside = setDatabaseAside(path);
    if (!aside)
        return aside.failure();
    return databaseSetAside(u"database %1: empty or missing, its log is there"_s.arg(path), *aside);
}

} // namespace core
