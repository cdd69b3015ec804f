// SPDX-License-Identifier: GPL-3.0-or-later
// The pack: an image as one `.img.zst` in the seekable zstd format (facebook/zstd,
// contrib/seekable_format, version 0.1.0). One independent frame per chunk, ZERO chunks too, so
// that plain `zstd -d` gives the image; then a skippable frame (magic 0x184D2A5A) with the block
// map; then the seek table (skippable, magic 0x184D2A5E, no checksums) whose last entry is the
// map's frame with decompressed size 0. The tail is everything from the map's frame on: it is what
// the wire's map_url serves.
#pragma once

#include "imaging/block_map.h"

#include <memory>

namespace imaging
{

// Map and seek table together. Small: about 37 bytes per DATA chunk.
class PackTail
{
public:
    PackTail() = default;
    // frameBytes[k]: compressed size of chunk k's frame. Precondition: one per chunk of the map.
    PackTail(BlockMap map, std::vector<quint32> frameBytes);

    // `bytes` is the whole tail. ImageCorrupt when anything in it contradicts anything else:
    // counts, sizes, magic numbers, frame sizes of zero or over maxFrameBytes, decompressed sizes
    // that differ from the map's.
    [[nodiscard]] static protocol::Result<PackTail> parse(QByteArrayView bytes);
    [[nodiscard]] QByteArray serialize() const;

    [[nodiscard]] const BlockMap &map() const { return m_map; }
    [[nodiscard]] quint32 frameBytes(quint64 index) const { return m_frameBytes[index]; }
    // Offset of chunk `index`'s frame in the pack; index == count() gives the tail's offset.
    [[nodiscard]] qint64 frameOffset(quint64 index) const { return m_offsets[index]; }
    [[nodiscard]] qint64 tailOffset() const { return m_offsets.empty() ? 0 : m_offsets.back(); }

private:
    BlockMap m_map;
    std::vector<quint32> m_frameBytes;
    std::vector<qint64> m_offsets; // count + 1
};

// A pack on disk, opened for reading. Thread-safe after open (pread only).
class PackReader
{
public:
    // ImageUnreadable, or ImageCorrupt when the file is not a pack of ours (no map, lengths that
    // contradict the file's).
    [[nodiscard]] static protocol::Result<std::shared_ptr<const PackReader>>
    open(const QString &path);
    ~PackReader();
    PackReader(const PackReader &) = delete;
    PackReader &operator=(const PackReader &) = delete;

    [[nodiscard]] const PackTail &tail() const { return m_tail; }
    [[nodiscard]] qint64 fileSize() const { return m_fileSize; } // bytes
    [[nodiscard]] int descriptor() const
    {
        return m_descriptor;
    } // for sendfile; owned by this object

    // Decompresses chunk `index` into `out` (map().length(index) bytes) and checks its hash.
    // ImageCorrupt with chunk and offset, or StationIoError.
    [[nodiscard]] protocol::Result<void> readChunk(quint64 index, std::span<std::byte> out) const;
    // The frame as it stands, into `out` of tail().frameBytes(index) bytes.
    [[nodiscard]] protocol::Result<void> readFrame(quint64 index, std::span<std::byte> out) const;

private:
    PackReader() = default;
    PackTail m_tail;
    qint64 m_fileSize = 0;
    int m_descriptor = -1;
};

// Whether the file begins with a frame as only our packs have it: exactly one chunk, without a
// checksum. When such a file is no proper pack, it is a damaged one, and what is left of it must
// not be taken for a smaller image.
[[nodiscard]] bool beginsLikeAPack(const QString &path);

// Writes a pack front to back into an open file. The caller names, flushes and renames the file.
class PackWriter
{
public:
    // `descriptor` is borrowed; `frames` and `entries` are what the file begins with already (empty
    // for a new pack). Writing goes on behind these frames whatever the descriptor's own position
    // is.
    PackWriter(int descriptor, std::vector<ChunkEntry> entries = {},
               std::vector<quint32> frames = {});

    // StorageFull or StationIoError; Internal for a chunk behind one that is shorter than
    // chunkBytes.
    [[nodiscard]] protocol::Result<void> appendData(const Digest &digest,
                                                    std::span<const std::byte> frame);
    // ZERO chunks of chunkBytes each; `lastLength` is the length of the last of them (the image's
    // tail).
    [[nodiscard]] protocol::Result<void> appendZero(quint64 count, quint32 lastLength = chunkBytes);
    // Writes map and seek table. Internal when imageSize does not fit the chunks appended.
    [[nodiscard]] protocol::Result<PackTail> finish(qint64 imageSize);

    [[nodiscard]] quint64 count() const { return m_entries.size(); }
    [[nodiscard]] const std::vector<ChunkEntry> &entries() const { return m_entries; }
    // Compressed bytes of every chunk's frame.
    [[nodiscard]] const std::vector<quint32> &frames() const { return m_frames; }

private:
    [[nodiscard]] protocol::Result<void> appendWholeZeros(quint64 count);
    [[nodiscard]] protocol::Result<void> write(std::span<const std::byte> bytes);

    int m_descriptor;
    std::vector<ChunkEntry> m_entries;
    std::vector<quint32> m_frames;
    qint64 m_offset = 0;
    quint32 m_lastLength = chunkBytes; // uncompressed bytes of the newest chunk
    bool m_appended = false;           // something was written: m_lastLength is known, not assumed
    QByteArray m_zeroFrame;            // the frame of a whole ZERO chunk, made once
};

} // namespace imaging
