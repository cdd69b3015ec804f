// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with a database that cannot be used any more: it is kept, under another name.
#pragma once

#include "protocol/result.h"

#include <QString>

#include <optional>

namespace core
{

// Renames the database and what SQLite keeps beside it (-wal, -shm) to NAME.damaged-DATE, which
// sqlite3(1) opens as it is, and returns that name. Nothing that is there is replaced.
// StationIoError.
[[nodiscard]] protocol::Result<QString> setDatabaseAside(const QString &path);

// For people: what happened, where the old one is, and what is lost.
[[nodiscard]] protocol::Failure databaseSetAside(const QString &why, const QString &aside);

// A file that is missing or has no bytes, beside a log that has some: SQLite would remove the log.
// Sets both aside; nullopt when it was not so.
[[nodiscard]] std::optional<protocol::Failure> setEmptiedAside(const QString &path);

} // namespace core
