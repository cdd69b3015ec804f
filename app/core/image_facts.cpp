// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_facts.h"

#include "core/files.h"
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

// Bytes of an image, with the chunk that was read last at hand.
class PackBytes
{
public:
    explicit PackBytes(const imaging::PackReader &pack) : m_pack(pack), m_chunk(chunkBytes) {}

    [[nodiscard]] const BlockMap &map() const { return m_pack.tail().map(); }

    [[nodiscard]] bool read(qint64 offset, std::span<std::byte> out)
    {
        while (!out.empty()) {
            const auto index = quint64(offset / chunkBytes);
            const auto from = size_t(offset % chunkBytes);
            if (index >= map().count() || from >= map().length(index) || !load(index))
                return false;
            const size_t bytes = std::min(out.size(), map().length(index) - from);
            std::copy_n(m_chunk.begin() + qptrdiff(from), bytes, out.begin());
            out = out.subspan(bytes);
            offset += qint64(bytes);
        }
        return true;
    }

private:
    bool load(quint64 index)
    {
        if (m_loaded && m_index == index)
            return true;
        const auto chunk = std::span(m_chunk).first(map().length(index));
        m_index = index;
        m_loaded = true;
        if (map().entry(index).kind == ChunkKind::Zero)
            std::ranges::fill(chunk, std::byte{0});
        else
            m_loaded = m_pack.readChunk(index, chunk).ok();
        return m_loaded;
    }

    const imaging::PackReader &m_pack;
    std::vector<std::byte> m_chunk;
    quint64 m_index = 0;
    bool m_loaded = false;
};

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

ImageFacts lookInto(const imaging::PackReader &pack)
{
    PackBytes bytes(pack);
    const auto read = [&bytes](qint64 offset, std::span<std::byte> out) {
        return bytes.read(offset, out);
    };
    const PartitionTable table = imaging::readPartitionTable(read, bytes.map().imageSize());
    ImageFacts facts;
    facts.known = true;
    facts.table = nameOf(table.kind);
    for (const Partition &partition : table.partitions)
        facts.partitions << factsOf(partition);
    if (table.kind == PartitionTable::Kind::None)
        facts.partitions << wholeImage(bytes.map());
    for (PartitionFacts &partition : facts.partitions)
        fill(bytes, partition);
    return facts;
}

} // namespace core
