// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of single file systems tell used_blocks. Private to it.
#pragma once

#include "imaging/used_blocks.h"

namespace imaging
{

struct FreeBlocks {
    std::vector<ByteExtent> extents; // sorted, from the file system's first byte
    QString refusal;                 // why nothing is certain; then there are no extents
};

} // namespace imaging
