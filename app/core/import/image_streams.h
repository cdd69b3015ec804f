// SPDX-License-Identifier: GPL-3.0-or-later
// ChunkSources that an import is put together from, one around the other.
#pragma once

#include "core/import/byte_stream.h"
#include "core/import/source_file.h"
#include "core/import/sum_file.h"
#include "core/import/work_control.h"
#include "imaging/chunk_source.h"

#include <memory>
#include <vector>

namespace core
{

using ChunkSourcePtr = std::unique_ptr<imaging::ChunkSource>;

// Chunks of a stream that is decoded from `file`. ImageEmpty, ImageTooLarge beyond `maxBytes`; at
// the end the file's own sums are checked.
[[nodiscard]] ChunkSourcePtr chunksOf(std::unique_ptr<SourceFile> file,
                                      std::unique_ptr<ByteStream> stream, qint64 maxBytes);

// Checks the sums of the whole image when it has come to its end.
[[nodiscard]] ChunkSourcePtr summed(ChunkSourcePtr source, std::vector<ExpectedSum> sums,
                                    const QString &what);

// Stops when it is told to, and counts the bytes of a raw image. `control` outlives it.
[[nodiscard]] ChunkSourcePtr watched(ChunkSourcePtr source, WorkControl &control);

} // namespace core
