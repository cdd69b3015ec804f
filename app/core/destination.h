// SPDX-License-Identifier: GPL-3.0-or-later
// Where a backup is saved need not be a Linux disk: what the file system can hold is found out
// before the backup begins, and that it has gone away is told from a disk that fails.
#pragma once

#include "core/backup_journal.h"
#include "core/files.h"

namespace core
{

struct DestinationFacts {
    qint64 largestFile = -1; // bytes; -1: no limit that a device reaches
    bool keepsHoles = true;  // zeros that are left out cost nothing
    qint64 freeBytes = -1;   // -1: it does not say
};

[[nodiscard]] DestinationFacts destinationFacts(const QString &path);

// Before a backup of a device of `size` bytes begins or goes on, of which `written` are there.
// FileTooLarge for a raw image that cannot be held; StorageFull when there is less room than it
// needs in any case. Both in numbers. 0: the size is not known, and nothing can be said.
[[nodiscard]] protocol::Result<void> checkDestination(const DestinationFacts &facts,
                                                      const QString &path, BackupFormat format,
                                                      qint64 size, qint64 written = 0);

// Whether the folder of `path` is no longer the one in which the open file lies, or its disk was
// taken out: what went wrong with the file then is that.
[[nodiscard]] bool isGone(int descriptor, const QString &path);

// A failure of writing as it is to be told: DestinationGone for what it was by isGone().
[[nodiscard]] protocol::Failure orGone(protocol::Failure failure, int descriptor,
                                       const QString &path);

} // namespace core
