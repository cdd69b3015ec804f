// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind the end of a compressed stream. The tools of the formats differ: gzip(1) and
// bzip2(1) ignore it with a warning; xz(1) allows zeros, four by four, and zstd(1) nothing.
#pragma once

#include "core/import/source_file.h"

#include <string_view>

namespace core
{

// Metadata and signatures of firmware have a few KiB. More is rather a part of the image whose head
// is damaged.
inline constexpr qint64 maxTrailingBytes = 64 * 1024;

// How many of the bytes from `offset` to the file's end are to be told of: 0 when there is nothing
// but zeros. `magic` begins each stream of the format. ImageCorrupt when they are too many, or look
// like one more stream.
[[nodiscard]] protocol::Result<qint64> lookAtTrailing(SourceFile &file, qint64 offset,
                                                      std::string_view magic);

} // namespace core
