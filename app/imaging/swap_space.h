// SPDX-License-Identifier: GPL-3.0-or-later
// Swap space: of use is its header, with size, UUID and label; the pages behind it are not. Private
// to used_blocks. Source: Linux, include/linux/swap.h, union swap_header.
#pragma once

#include "imaging/free_blocks.h"

namespace imaging
{

// By the partition table alone: an old header under something else is no swap space.
[[nodiscard]] bool isSwapType(const Partition &partition);

// The pages behind the header. Refuses anything but a header as mkswap(8) makes it; a system that
// was suspended to it has changed its mark.
[[nodiscard]] FreeBlocks findSwapPages(int descriptor, qint64 offset, qint64 length);

} // namespace imaging
