// SPDX-License-Identifier: GPL-3.0-or-later
// ChunkSources that an import is put together from, one around the other.
#pragma once

#include "core/import/byte_stream.h"
#include "core/import/image_findings.h"
#include "core/import/source_file.h"
#include "core/import/work_control.h"
#include "imaging/chunk_source.h"

#include <memory>
#include <vector>

namespace core
{

using ChunkSourcePtr = std::unique_ptr<imaging::ChunkSource>;

// Chunks of a stream that is decoded from `file`. ImageEmpty, ImageTooLarge beyond `maxBytes`. At
// the end `findings`, which outlives it, gets the file's own sums and what is said of bytes behind
// the stream.
[[nodiscard]] ChunkSourcePtr chunksOf(std::unique_ptr<SourceFile> file,
                                      std::unique_ptr<ByteStream> stream, qint64 maxBytes,
                                      ImageFindings &findings);

// Sums up the whole image, for `findings`, which outlives it.
[[nodiscard]] ChunkSourcePtr summed(ChunkSourcePtr source,
                                    const std::set<imaging::ChecksumType> &types,
                                    ImageFindings &findings);

// Refuses what can never start a device as soon as that shows: ImageFormatForeign with the name of
// the format, see core/import/foreign_format.h. `path` is the file's, for the failure.
[[nodiscard]] ChunkSourcePtr onlyDisks(ChunkSourcePtr source, const QString &path);

// Stops when it is told to, and counts the bytes of a raw image. `control` outlives it.
[[nodiscard]] ChunkSourcePtr watched(ChunkSourcePtr source, WorkControl &control);

} // namespace core
