// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_facts.h"

#include "core/files.h"
#include "core/image_warnings.h"
#include "core/pack_bytes.h"
#include "imaging/partition_table.h"

#include <blkid/blkid.h>

#include <algorithm>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace core
{

using namespace Qt::StringLiterals;
using imaging::BlockMap;
using imaging::chunkBytes;
using imaging::ChunkKind;
using imaging::Partition;
using imaging::PartitionTable;

namespace
{

// File systems say what they are in their first and last MiB (libblkid's probes of superblocks; the
// farthest from either end is ReiserFS at 64 KiB, ZFS at 512 KiB). But a FAT keeps its label in the
// root folder, behind two tables of 1 MiB each in a boot partition of the Raspberry Pi.
constexpr qint64 probedBytes = 4 * 1024 * 1024;

// What is in DATA chunks of the range.
qint64 dataBytesIn(const BlockMap &map, qint64 offset, qint64 length)
{
    const qint64 end = std::min(offset + length, map.imageSize());
    qint64 bytes = 0;
    for (qint64 at = offset; at < end;) {
        const auto index = quint64(at / chunkBytes);
        const qint64 next = std::min(end, qint64(index + 1) * chunkBytes);
        if (map.entry(index).kind == ChunkKind::Data)
            bytes += next - at;
        at = next;
    }
    return bytes;
}

bool copyOver(PackBytes &bytes, const PartitionFacts &partition, qint64 from, qint64 length,
              int target)
{
    std::vector<std::byte> buffer(static_cast<size_t>(length));
    return bytes.read(partition.offset + from, buffer) && writeAt(target, from, buffer).ok();
}

// The partition as a sparse file in memory: both its ends, and nothing between them.
FileDescriptor endsOf(PackBytes &bytes, const PartitionFacts &partition)
{
    const qint64 length = std::min(partition.length, bytes.map().imageSize() - partition.offset);
    FileDescriptor file(::memfd_create("image-probe", MFD_CLOEXEC));
    if (length <= 0 || !file || ::ftruncate(file.get(), length) != 0)
        return {};
    const qint64 head = std::min(length, probedBytes);
    const qint64 tail = std::min(length - head, probedBytes);
    const bool copied = copyOver(bytes, partition, 0, head, file.get()) &&
                        copyOver(bytes, partition, length - tail, tail, file.get());
    return copied ? std::move(file) : FileDescriptor();
}

QString valueOf(blkid_probe probe, const char *name)
{
    const char *value = nullptr;
    if (blkid_probe_lookup_value(probe, name, &value, nullptr) != 0)
        return {};
    return QString::fromUtf8(value);
}

void recognize(int file, PartitionFacts &partition)
{
    const std::unique_ptr<blkid_struct_probe, decltype(&blkid_free_probe)> probe(blkid_new_probe(),
                                                                                 blkid_free_probe);
    if (!probe || blkid_probe_set_device(probe.get(), file, 0, 0) != 0)
        return;
    blkid_probe_enable_superblocks(probe.get(), 1);
    blkid_probe_set_superblocks_flags(probe.get(),
                                      BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID);
    if (blkid_do_safeprobe(probe.get()) != 0) // nothing, or several that contradict each other
        return;
    partition.filesystem = valueOf(probe.get(), "TYPE");
    partition.label = valueOf(probe.get(), "LABEL");
    partition.uuid = valueOf(probe.get(), "UUID");
}

void fill(PackBytes &bytes, PartitionFacts &partition)
{
    partition.dataBytes = dataBytesIn(bytes.map(), partition.offset, partition.length);
    if (const FileDescriptor file = endsOf(bytes, partition))
        recognize(file.get(), partition);
}

PartitionFacts factsOf(const Partition &partition)
{
    PartitionFacts facts;
    facts.number = partition.number;
    facts.offset = partition.offset;
    facts.length = partition.length;
    facts.type = partition.typeGuid.isEmpty()
                     ? u"0x%1"_s.arg(int(partition.mbrType), 2, 16, QLatin1Char('0'))
                     : partition.typeGuid;
    return facts;
}

QString nameOf(PartitionTable::Kind kind)
{
    switch (kind) {
    case PartitionTable::Kind::Mbr:
        return u"mbr"_s;
    case PartitionTable::Kind::Gpt:
        return u"gpt"_s;
    case PartitionTable::Kind::None:
        break;
    }
    return {};
}

PartitionFacts wholeImage(const BlockMap &map)
{
    PartitionFacts facts;
    facts.length = map.imageSize();
    return facts;
}

} // namespace

ImageLook lookInto(const imaging::PackReader &pack)
{
    PackBytes bytes(pack);
    const qint64 size = bytes.map().imageSize();
    const auto read = [&bytes](qint64 offset, std::span<std::byte> out) {
        return bytes.read(offset, out);
    };
    const imaging::TableSurvey survey = imaging::surveyPartitions(read, size);
    ImageLook look;
    ImageFacts &facts = look.facts;
    facts.known = true;
    facts.table = nameOf(survey.table.kind);
    for (const Partition &partition : survey.table.partitions) {
        if (facts.partitions.size() < maxPartitions)
            facts.partitions << factsOf(partition);
    }
    if (survey.table.kind == PartitionTable::Kind::None)
        facts.partitions << wholeImage(bytes.map());
    for (PartitionFacts &partition : facts.partitions)
        fill(bytes, partition);
    look.warnings = tableWarnings(survey, facts, size) + stateWarnings(read, facts);
    return look;
}

} // namespace core
