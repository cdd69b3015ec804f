// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for what is doubtful of an image: by its table and its size, and by what a system that once
// ran has left in it. What was found is told by core/image_warning.h; `detail` is one plain English
// sentence, of OnlyFilesystem the type alone.
#pragma once

#include "core/model.h"
#include "imaging/partition_table.h"

namespace core
{

// So many of a kind are told of, and so many partitions are looked into: a table may claim
// thousands.
inline constexpr qsizetype maxAlike = 8;
inline constexpr qsizetype maxPartitions = 128;

// What of the table lies behind the end of an image of `size` bytes: one for each partition that
// does, or one for the GPT's copy alone. Whoever checks whether a stream was cut off needs the
// same.
[[nodiscard]] QList<ImageWarning> truncations(const imaging::PartitionTable &table, qint64 size);

// By the table, the size and the file systems' types; reads nothing.
[[nodiscard]] QList<ImageWarning> tableWarnings(const imaging::TableSurvey &survey,
                                                const ImageFacts &facts, qint64 size);

// By the contents of ext2, ext3 and ext4: what every copy of the image would share. `read` reads
// the image; bounded in time and memory whatever it holds.
[[nodiscard]] QList<ImageWarning> stateWarnings(const imaging::ByteReader &read,
                                                const ImageFacts &facts);

// Whether a device smaller than the image could be written with what fits: only where a table with
// nothing wrong with it ends before `room` bytes. True where nothing is known: the device's program
// looks itself.
[[nodiscard]] bool mayBeCutAt(const Image &image, qint64 room);

} // namespace core
