// SPDX-License-Identifier: GPL-3.0-or-later
// What can still be read of a damaged database: row by row, past what cannot. The damaged file is
// not written to.
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
    QList<MacAddress> lostDevices; // that it still names
    bool jobsLost = false;
    bool devicesLost = false; // perhaps also some that it does not name
    bool settingsLost = false;
    // Not even its list of tables can be read: what it held nobody knows.
    bool unreadable = true;
    bool noRoom = false; // to try all that can be tried: nothing is known yet
};

// `path`: of the database, its log (-wal) beside it, which nobody has open. One whose first page is
// bad is copied into a folder of its own beside it, which takes as much room and goes at the end.
// Never fails otherwise: what cannot be read is lost.
[[nodiscard]] Salvage salvageDatabase(const QString &path);

} // namespace core
