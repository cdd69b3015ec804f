// SPDX-License-Identifier: GPL-3.0-or-later
// The readers of free space: ext2/3/4, FAT and swap. The first byte says what the partition is by
// its type, the rest is what the partition begins with; behind it are zeros. What is said to be
// free must lie in the partition, in order.
#include "fuzz/scratch_folder.h"
#include "imaging/used_blocks.h"

#include <array>

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 partitionAt = 4096;
constexpr qint64 partitionBytes = 16 << 20;
constexpr std::array<quint8, 3> types{0x83, 0x0c, 0x82};

imaging::PartitionTable onePartition(quint8 type)
{
    imaging::PartitionTable table;
    table.kind = imaging::PartitionTable::Kind::Mbr;
    imaging::Partition partition;
    partition.number = 1;
    partition.offset = partitionAt;
    partition.length = partitionBytes;
    partition.mbrType = type;
    table.partitions.push_back(partition);
    table.end = partitionAt + partitionBytes;
    return table;
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    QByteArray swap(4096, '\0');
    swap[1024] = 1;     // version
    swap[1028 + 1] = 1; // last page: 256
    swap.replace(4086, 10, "SWAPSPACE2");
    return {'\2' + swap};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > partitionBytes)
        return 0;
    static const fuzz::ScratchFolder folder;
    const QString name = u"device"_s;
    const QByteArray content =
        QByteArray(partitionAt, '\0') +
        QByteArray(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));
    folder.write(name, content, partitionAt + partitionBytes);
    const auto table = onePartition(types[data[0] % types.size()]);
    const imaging::FreeSpace space = imaging::findFreeSpace(folder.path(name), table);
    qint64 end = partitionAt;
    for (const imaging::ByteExtent &extent : space.extents) {
        fuzz::require(extent.offset >= end && extent.length > 0);
        fuzz::require(extent.length <= partitionAt + partitionBytes - extent.offset);
        end = extent.offset + extent.length;
    }
    return 0;
}
