// SPDX-License-Identifier: GPL-3.0-or-later
// An image seen through its bmap: mapped ranges are checked against their checksums, what is
// unmapped reads as zero, whatever bytes are there.
#pragma once

#include "core/import/bmap.h"
#include "core/import/image_streams.h"

namespace core
{

// `name` is the bmap's, for failures: ChecksumMismatch with the range and both sums, or when the
// image is not as long as the map says.
[[nodiscard]] ChunkSourcePtr mapped(ChunkSourcePtr source, Bmap bmap, const QString &name);

} // namespace core
