// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at an upload's records before anything of them is written. Belongs to one thread at a time.
#pragma once

#include "core/chunk_list.h"
#include "imaging/aligned_buffer.h"
#include "imaging/chunk_codec.h"
#include "protocol/upload_record.h"

#include <span>

namespace core
{

class UploadCheck
{
public:
    // The chunk of `length` bytes in a DATA record's frame, valid until the next call. ImageCorrupt
    // unless it has the record's hash; BadRequest when the frame is not as long as the record says.
    [[nodiscard]] protocol::Result<std::span<const std::byte>>
    unpack(quint64 index, quint32 length, const protocol::UploadRecord &record,
           std::span<const std::byte> frame);

private:
    imaging::ChunkDecompressor m_decompressor;
    imaging::AlignedBuffer m_chunk{imaging::chunkBytes};
};

// That `count` chunks from `index` on are what came before: BackupMismatch otherwise. A DATA record
// is one chunk.
[[nodiscard]] protocol::Result<void> checkResent(const ChunkList &chunks, quint64 index,
                                                 quint64 count,
                                                 const protocol::UploadRecord &record);

} // namespace core
