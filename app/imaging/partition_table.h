// SPDX-License-Identifier: GPL-3.0-or-later
// As much of MBR and GPT as safety needs: where the table's partitions end, where GPT copies lie,
// and what is wrong with either. Sources: UEFI specification 2.10, chapter 5 (GPT); the MBR's
// layout by the same chapter, 5.2; what is shown of a table that contradicts itself is what Linux
// shows (block/partitions/{msdos,efi}.c).
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

    [[nodiscard]] qint64 end() const { return offset + length; }
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

enum class TableFault {
    // The table contradicts itself: what it says of where something lies is not to be believed.
    Overlap,         // partition: the second of two
    OnTable,         // partition: it begins where the table is
    Loop,            // the chain of logical partitions comes back to itself, or does not end
    OutsideExtended, // partition, or 0: the chain of logical ones leads out of the extended one
    BadEntry,        // partition: its limits make no sense
    NoGpt,           // the MBR announces a GPT, and there is none that is valid
    GptDamaged,      // the GPT's header or entries are; what is shown is its copy
    // The table is clear, but somebody else may read another.
    CopyDamaged, // the GPT's copy is
    CopyDiffers, // the GPT's copy holds other partitions
    HybridMbr,   // the MBR before a GPT has partitions of its own
    StaleGpt,    // there is a GPT that the MBR does not announce
    Sector4096,  // made for sectors of 4096 bytes
};

struct TableFinding {
    TableFault fault = TableFault::Overlap;
    int partition = 0; // 0: none in particular

    friend bool operator==(const TableFinding &, const TableFinding &) = default;
};

// Reads bytes [offset, offset + buffer.size()) of the image; false: not readable (then what depends
// on it is left out).
using ByteReader = std::function<bool(qint64 offset, std::span<std::byte> buffer)>;

struct TableSurvey {
    PartitionTable table; // as far as it can be shown, whatever is wrong with it
    std::vector<TableFinding> findings;

    [[nodiscard]] bool contradictsItself() const;
    // There is a table, and nothing at all is wrong with it.
    [[nodiscard]] bool isUnderstood() const;
};

// Nothing at or beyond `imageSize` (bytes) is read; what the table claims may lie beyond it, and
// `end` tells so: that is how a truncated image is known. Sectors are of 512 bytes; of 4096 for a
// GPT found there, and for an MBR whose partitions begin with a file system, or the like, only when
// they are counted so.
[[nodiscard]] TableSurvey surveyPartitions(const ByteReader &read, qint64 imageSize);

// The table of the same survey; None when it contradicts itself.
[[nodiscard]] PartitionTable readPartitionTable(const ByteReader &read, qint64 imageSize);

} // namespace imaging
