// SPDX-License-Identifier: GPL-3.0-or-later
// Where an image's bytes come from, chunk by chunk and in order: a file, a block device, a socket.
#pragma once

#include "imaging/block_map.h"

#include <memory>
#include <span>

namespace imaging
{

struct ChunkRead {
    quint32 length = 0;     // bytes; less than chunkBytes only at the end, 0 behind it
    bool knownZero = false; // reads as zero; the buffer was not filled
};

class ChunkSource
{
public:
    virtual ~ChunkSource() = default;
    // Fills `buffer` (chunkBytes long, aligned for O_DIRECT) with the next chunk.
    [[nodiscard]] virtual protocol::Result<ChunkRead> next(std::span<std::byte> buffer) = 0;
};

// A regular file, its holes found by SEEK_DATA and not read, or a block device. `size` (may be
// null) gets its bytes. ImageUnreadable, ImageEmpty.
[[nodiscard]] protocol::Result<std::unique_ptr<ChunkSource>> openFileSource(const QString &path,
                                                                            qint64 *size);

} // namespace imaging
