// SPDX-License-Identifier: GPL-3.0-or-later
// The block map: what an image is. Per chunk of 1 MiB (the last may be shorter) either DATA with
// the SHA-256 of its bytes, or ZERO: must read as zero. The image's identity is the SHA-256 of the
// serialized map.
//
// Serialized, little-endian: "PSMAP\0" u16 version = 1, u64 image size, u32 chunk size, u32 chunk
// count, ceil(count / 8) bytes of kind bits (bit k%8 of byte k/8: 1 = DATA, rest bits 0), 32 bytes
// per DATA chunk in order.
#pragma once

#include "imaging/sha256.h"
#include "protocol/limits.h"
#include "protocol/result.h"

#include <QByteArray>

#include <optional>
#include <vector>

namespace imaging
{

using protocol::chunkBytes;

enum class ChunkKind : quint8 { Zero = 0, Data = 1 };

struct ChunkEntry {
    ChunkKind kind = ChunkKind::Zero;
    Digest digest{}; // of Data; all zero for Zero

    friend bool operator==(const ChunkEntry &, const ChunkEntry &) = default;
};

// Chunks that an image of this many bytes has.
[[nodiscard]] constexpr quint64 chunkCount(qint64 imageSize)
{
    return quint64(imageSize + chunkBytes - 1) / chunkBytes;
}

// Bytes of chunk `index`; less than chunkBytes only for the last.
[[nodiscard]] constexpr quint32 chunkLength(qint64 imageSize, quint64 index)
{
    const qint64 rest = imageSize - qint64(index) * chunkBytes;
    return rest < qint64(chunkBytes) ? quint32(rest) : chunkBytes;
}

class BlockMap
{
public:
    BlockMap() = default;
    // Precondition: entries.size() == chunkCount(imageSize).
    BlockMap(qint64 imageSize, std::vector<ChunkEntry> entries);

    // ImageCorrupt with the reason for anything but a well-formed map: other version, other chunk
    // size, a size over maxImageBytes or of zero, a length that does not fit, rest bits set.
    [[nodiscard]] static protocol::Result<BlockMap> parse(QByteArrayView bytes);
    // The number of chunks that a well-formed header states; nullopt for any other. For bounding
    // what follows.
    [[nodiscard]] static std::optional<quint32> statedCount(QByteArrayView bytes);
    [[nodiscard]] QByteArray serialize() const;
    [[nodiscard]] Digest identity() const;

    [[nodiscard]] qint64 imageSize() const { return m_imageSize; } // bytes
    [[nodiscard]] quint64 count() const { return m_entries.size(); }
    [[nodiscard]] const ChunkEntry &entry(quint64 index) const { return m_entries[index]; }
    [[nodiscard]] const std::vector<ChunkEntry> &entries() const { return m_entries; }
    [[nodiscard]] quint32 length(quint64 index) const { return chunkLength(m_imageSize, index); }
    [[nodiscard]] qint64 dataBytes() const; // bytes in DATA chunks

private:
    qint64 m_imageSize = 0;
    std::vector<ChunkEntry> m_entries;
};

} // namespace imaging
