// SPDX-License-Identifier: GPL-3.0-or-later
// The free clusters of one FAT16 or FAT32, as far as they are certain. Private to used_blocks.
// Source: Microsoft's FAT32 File System Specification 1.03; the state byte of the boot sector as
// Linux sets it (fs/fat).
#pragma once

#include "imaging/free_blocks.h"

namespace imaging
{

// Whether a boot sector there says that it is a FAT's, and nothing else claims the place.
[[nodiscard]] bool isFat(int descriptor, qint64 offset);

// The file system begins at `offset` of the device and has `length` bytes at most.
[[nodiscard]] FreeBlocks findFreeClusters(int descriptor, qint64 offset, qint64 length);

} // namespace imaging
