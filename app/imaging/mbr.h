// SPDX-License-Identifier: GPL-3.0-or-later
// The partition table of a boot record and the chain of logical partitions behind it. Private to
// partition_table.
#pragma once

#include "imaging/partition_table.h"

#include <array>

namespace imaging
{

inline constexpr qint64 bootRecordBytes = 512;
using BootRecord = std::array<std::byte, bootRecordBytes>;

// Whether it is a boot record with a table. A FAT file system's first sector has the same
// signature; its entries' status bytes are what tells it apart.
[[nodiscard]] bool hasMbr(const BootRecord &record);
// One of the entries announces a GPT (type 0xEE).
[[nodiscard]] bool isProtective(const BootRecord &record);
// One that is in use does not.
[[nodiscard]] bool hasPartitionsOfItsOwn(const BootRecord &record);

// Precondition: hasMbr(record). Counted in sectors of 512 bytes unless the partitions' contents
// tell otherwise.
[[nodiscard]] TableSurvey surveyMbr(const ByteReader &read, const BootRecord &record,
                                    qint64 imageSize);

// Adds one finding for each partition that begins before the one in front of it ends.
void findOverlaps(std::vector<Partition> partitions, std::vector<TableFinding> &findings);

} // namespace imaging
