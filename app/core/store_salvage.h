// SPDX-License-Identifier: GPL-3.0-or-later
// What can still be read of a damaged database: row by row, past what cannot. The damaged file is
// only copied.
#pragma once

#include "core/store.h"

#include <QString>
#include <QStringList>

namespace core
{

struct Salvage {
    Snapshot found;
    // For people: "device dc:a6:32:00:00:01", "12 jobs"; empty: everything was read.
    QStringList lost;
    // Not even its list of tables can be read, or there was no room to try: what it held nobody
    // knows.
    bool unreadable = true;
};

// `path`: of the database, its log (-wal) beside it. Works in a folder of its own beside it, which
// takes as much room and goes at the end. Never fails: what cannot be read is lost.
[[nodiscard]] Salvage salvageDatabase(const QString &path);

} // namespace core
