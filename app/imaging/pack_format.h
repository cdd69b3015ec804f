// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of the seekable zstd format (facebook/zstd, contrib/seekable_format, version 0.1.0)
// and of the skippable frame that holds the block map. All integers are little-endian. Private to
// the pack's sources.
#pragma once

#include "protocol/failure.h"
#include "protocol/limits.h"

#include <QtGlobal>

namespace imaging::format
{

inline constexpr quint32 mapMagic = 0x184D2A5A;
inline constexpr quint32 seekTableMagic = 0x184D2A5E;
inline constexpr quint32 footerMagic = 0x8F92EAB1;

inline constexpr qint64 skippableHeadBytes = 8; // magic, length of what follows
inline constexpr qint64 seekEntryBytes = 8;     // compressed size, decompressed size
inline constexpr qint64 footerBytes = 9;        // number of frames, descriptor, magic

inline constexpr quint32 maxChunks = quint32(protocol::maxImageBytes / protocol::chunkBytes);

// Bytes of a whole seek table frame with this many entries.
constexpr qint64 seekTableBytes(quint64 entries)
{
    return skippableHeadBytes + qint64(entries) * seekEntryBytes + footerBytes;
}

// Bytes of the map's whole frame, at most: magic and numbers, a bit per chunk, a hash per DATA
// chunk. See block_map.h.
constexpr qint64 maxMapFrameBytes(quint64 chunks)
{
    return skippableHeadBytes + 24 + qint64(chunks + 7) / 8 + qint64(chunks) * 32;
}

inline protocol::Failure corrupt(const QString &why)
{
    return {protocol::FailureCode::ImageCorrupt, protocol::Stage::None, why};
}

} // namespace imaging::format
