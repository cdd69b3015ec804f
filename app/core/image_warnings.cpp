// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_warnings.h"

#include "imaging/ext_files.h"

#include <algorithm>

namespace core
{

using namespace Qt::StringLiterals;
using imaging::ExtFiles;
using imaging::Partition;
using imaging::PartitionTable;
using imaging::TableFault;
using imaging::TableFinding;
using Code = ImageWarningCode;

namespace
{

constexpr qint64 sectorBytes = 512;

// A partition of which neither the image has so much, nor any eMMC.
bool isUnplausible(const Partition &partition, qint64 size)
{
    return partition.end() > size && partition.end() > protocol::maxUntoldBytes;
}

ImageWarning truncation(const Partition &partition, qint64 size)
{
    return {Code::ImageTruncated, partition.number, partition.end() - size,
            u"partition %1 reaches to byte %2, the image to byte %3"_s.arg(partition.number)
                .arg(partition.end())
                .arg(size)};
}

ImageWarning unplausible(const Partition &partition)
{
    return {Code::PartitionUnplausible, partition.number, partition.length,
            u"partition %1 begins at byte %2 and has %3 bytes"_s.arg(partition.number)
                .arg(partition.offset)
                .arg(partition.length)};
}

ImageWarning disagreement(const QString &detail, int partition = 0)
{
    return {Code::TablesDisagree, partition, 0, detail};
}

ImageWarning warningOf(const TableFinding &finding)
{
    const int partition = finding.partition;
    switch (finding.fault) {
    case TableFault::Overlap:
        return {Code::PartitionsOverlap, partition, 0,
                u"partition %1 begins before another one ends"_s.arg(partition)};
    case TableFault::OnTable:
        return {Code::PartitionsOverlap, partition, 0,
                u"partition %1 begins in the sector of the partition table"_s.arg(partition)};
    case TableFault::Loop:
        return {Code::PartitionLoop, 0, 0,
                u"the chain of logical partitions leads back to itself, or has no end"_s};
    case TableFault::OutsideExtended:
        if (partition == 0)
            return disagreement(u"the chain of logical partitions leaves the extended partition"_s);
        return disagreement(
            u"logical partition %1 does not lie in the extended partition"_s.arg(partition),
            partition);
    case TableFault::BadEntry:
        return {Code::PartitionUnplausible, partition, 0,
                u"the limits of partition %1 make no sense"_s.arg(partition)};
    case TableFault::NoGpt:
        return disagreement(u"the MBR announces a GPT, and there is none with right checksums"_s);
    case TableFault::GptDamaged:
        return disagreement(u"the checksums of the GPT are wrong; what is shown is its copy"_s);
    case TableFault::CopyDamaged:
        return disagreement(u"the checksums of the GPT's copy are wrong"_s);
    case TableFault::CopyDiffers:
        return disagreement(u"the GPT and its copy hold different partitions"_s);
    case TableFault::HybridMbr:
        return disagreement(u"the MBR before the GPT has partitions of its own (hybrid MBR)"_s);
    case TableFault::StaleGpt:
        return disagreement(u"behind the MBR is a GPT that the MBR does not announce"_s);
    case TableFault::Sector4096:
        break;
    }
    return {Code::SectorSize4096, 0, 0, u"the table counts in sectors of 4096 bytes"_s};
}

QList<ImageWarning> extentWarnings(const PartitionTable &table, qint64 size)
{
    QList<ImageWarning> warnings;
    for (const Partition &partition : table.partitions) {
        if (isUnplausible(partition, size) && warnings.size() < maxAlike)
            warnings << unplausible(partition);
    }
    return warnings + truncations(table, size);
}

// Where there is no table: what there is instead.
ImageWarning tableMissing(const ImageFacts &facts)
{
    const PartitionFacts whole = facts.partitions.value(0);
    if (!whole.filesystem.isEmpty())
        return {Code::OnlyFilesystem, 0, 0, whole.filesystem};
    return {Code::NoPartitionTable, 0, 0,
            whole.dataBytes == 0 ? u"all bytes of the image are zero"_s
                                 : u"neither a partition table nor a file system was recognized"_s};
}

bool hasFat(const ImageFacts &facts)
{
    return std::ranges::any_of(facts.partitions,
                               [](const PartitionFacts &p) { return p.filesystem == "vfat"_L1; });
}

bool isExt(const PartitionFacts &partition)
{
    return partition.filesystem == "ext2"_L1 || partition.filesystem == "ext3"_L1 ||
           partition.filesystem == "ext4"_L1;
}

// machine-id(5): empty or "uninitialized" is what an image should have. D-Bus's own file is what
// systemd takes its number from while it has none.
std::optional<QString> machineId(const ExtFiles &files)
{
    for (const char *path : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
        const QByteArray id = files.beginOf(path, 64).value_or(QByteArray()).trimmed();
        if (!id.isEmpty() && id != "uninitialized")
            return u"%1 is set"_s.arg(QLatin1StringView(path));
    }
    return std::nullopt;
}

// As OpenSSH and Dropbear name them.
std::optional<QString> hostKeys(const ExtFiles &files)
{
    constexpr qsizetype mostNames = 1000;
    for (const char *folder : {"/etc/ssh", "/etc/dropbear"}) {
        for (const QByteArray &name : files.namesIn(folder, mostNames)) {
            const bool isOpenSsh = name.startsWith("ssh_host_") && name.endsWith("_key");
            const bool isDropbear = name.startsWith("dropbear_") && name.endsWith("_host_key");
            if (isOpenSsh || isDropbear)
                return u"%1/%2 is there"_s.arg(QLatin1StringView(folder), QString::fromUtf8(name));
        }
    }
    return std::nullopt;
}

std::optional<QString> cloudState(const ExtFiles &files)
{
    if (!files.exists("/var/lib/cloud/instance"))
        return std::nullopt;
    return u"/var/lib/cloud/instance is there: cloud-init has run"_s;
}

QList<ImageWarning> stateIn(const ExtFiles &files, int partition)
{
    QList<ImageWarning> warnings;
    const auto add = [&](Code code, const std::optional<QString> &detail) {
        if (detail)
            warnings << ImageWarning{code, partition, 0, *detail};
    };
    add(Code::MachineId, machineId(files));
    add(Code::SshHostKeys, hostKeys(files));
    add(Code::CloudInitState, cloudState(files));
    return warnings;
}

} // namespace

QList<ImageWarning> truncations(const PartitionTable &table, qint64 size)
{
    QList<ImageWarning> warnings;
    bool isCut = false;
    for (const Partition &partition : table.partitions) {
        isCut = isCut || partition.end() > size;
        if (partition.end() > size && !isUnplausible(partition, size) && warnings.size() < maxAlike)
            warnings << truncation(partition, size);
    }
    if (!isCut && table.end > size)
        warnings << ImageWarning{
            Code::ImageTruncated, 0, table.end - size,
            u"the partition table reaches to byte %1, the image to byte %2"_s.arg(table.end).arg(
                size)};
    return warnings;
}

QList<ImageWarning> tableWarnings(const imaging::TableSurvey &survey, const ImageFacts &facts,
                                  qint64 size)
{
    QList<ImageWarning> warnings;
    if (size % sectorBytes != 0)
        warnings << ImageWarning{Code::SizeNotInSectors, 0, size % sectorBytes,
                                 u"%1 bytes are not whole sectors of 512 bytes"_s.arg(size)};
    for (const TableFinding &finding : survey.findings) {
        const ImageWarning warning = warningOf(finding);
        if (std::ranges::count(warnings, warning.code, &ImageWarning::code) < maxAlike)
            warnings << warning;
    }
    warnings += extentWarnings(survey.table, size);
    const bool hasTable = survey.table.kind != PartitionTable::Kind::None;
    if (!hasTable)
        warnings << tableMissing(facts);
    else if (!hasFat(facts))
        warnings << ImageWarning{Code::NoBootPartition, 0, 0,
                                 u"none of the partitions holds a FAT file system"_s};
    return warnings;
}

QList<ImageWarning> stateWarnings(const imaging::ByteReader &read, const ImageFacts &facts)
{
    QList<ImageWarning> warnings;
    qsizetype looked = 0;
    for (const PartitionFacts &partition : facts.partitions) {
        if (!isExt(partition) || ++looked > maxAlike)
            continue;
        const auto inside = [&read, at = partition.offset](qint64 offset,
                                                           std::span<std::byte> out) {
            return read(at + offset, out);
        };
        if (const auto files = ExtFiles::open(inside, partition.length))
            warnings += stateIn(*files, partition.number);
    }
    return warnings;
}

bool mayBeCutAt(const Image &image, qint64 room)
{
    static constexpr Code ofTable[] = {Code::ImageTruncated, Code::NoPartitionTable,
                                       Code::OnlyFilesystem, Code::TablesDisagree,
                                       Code::SectorSize4096, Code::PartitionsOverlap,
                                       Code::PartitionLoop,  Code::PartitionUnplausible};
    const auto isOfTable = [](const ImageWarning &warning) {
        return std::ranges::find(ofTable, warning.code) != std::end(ofTable);
    };
    if (!image.facts.known)
        return true;
    return std::ranges::none_of(image.warnings, isOfTable) &&
           std::ranges::all_of(image.facts.partitions, [room](const PartitionFacts &partition) {
               return partition.offset + partition.length <= room;
           });
}

} // namespace core
