// SPDX-License-Identifier: GPL-3.0-or-later
// Which parts of a device hold data: everything but the blocks that a clean ext2/3/4 file system,
// or the clusters that a clean FAT, says are free, and what swap space holds.
#pragma once

#include "imaging/partition_table.h"

#include <QStringList>

namespace imaging
{

struct ByteExtent {
    qint64 offset = 0; // bytes
    qint64 length = 0; // bytes
};

struct FreeSpace {
    std::vector<ByteExtent> extents; // sorted, disjoint: need not be copied
    QStringList notes; // why a partition, or all, is copied whole, one English line each
};

// Looks into every partition of the device at `path`, read-only; at ext with libext2fs. A file
// system that is dirty (not cleanly unmounted, journal to be replayed, errors) or unknown
// contributes nothing but a note.
[[nodiscard]] FreeSpace findFreeSpace(const QString &path, const PartitionTable &table);

} // namespace imaging
