// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/mbr.h"

#include <QtEndian>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace imaging
{
namespace
{

constexpr qint64 sectorBytes = bootRecordBytes;
constexpr qint64 largeSectorBytes = 4096;
constexpr int primaryEntries = 4;
constexpr size_t entriesAt = 446;
constexpr size_t entryBytes = 16;
constexpr size_t maxLogicalLinks = 128;

// One 16-byte entry of an MBR or EBR; start and length still relative to whatever it counts from,
// in bytes when its sectors have as many as parseRecord() was told: below 2^44, so that sums of a
// few do not overflow.
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

std::optional<Entries> parseRecord(const BootRecord &record, qint64 unit)
{
    if (record[510] != std::byte(0x55) || record[511] != std::byte(0xaa))
        return std::nullopt;
    Entries entries;
    for (size_t i = 0; i < entries.size(); ++i) {
        const std::byte *raw = record.data() + entriesAt + i * entryBytes;
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
    return inner.offset >= outer.offset && inner.end() <= outer.end();
}

// Follows the chain of extended boot records in one container.
class Chain
{
public:
    Chain(const ByteReader &read, const Partition &container, qint64 unit, TableSurvey &survey)
        : m_read(read), m_container(container), m_unit(unit), m_survey(survey)
    {
    }

    void follow()
    {
        qint64 record = m_container.offset;
        while (const auto entries = entriesAt(record)) {
            m_seen.push_back(record);
            addLogical((*entries)[0], record);
            const Entry &next = (*entries)[1];
            if (next.isEmpty() || !next.isExtended())
                return;
            record = m_container.offset + next.start;
            if (std::ranges::find(m_seen, record) != m_seen.end() ||
                m_seen.size() == maxLogicalLinks)
                return found(TableFault::Loop);
            if (record >= m_container.end())
                return found(TableFault::OutsideExtended);
        }
    }

private:
    std::optional<Entries> entriesAt(qint64 record)
    {
        BootRecord bytes;
        return m_read(record, bytes) ? parseRecord(bytes, m_unit) : std::nullopt;
    }

    void addLogical(const Entry &entry, qint64 record)
    {
        if (entry.isEmpty())
            return;
        const int number = primaryEntries + int(m_seen.size());
        const Partition partition = partitionOf(entry, number, record);
        m_survey.table.partitions.push_back(partition);
        if (!lies(partition, m_container))
            found(TableFault::OutsideExtended, number);
    }

    void found(TableFault fault, int partition = 0)
    {
        m_survey.findings.push_back({fault, partition});
    }

    const ByteReader &m_read;
    const Partition &m_container;
    const qint64 m_unit;
    TableSurvey &m_survey;
    std::vector<qint64> m_seen; // records, each by its offset
};

TableSurvey surveyIn(const ByteReader &read, const Entries &entries, qint64 unit)
{
    std::vector<Partition> primary; // the extended ones too
    TableSurvey logical;
    TableSurvey survey;
    PartitionTable &table = survey.table;
    for (int i = 0; i < primaryEntries; ++i) {
        const Entry &entry = entries[size_t(i)];
        if (entry.isEmpty())
            continue;
        primary.push_back(partitionOf(entry, i + 1, 0));
        table.end = std::max(table.end, primary.back().end());
        if (entry.start == 0) // would contain the table itself
            survey.findings.push_back({TableFault::OnTable, i + 1});
        if (!entry.isExtended())
            table.partitions.push_back(primary.back());
        else if (entry.start > 0)
            Chain(read, primary.back(), unit, logical).follow();
    }
    if (primary.empty() || table.end > protocol::maxImageBytes)
        return {};
    table.kind = PartitionTable::Kind::Mbr;
    table.furthestEnd = table.end;
    findOverlaps(primary, survey.findings);
    findOverlaps(logical.table.partitions, survey.findings);
    const auto append = [](auto &to, const auto &from) {
        to.insert(to.end(), from.begin(), from.end());
    };
    append(table.partitions, logical.table.partitions);
    append(survey.findings, logical.findings);
    return survey;
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

} // namespace

bool hasMbr(const BootRecord &record)
{
    return parseRecord(record, sectorBytes).has_value();
}

bool isProtective(const BootRecord &record)
{
    const auto entries = parseRecord(record, sectorBytes);
    return entries && std::ranges::any_of(*entries, &Entry::isProtective);
}

bool hasPartitionsOfItsOwn(const BootRecord &record)
{
    const auto entries = parseRecord(record, sectorBytes);
    return entries && std::ranges::any_of(*entries, [](const Entry &entry) {
               return !entry.isEmpty() && !entry.isProtective();
           });
}

// The sectors are as large as makes partitions begin where something begins. Where nothing tells,
// they are of 512 bytes, as on every eMMC and card, and the other is kept in mind.
TableSurvey surveyMbr(const ByteReader &read, const BootRecord &record, qint64 imageSize)
{
    TableSurvey survey = surveyIn(read, *parseRecord(record, sectorBytes), sectorBytes);
    if (hasContent(read, survey.table))
        return survey;
    TableSurvey large = surveyIn(read, *parseRecord(record, largeSectorBytes), largeSectorBytes);
    if (hasContent(read, large.table)) {
        large.findings.push_back({TableFault::Sector4096});
        return large;
    }
    const bool isMbr = survey.table.kind == PartitionTable::Kind::Mbr;
    if (isMbr && large.table.end <= imageSize)
        survey.table.furthestEnd = std::max(survey.table.end, large.table.end);
    return survey;
}

void findOverlaps(std::vector<Partition> partitions, std::vector<TableFinding> &findings)
{
    std::ranges::sort(partitions, {}, &Partition::offset);
    qint64 end = 0; // of what lies in front
    for (const Partition &partition : partitions) {
        if (partition.offset < end)
            findings.push_back({TableFault::Overlap, partition.number});
        end = std::max(end, partition.end());
    }
}

} // namespace imaging
