// SPDX-License-Identifier: GPL-3.0-or-later
// The database's tables and how an older database becomes one of this version. `PRAGMA
// user_version` counts.
#pragma once

#include "protocol/result.h"

class QSqlDatabase;
class QSqlError;

namespace core
{

inline constexpr int schemaVersion = 5;

// Opens the file that `database` names, checks it, and migrates it. Nothing is written to a
// database that is damaged or of a newer version. DatabaseDamaged, StorageFull, StationIoError
// naming the file.
[[nodiscard]] protocol::Result<void> openDatabase(QSqlDatabase &database);

// Opens one of this version's schema without making a file, not even SQLite's own -shm: nobody else
// can have it open then. Writes fail until there is room. As openDatabase(); StorageFull when there
// is no such database yet.
[[nodiscard]] protocol::Result<void> openDatabaseOnFullDisk(QSqlDatabase &database);

// DatabaseDamaged, StorageFull or StationIoError, in words that name the file.
[[nodiscard]] protocol::Failure databaseFailure(const QSqlDatabase &database,
                                                const QSqlError &error);

// SQLite's primary result codes, https://sqlite.org/rescode.html
namespace sqlite
{

inline constexpr int error = 1; // also: no such table or column
inline constexpr int readOnly = 8;
inline constexpr int ioError = 10;
inline constexpr int corrupt = 11;
inline constexpr int full = 13;
inline constexpr int tooBig = 18;
inline constexpr int constraint = 19;
inline constexpr int mismatch = 20;
inline constexpr int notADatabase = 26;

[[nodiscard]] int primaryCode(const QSqlError &failure);

} // namespace sqlite

} // namespace core
