// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/used_blocks.h"

#include "imaging/descriptor_io.h"
#include "imaging/ext_bitmap.h"
#include "imaging/fat_clusters.h"
#include "imaging/swap_space.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <cstring>

#include <fcntl.h>

namespace imaging
{

using namespace Qt::StringLiterals;

namespace
{

struct Signature {
    qint64 offset; // within the partition
    std::string_view bytes;
    QLatin1StringView name;
};

// A partition that became something else may still hold an old ext superblock, and its free blocks
// would be somebody's data. What these file systems and volumes do not overwrite at 1024 is found
// by their own marks.
constexpr auto strangers = std::to_array<Signature>({
    {510, std::string_view("\x55\xaa", 2), "a boot sector"_L1},
    {0, "LUKS\xba\xbe", "LUKS"_L1},
    {0, "XFSB", "XFS"_L1},
    {0, "LABELONE", "LVM"_L1},
    {512, "LABELONE", "LVM"_L1},
    {4086, "SWAPSPACE2", "swap"_L1},
    {4096, "\xfc\x4e\x2b\xa9", "Linux RAID"_L1},
    {65600, "_BHRfS_M", "btrfs"_L1},
});

std::optional<QLatin1StringView> strangerIn(int descriptor, const Partition &partition)
{
    for (const Signature &signature : strangers) {
        std::array<std::byte, 16> found{};
        const auto window = std::span(found).first(signature.bytes.size());
        (void)readFully(descriptor, partition.offset + signature.offset, window);
        if (std::memcmp(found.data(), signature.bytes.data(), signature.bytes.size()) == 0)
            return signature.name;
    }
    return std::nullopt;
}

FreeBlocks freeIn(int device, const QString &path, const Partition &partition)
{
    if (isFat(device, partition.offset))
        return findFreeClusters(device, partition.offset, partition.length);
    if (isSwapType(partition))
        return findSwapPages(device, partition.offset, partition.length);
    if (const auto stranger = strangerIn(device, partition))
        return {{}, u"looks like %1"_s.arg(*stranger)};
    return findFreeBlocks(path, partition.offset, partition.length);
}

// Free extents of one partition, in bytes of the device; what is said to be free behind the
// device's end is cut off.
void append(std::vector<ByteExtent> &extents, const std::vector<ByteExtent> &found, qint64 offset)
{
    for (const ByteExtent &extent : found)
        extents.push_back({offset + extent.offset, extent.length});
}

} // namespace

FreeSpace findFreeSpace(const QString &path, const PartitionTable &table)
{
    FreeSpace space;
    const Descriptor device(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC));
    const qint64 size = device ? sizeOf(device.get()) : -1;
    if (size < 0) {
        space.notes.append(u"%1 cannot be read, copied whole"_s.arg(path));
        return space;
    }
    if (table.partitions.empty())
        space.notes.append(u"no partitions were found, copied whole"_s);
    for (const Partition &partition : table.partitions) {
        const auto note = [&](const QString &why) {
            space.notes.append(u"partition %1: %2, copied whole"_s.arg(partition.number).arg(why));
        };
        if (partition.offset > size - partition.length) {
            note(u"reaches beyond the device"_s);
            continue;
        }
        const auto found = freeIn(device.get(), path, partition);
        if (found.refusal.isEmpty())
            append(space.extents, found.extents, partition.offset);
        else
            note(found.refusal);
    }
    std::ranges::sort(space.extents, {}, &ByteExtent::offset);
    return space;
}

} // namespace imaging
