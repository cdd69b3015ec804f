// SPDX-License-Identifier: GPL-3.0-or-later
// The database's tables and how an older database becomes one of this version. `PRAGMA
// user_version` counts.
#pragma once

#include "protocol/result.h"

class QSqlDatabase;

namespace core
{

inline constexpr int schemaVersion = 5;

// Opens the file that `database` names, checks it, and migrates it. Nothing is written to a
// database that is damaged or of a newer version. StationIoError naming the file.
[[nodiscard]] protocol::Result<void> openDatabase(QSqlDatabase &database);

} // namespace core
