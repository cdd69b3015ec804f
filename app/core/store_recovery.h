// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with a database that cannot be used any more: it is kept, under another name, and
// what can still be read of it goes into the new one.
#pragma once

#include "protocol/result.h"

#include <QString>

namespace core
{

class StoreDatabase;

// Renames the database and what SQLite keeps beside it (-wal, -shm) to NAME.damaged-DATE, which
// sqlite3(1) opens as it is, and returns that name. Nothing that is there is replaced.
// StationIoError.
[[nodiscard]] protocol::Result<QString> setDatabaseAside(const QString &path);

// Into a new, open database. For people: what happened, where the old one is, what was read from it
// and what is lost.
[[nodiscard]] protocol::Failure recoverInto(StoreDatabase &database, const QString &why,
                                            const QString &aside);

// A file that is missing or has no bytes, beside a log that has some: SQLite would remove the log.
// Sets both aside and returns that name; empty when it was not so. StationIoError.
[[nodiscard]] protocol::Result<QString> setEmptiedAside(const QString &path);

} // namespace core
