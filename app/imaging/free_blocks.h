// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of single file systems tell used_blocks. Private to it.
#pragma once

#include "imaging/used_blocks.h"

namespace imaging
{

// Of one file system: 16 MiB of memory. A used system has some ten thousand, of blocks; a bitmap of
// noise may have millions.
inline constexpr size_t maxFreeRuns = 1 << 20;

struct FreeBlocks {
    std::vector<ByteExtent> extents; // sorted, from the file system's first byte
    QString refusal;                 // why nothing is certain; then there are no extents
};

} // namespace imaging
