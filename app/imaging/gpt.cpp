// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/gpt.h"

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
constexpr qint64 maxEntriesBytes = 1024 * 1024;

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
    qint64 backup = 0;  // sector of the other copy
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

std::optional<Header> parseHeader(std::span<const std::byte> block, qint64 sector)
{
    if (std::memcmp(block.data(), "EFI PART", 8) != 0 || !checksumIsRight(block))
        return std::nullopt;
    const auto backup = sectorNumber(field<quint64>(block, 32), sector);
    const auto entries = sectorNumber(field<quint64>(block, 72), sector);
    Header header;
    header.count = field<quint32>(block, 80);
    header.entryBytes = field<quint32>(block, 84);
    header.entriesCrc = field<quint32>(block, 88);
    const bool sane = field<quint64>(block, 24) == 1 && backup && entries && *entries >= 2 &&
                      header.entryBytes >= minEntryBytes && header.entryBytes % 8 == 0 &&
                      qint64(header.count) * header.entryBytes <= maxEntriesBytes;
    if (!sane)
        return std::nullopt;
    header.sector = sector;
    header.backup = *backup;
    header.entries = *entries * sector;
    return header;
}

std::optional<Header> findHeader(const ByteReader &read)
{
    std::array<std::byte, 512> block;
    for (const qint64 sector : {512, 4096}) {
        if (!read(sector, block))
            continue;
        if (const auto header = parseHeader(block, sector))
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

// False when an entry's limits make no sense; empty entries are left out.
bool parseEntry(std::span<const std::byte> raw, const Header &header, int number,
                std::vector<Partition> &found)
{
    Partition partition;
    partition.number = number;
    partition.typeGuid = guidText(raw);
    if (partition.typeGuid.isEmpty())
        return true;
    const auto first = sectorNumber(field<quint64>(raw, 32), header.sector);
    const auto last = sectorNumber(field<quint64>(raw, 40), header.sector);
    if (!first || !last || *first < 2 || *last < *first)
        return false;
    partition.offset = *first * header.sector;
    partition.length = (*last - *first + 1) * header.sector;
    found.push_back(partition);
    return true;
}

} // namespace

PartitionTable readGpt(const ByteReader &read)
{
    const auto header = findHeader(read);
    if (!header)
        return {};
    PartitionTable table;
    table.kind = PartitionTable::Kind::Gpt;
    table.end = (header->backup + 1) * header->sector;
    std::vector<std::byte> entries(size_t(header->count) * header->entryBytes);
    if (!read(header->entries, entries))
        return table;
    if (crc32(entries) != header->entriesCrc)
        return {};
    for (quint32 i = 0; i < header->count; ++i) {
        const auto raw = std::span(entries).subspan(size_t(i) * header->entryBytes, minEntryBytes);
        if (!parseEntry(raw, *header, int(i) + 1, table.partitions))
            return {};
    }
    for (const Partition &partition : table.partitions)
        table.end = std::max(table.end, partition.offset + partition.length);
    return table;
}

} // namespace imaging
