// SPDX-License-Identifier: GPL-3.0-or-later
// The free blocks of one ext2/3/4 file system, as far as they are certain. Private to used_blocks.
#pragma once

#include "imaging/free_blocks.h"

namespace imaging
{

// The file system begins at `offset` of the device and has `length` bytes at most.
[[nodiscard]] FreeBlocks findFreeBlocks(const QString &path, qint64 offset, qint64 length);

} // namespace imaging
