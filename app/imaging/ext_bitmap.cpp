// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/ext_bitmap.h"

#include <QFile>

#include <memory>
#include <numeric>

// The library's C header converts signs freely and casts where C++ would not.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <ext2fs/ext2fs.h>
#pragma GCC diagnostic pop

namespace imaging
{

using namespace Qt::StringLiterals;

namespace
{

struct Closer {
    void operator()(ext2_filsys fs) const { ext2fs_free(fs); }
};
using FileSystem = std::unique_ptr<struct_ext2_filsys, Closer>;

FreeBlocks refuse(const QString &why)
{
    return {{}, why};
}

// The library's own words; they are in a table that it does not load by itself.
QString codeText(errcode_t error)
{
    static const bool loaded = (initialize_ext2_error_table(), true);
    return loaded ? QString::fromLocal8Bit(error_message(error)) : QString();
}

// Why the bitmaps of this file system cannot be trusted; empty: they can.
QString doubt(ext2_filsys fs, qint64 length)
{
    const ext2_super_block *super = fs->super;
    if ((super->s_state & EXT2_VALID_FS) == 0)
        return u"not cleanly unmounted"_s;
    if ((super->s_state & EXT2_ERROR_FS) != 0)
        return u"has errors"_s;
    if (ext2fs_has_feature_journal_needs_recovery(fs->super))
        return u"its journal must be replayed"_s;
    if (ext2fs_has_feature_orphan_present(fs->super))
        return u"has orphans to clean up"_s;
    if (ext2fs_has_feature_journal_dev(fs->super))
        return u"is a journal device"_s;
    if (ext2fs_has_feature_bigalloc(fs->super))
        return u"counts in clusters"_s;
    const qint64 blocks = qint64(ext2fs_blocks_count(fs->super));
    if (blocks > length / qint64(fs->blocksize))
        return u"is larger than its partition"_s;
    return {};
}

// Free blocks by the group descriptors: a second opinion on the bitmap.
blk64_t freeByGroups(ext2_filsys fs)
{
    blk64_t sum = 0;
    for (dgrp_t group = 0; group < fs->group_desc_count; ++group)
        sum += ext2fs_bg_free_blocks_count(fs, group);
    return sum;
}

// Descriptors, bitmaps and inode tables are never free, whatever the bitmap of a lazily made group
// says.
void markMetadata(ext2_filsys fs)
{
    for (dgrp_t group = 0; group < fs->group_desc_count; ++group) {
        ext2fs_reserve_super_and_bgd(fs, group, fs->block_map);
        ext2fs_mark_block_bitmap2(fs->block_map, ext2fs_block_bitmap_loc(fs, group));
        ext2fs_mark_block_bitmap2(fs->block_map, ext2fs_inode_bitmap_loc(fs, group));
        ext2fs_mark_block_bitmap_range2(fs->block_map, ext2fs_inode_table_loc(fs, group),
                                        fs->inode_blocks_per_group);
    }
}

// No more than maxFreeRuns and one.
std::vector<ByteExtent> freeRuns(ext2_filsys fs)
{
    const blk64_t end = ext2fs_blocks_count(fs->super);
    const qint64 blockSize = fs->blocksize;
    std::vector<ByteExtent> runs;
    for (blk64_t at = fs->super->s_first_data_block; at < end && runs.size() <= maxFreeRuns;) {
        blk64_t first = 0;
        if (ext2fs_find_first_zero_block_bitmap2(fs->block_map, at, end - 1, &first) != 0)
            break;
        blk64_t used = 0;
        if (ext2fs_find_first_set_block_bitmap2(fs->block_map, first, end - 1, &used) != 0)
            used = end;
        runs.push_back({qint64(first) * blockSize, qint64(used - first) * blockSize});
        at = used;
    }
    return runs;
}

qint64 bytesIn(const std::vector<ByteExtent> &extents)
{
    return std::accumulate(extents.begin(), extents.end(), qint64(0),
                           [](qint64 sum, const ByteExtent &e) { return sum + e.length; });
}

} // namespace

FreeBlocks findFreeBlocks(const QString &path, qint64 offset, qint64 length)
{
    const QByteArray options = "offset=" + QByteArray::number(offset);
    ext2_filsys opened = nullptr;
    const errcode_t error = ext2fs_open2(QFile::encodeName(path).constData(), options.constData(),
                                         EXT2_FLAG_64BITS, 0, 0, unix_io_manager, &opened);
    const FileSystem fs(opened);
    if (error == EXT2_ET_BAD_MAGIC || error == EXT2_ET_SHORT_READ)
        return refuse(u"no ext2/3/4 file system"_s);
    if (error != 0)
        return refuse(codeText(error));
    if (const QString why = doubt(fs.get(), length); !why.isEmpty())
        return refuse(why);
    if (const errcode_t damaged = ext2fs_check_desc(fs.get()); damaged != 0)
        return refuse(codeText(damaged));
    if (const errcode_t unread = ext2fs_read_block_bitmap(fs.get()); unread != 0)
        return refuse(codeText(unread));

    const std::vector<ByteExtent> runs = freeRuns(fs.get());
    if (runs.size() > maxFreeRuns)
        return refuse(u"its free blocks lie in too many pieces"_s);
    const qint64 counted = bytesIn(runs) / qint64(fs->blocksize);
    if (counted != qint64(freeByGroups(fs.get())))
        return refuse(u"bitmap and group descriptors differ"_s);
    markMetadata(fs.get());
    return {freeRuns(fs.get()), {}};
}

} // namespace imaging
