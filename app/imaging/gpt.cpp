// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/gpt.h"

#include "imaging/mbr.h"

#include <QUuid>
#include <QtEndian>

#include <algorithm>
#include <array>
#include <cstring>

namespace imaging
{
namespace
{

constexpr size_t headerBytes = 92; // what every revision has
constexpr size_t headerCrcAt = 16;
constexpr quint32 minEntryBytes = 128;
// 128 entries of 128 bytes are usual; nobody has more than this, and it bounds what is read.
constexpr quint32 maxEntriesBytes = 1024 * 1024;

// CRC-32 as in ISO 3309, which the UEFI specification refers to; bit by bit, it runs over 16 KiB
// once.
quint32 crc32(std::span<const std::byte> bytes)
{
    quint32 crc = 0xffffffff;
    for (const std::byte byte : bytes) {
        crc ^= quint32(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

template<class T>
T field(std::span<const std::byte> bytes, size_t at)
{
    return qFromLittleEndian<T>(bytes.data() + at);
}

struct Header {
    qint64 sector = 0;  // bytes
    qint64 self = 0;    // sector of this copy
    qint64 other = 0;   // sector of the other one
    qint64 entries = 0; // bytes from the beginning
    quint32 count = 0;
    quint32 entryBytes = 0;
    quint32 entriesCrc = 0;
};

// A sector number whose bytes stay within what an image may have.
std::optional<qint64> sectorNumber(quint64 number, qint64 sector)
{
    if (number >= quint64(protocol::maxImageBytes / sector))
        return std::nullopt;
    return qint64(number);
}

bool checksumIsRight(std::span<const std::byte> block)
{
    const quint32 length = field<quint32>(block, 12);
    if (length < headerBytes || length > block.size())
        return false;
    std::vector<std::byte> copy(block.begin(), block.begin() + length);
    std::memset(copy.data() + headerCrcAt, 0, sizeof(quint32));
    return crc32(copy) == field<quint32>(block, headerCrcAt);
}

std::optional<Header> parseHeader(std::span<const std::byte> block, qint64 sector, qint64 self)
{
    if (std::memcmp(block.data(), "EFI PART", 8) != 0 || !checksumIsRight(block))
        return std::nullopt;
    const auto other = sectorNumber(field<quint64>(block, 32), sector);
    const auto entries = sectorNumber(field<quint64>(block, 72), sector);
    Header header;
    header.count = field<quint32>(block, 80);
    header.entryBytes = field<quint32>(block, 84);
    header.entriesCrc = field<quint32>(block, 88);
    const bool sane = field<quint64>(block, 24) == quint64(self) && other && entries &&
                      *entries >= 2 && header.entryBytes >= minEntryBytes &&
                      header.entryBytes % 8 == 0 &&
                      header.count <= maxEntriesBytes / header.entryBytes;
    if (!sane)
        return std::nullopt;
    header.sector = sector;
    header.self = self;
    header.other = *other;
    header.entries = *entries * sector;
    return header;
}

std::optional<Header> headerAt(const ByteReader &read, qint64 sector, qint64 self)
{
    std::array<std::byte, 512> block;
    return read(self * sector, block) ? parseHeader(block, sector, self) : std::nullopt;
}

constexpr auto sectorSizes = std::to_array<qint64>({512, 4096});

std::optional<Header> firstHeader(const ByteReader &read)
{
    for (const qint64 sector : sectorSizes) {
        if (const auto header = headerAt(read, sector, 1))
            return header;
    }
    return std::nullopt;
}

// The copy is where the first header says; without one, in the last sector.
std::optional<Header> secondHeader(const ByteReader &read, const std::optional<Header> &first,
                                   qint64 imageSize)
{
    if (first)
        return headerAt(read, first->sector, first->other);
    for (const qint64 sector : sectorSizes) {
        if (const auto header = headerAt(read, sector, imageSize / sector - 1))
            return header;
    }
    return std::nullopt;
}

// First three fields little-endian, the rest as it stands (UEFI appendix A).
QString guidText(std::span<const std::byte> raw)
{
    std::array<uchar, 8> rest;
    std::memcpy(rest.data(), raw.data() + 8, rest.size());
    const QUuid guid(field<quint32>(raw, 0), field<quint16>(raw, 4), field<quint16>(raw, 6),
                     rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6], rest[7]);
    return guid.isNull() ? QString() : guid.toString(QUuid::WithoutBraces);
}

// nullopt for an entry that is not in use; without a length, one whose limits make no sense.
std::optional<Partition> parseEntry(std::span<const std::byte> raw, qint64 sector, int number)
{
    Partition partition;
    partition.number = number;
    partition.typeGuid = guidText(raw);
    if (partition.typeGuid.isEmpty())
        return std::nullopt;
    const auto first = sectorNumber(field<quint64>(raw, 32), sector);
    const auto last = sectorNumber(field<quint64>(raw, 40), sector);
    if (!first || !last || *first < 2 || *last < *first)
        return partition;
    partition.offset = *first * sector;
    partition.length = (*last - *first + 1) * sector;
    return partition;
}

// The partitions of one copy of the table.
struct Copy {
    bool readable = false; // there were bytes to read
    bool right = false;    // and they have the header's checksum
    TableSurvey survey;
};

Copy readCopy(const ByteReader &read, const Header &header)
{
    Copy copy;
    std::vector<std::byte> entries(size_t(header.count) * header.entryBytes);
    copy.readable = entries.empty() || read(header.entries, entries);
    copy.right = copy.readable && crc32(entries) == header.entriesCrc;
    PartitionTable &table = copy.survey.table;
    table.kind = PartitionTable::Kind::Gpt;
    table.end = (std::max(header.self, header.other) + 1) * header.sector;
    for (quint32 i = 0; copy.right && i < header.count; ++i) {
        const auto raw = std::span(entries).subspan(size_t(i) * header.entryBytes, minEntryBytes);
        const auto partition = parseEntry(raw, header.sector, int(i) + 1);
        if (partition && partition->length == 0)
            copy.survey.findings.push_back({TableFault::BadEntry, partition->number});
        else if (partition)
            table.partitions.push_back(*partition);
    }
    for (const Partition &partition : table.partitions)
        table.end = std::max(table.end, partition.end());
    table.furthestEnd = table.end;
    findOverlaps(table.partitions, copy.survey.findings);
    if (header.sector != sectorSizes.front())
        copy.survey.findings.push_back({TableFault::Sector4096});
    return copy;
}

// What the copy of a table that is right says of it; nothing where it lies beyond the image.
std::optional<TableFault> compareCopy(const ByteReader &read, const Header &first)
{
    std::array<std::byte, 512> block;
    if (!read(first.other * first.sector, block))
        return std::nullopt;
    const auto second = parseHeader(block, first.sector, first.other);
    if (!second || !readCopy(read, *second).right)
        return TableFault::CopyDamaged;
    const bool same = second->entriesCrc == first.entriesCrc && second->count == first.count &&
                      second->entryBytes == first.entryBytes;
    return same ? std::nullopt : std::optional(TableFault::CopyDiffers);
}

} // namespace

TableSurvey surveyGpt(const ByteReader &read, qint64 imageSize)
{
    const auto first = firstHeader(read);
    Copy copy = first ? readCopy(read, *first) : Copy{};
    if (first && (copy.right || !copy.readable)) {
        if (const auto fault = compareCopy(read, *first))
            copy.survey.findings.push_back({*fault});
        return copy.survey;
    }
    const auto second = secondHeader(read, first, imageSize);
    copy = second ? readCopy(read, *second) : Copy{};
    if (!copy.right)
        return {{}, {{TableFault::NoGpt}}};
    copy.survey.findings.push_back({TableFault::GptDamaged});
    return copy.survey;
}

bool hasGpt(const ByteReader &read)
{
    return firstHeader(read).has_value();
}

} // namespace imaging
