// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/partition_table.h"

#include "imaging/gpt.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace imaging
{
namespace
{

constexpr qint64 sectorBytes = 512;
constexpr qint64 largeSectorBytes = 4096;
constexpr int primaryEntries = 4;
constexpr size_t entriesAt = 446;
constexpr size_t entryBytes = 16;
constexpr int maxLogicalLinks = 128;

using Sector = std::array<std::byte, sectorBytes>;

// One 16-byte entry of an MBR or EBR; start and length still relative to whatever it counts from,
// in bytes when its sectors have as many as parseRecord() was told.
struct Entry {
    quint8 status = 0;
    quint8 type = 0;
    qint64 start = 0;
    qint64 length = 0;

    [[nodiscard]] bool isEmpty() const { return type == 0 || length == 0; }
    [[nodiscard]] bool isExtended() const { return type == 0x05 || type == 0x0f || type == 0x85; }
    [[nodiscard]] bool isProtective() const { return type == 0xee; }
};

using Entries = std::array<Entry, primaryEntries>;

// nullopt: no boot record. A FAT file system's first sector has the same signature; its entries'
// status bytes are what tells it apart.
std::optional<Entries> parseRecord(const Sector &sector, qint64 unit)
{
    if (sector[510] != std::byte(0x55) || sector[511] != std::byte(0xaa))
        return std::nullopt;
    Entries entries;
    for (size_t i = 0; i < entries.size(); ++i) {
        const std::byte *raw = sector.data() + entriesAt + i * entryBytes;
        entries[i] = {quint8(raw[0]), quint8(raw[4]),
                      qint64(qFromLittleEndian<quint32>(raw + 8)) * unit,
                      qint64(qFromLittleEndian<quint32>(raw + 12)) * unit};
        if ((entries[i].status & 0x7f) != 0)
            return std::nullopt;
    }
    return entries;
}

Partition partitionOf(const Entry &entry, int number, qint64 base)
{
    Partition partition;
    partition.number = number;
    partition.offset = base + entry.start;
    partition.length = entry.length;
    partition.mbrType = entry.type;
    return partition;
}

bool lies(const Partition &inner, const Partition &outer)
{
    return inner.offset >= outer.offset &&
           inner.offset + inner.length <= outer.offset + outer.length;
}

// Follows the chain of extended boot records in `container`. False when it contradicts itself.
bool readLogical(const ByteReader &read, const Partition &container, qint64 unit,
                 std::vector<Partition> &found)
{
    qint64 record = container.offset;
    for (int link = 0; link < maxLogicalLinks; ++link) {
        Sector sector;
        if (!read(record, sector))
            return true;
        const auto entries = parseRecord(sector, unit);
        if (!entries)
            return true;
        const Entry &logical = (*entries)[0];
        if (!logical.isEmpty()) {
            found.push_back(partitionOf(logical, primaryEntries + 1 + link, record));
            if (!lies(found.back(), container))
                return false;
        }
        const Entry &next = (*entries)[1];
        if (next.isEmpty() || !next.isExtended())
            return true;
        record = container.offset + next.start;
        if (record >= container.offset + container.length)
            return false;
    }
    return false;
}

bool overlap(std::vector<Partition> partitions)
{
    std::ranges::sort(partitions, {}, &Partition::offset);
    const auto touching = [](const Partition &a, const Partition &b) {
        return a.offset + a.length > b.offset;
    };
    return std::ranges::adjacent_find(partitions, touching) != partitions.end();
}

qint64 endOf(const std::vector<Partition> &partitions)
{
    qint64 end = 0;
    for (const Partition &partition : partitions)
        end = std::max(end, partition.offset + partition.length);
    return end;
}

PartitionTable readMbr(const ByteReader &read, const Entries &entries, qint64 unit)
{
    std::vector<Partition> primary; // the extended ones too
    std::vector<Partition> logical;
    PartitionTable table;
    for (int i = 0; i < primaryEntries; ++i) {
        const Entry &entry = entries[size_t(i)];
        if (entry.isEmpty())
            continue;
        primary.push_back(partitionOf(entry, i + 1, 0));
        if (entry.start == 0) // would contain the table itself
            return {};
        if (!entry.isExtended())
            table.partitions.push_back(primary.back());
        else if (!readLogical(read, primary.back(), unit, logical))
            return {};
    }
    if (primary.empty() || overlap(primary) || overlap(logical))
        return {};
    table.kind = PartitionTable::Kind::Mbr;
    table.end = endOf(primary);
    if (table.end > protocol::maxImageBytes)
        return {};
    table.furthestEnd = table.end;
    table.partitions.insert(table.partitions.end(), logical.begin(), logical.end());
    return table;
}

// What stands at the beginning of what is kept in partitions; as libblkid knows it.
struct Mark {
    qint64 offset; // in the partition
    std::string_view bytes;
};
constexpr auto marks = std::to_array<Mark>({
    {1024 + 56, "\x53\xef"},      // ext2, ext3, ext4
    {510, "\x55\xaa"},            // FAT, NTFS, and an extended partition's record
    {4086, "SWAPSPACE2"},         // with pages of 4 KiB
    {0, "XFSB"},                  //
    {0, "hsqs"},                  // squashfs
    {1024, "\x10\x20\xf5\xf2"},   // f2fs
    {64 * 1024 + 64, "_BHRfS_M"}, // btrfs
    {0, "LUKS\xba\xbe"},          //
    {512, "LABELONE"},            // LVM
    {1024, "\xe2\xe1\xf5\xe0"},   // erofs
});

bool hasMark(const ByteReader &read, qint64 partition, const Mark &mark)
{
    std::array<std::byte, 16> found;
    const auto bytes = std::span(found).first(mark.bytes.size());
    return read(partition + mark.offset, bytes) &&
           std::memcmp(bytes.data(), mark.bytes.data(), bytes.size()) == 0;
}

bool hasContent(const ByteReader &read, const PartitionTable &table)
{
    return std::ranges::any_of(table.partitions, [&read](const Partition &partition) {
        return std::ranges::any_of(
            marks, [&](const Mark &mark) { return hasMark(read, partition.offset, mark); });
    });
}

// The sectors are as large as makes partitions begin where something begins. Where nothing tells,
// they are of 512 bytes, as on every eMMC and card, and the other is kept in mind.
PartitionTable readMbr(const ByteReader &read, const Sector &sector, qint64 imageSize)
{
    PartitionTable table = readMbr(read, *parseRecord(sector, sectorBytes), sectorBytes);
    if (hasContent(read, table))
        return table;
    PartitionTable large = readMbr(read, *parseRecord(sector, largeSectorBytes), largeSectorBytes);
    if (hasContent(read, large))
        return large;
    if (table.kind == PartitionTable::Kind::Mbr && large.end <= imageSize)
        table.furthestEnd = std::max(table.end, large.end);
    return table;
}

} // namespace

PartitionTable readPartitionTable(const ByteReader &read, qint64 imageSize)
{
    const ByteReader bounded = [&](qint64 offset, std::span<std::byte> buffer) {
        return offset >= 0 && offset <= imageSize - qint64(buffer.size()) && read(offset, buffer);
    };
    Sector sector;
    if (!bounded(0, sector))
        return {};
    const auto entries = parseRecord(sector, sectorBytes);
    if (!entries)
        return {};
    if (std::ranges::none_of(*entries, &Entry::isProtective))
        return readMbr(bounded, sector, imageSize);
    PartitionTable table = readGpt(bounded);
    table.furthestEnd = table.end;
    return overlap(table.partitions) ? PartitionTable{} : table;
}

} // namespace imaging
