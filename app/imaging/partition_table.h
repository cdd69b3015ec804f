// SPDX-License-Identifier: GPL-3.0-or-later
// As much of MBR and GPT as safety needs: where the table's partitions end and where GPT copies
// lie. Sources: UEFI specification 2.10, chapter 5 (GPT); the MBR's layout by the same
// chapter, 5.2.
#pragma once

#include "imaging/block_map.h"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace imaging
{

struct Partition {
    int number = 0;
    qint64 offset = 0;  // bytes
    qint64 length = 0;  // bytes
    quint8 mbrType = 0; // MBR only
    QString typeGuid;   // GPT only, lower case
};

struct PartitionTable {
    enum class Kind { None, Mbr, Gpt };
    Kind kind = Kind::None;
    std::vector<Partition> partitions; // primary and logical; empty entries left out
    // One past the last byte that the table claims: partitions, and with GPT its backup header. 0
    // for None.
    qint64 end = 0;
    // The same, or more: an MBR counts in sectors and does not say how large they are. Where no
    // partition's content tells, this is its end by the largest sectors with which it is still
    // inside the image.
    qint64 furthestEnd = 0;
};

// Reads bytes [offset, offset + buffer.size()) of the image; false: not readable (then what depends
// on it is left out).
using ByteReader = std::function<bool(qint64 offset, std::span<std::byte> buffer)>;

// Nothing at or beyond `imageSize` (bytes) is read; what the table claims may lie beyond it, and
// `end` tells so: that is how a truncated image is known. A table that contradicts itself
// (overlaps, wrong checksums, a chain of more than 128 logical partitions) is reported as None.
// Sectors are of 512 bytes; of 4096 for a GPT found there, and for an MBR whose partitions begin
// with a file system, or the like, only when they are counted so.
[[nodiscard]] PartitionTable readPartitionTable(const ByteReader &read, qint64 imageSize);

} // namespace imaging
