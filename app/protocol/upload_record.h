// SPDX-License-Identifier: GPL-3.0-or-later
// The body of PUT upload/chunks/{first}: a run of records, little-endian.
//   DATA  u8 = 1, u32 frame length, 32 bytes SHA-256 of the uncompressed chunk, the zstd frame
//   ZERO  u8 = 2, u32 number of chunks, at least 1
#pragma once

#include "protocol/result.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace protocol
{

inline constexpr size_t recordDigestBytes = 32;
inline constexpr size_t dataRecordHeadBytes = 1 + 4 + recordDigestBytes;
inline constexpr size_t zeroRecordBytes = 1 + 4;

struct UploadRecord {
    enum class Kind : quint8 { Data = 1, Zero = 2 };
    Kind kind = Kind::Zero;
    std::array<std::byte, recordDigestBytes> digest{}; // Data
    quint32 frameBytes = 0;                            // Data: this many bytes follow the head
    quint32 zeroChunks = 0;                            // Zero
};

// Appends a record's head to `out`, which needs dataRecordHeadBytes of room; returns the bytes
// used.
size_t encodeHead(const UploadRecord &record, std::span<std::byte> out);

// How many bytes a head has, judged by its first; nullopt: no record begins so.
[[nodiscard]] std::optional<size_t> headBytes(std::byte first);

// `head` holds headBytes() bytes. BadRequest for a frame longer than maxFrameBytes, an empty one,
// or no chunks.
[[nodiscard]] Result<UploadRecord> decodeHead(std::span<const std::byte> head);

} // namespace protocol
