// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with a database that cannot be used any more: it is kept, under another name, and
// what can still be read of it goes into a new one. That one is built beside it and takes its place
// when it is whole: after a kill, or on a full disk, the old one is where it was.
//
// Beside NAME: NAME.new while the new one is filled, NAME.recovered-DATE once it is whole,
// NAME.damaged-DATE (and -wal) is the old one, which sqlite3(1) opens as it is.
#pragma once

#include "protocol/result.h"

#include <QString>

namespace core
{

class StoreReserve;

// The setting of a new database that says what happened, where the old one is, what was read from
// it and what is lost: until people have been told.
inline constexpr QLatin1StringView recoveryNoticeKey{"recovery-notice"};

// In place of the one at `path`, which nobody has open: `why` says what is the matter with it.
// StorageFull when there is no room to read it or for the new one, also without the reserve;
// StationIoError. The old one is as it was then.
[[nodiscard]] protocol::Result<void> rebuildDatabase(const QString &path, const QString &why,
                                                     StoreReserve &reserve);

// Before anything is opened: a new database that was whole when the station was killed takes its
// place. StationIoError.
[[nodiscard]] protocol::Result<void> finishRebuild(const QString &path);

// A file that is missing or has no bytes, beside a log that has some: SQLite would remove the log.
[[nodiscard]] bool isEmptied(const QString &path);

} // namespace core
