// SPDX-License-Identifier: GPL-3.0-or-later
// An image beside its bmaps. Its bytes are the law, a map is only a hint: mapped ranges are checked
// against their checksums, what is not mapped is taken as it is, and told of when it is not zero.
#pragma once

#include "core/import/image_findings.h"
#include "core/import/image_streams.h"
#include "core/import/sidecars.h"

namespace core
{

// One of the maps must agree with the whole image; the first of them that does is believed as to
// what is not mapped. ChecksumMismatch, the first map's, when none does. `findings` outlives it.
[[nodiscard]] ChunkSourcePtr mapped(ChunkSourcePtr source, std::vector<NamedBmap> bmaps,
                                    ImageFindings &findings);

} // namespace core
