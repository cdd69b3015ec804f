// SPDX-License-Identifier: GPL-3.0-or-later
// Images and packs made on the spot.
#pragma once

#include "imaging/chunk_codec.h"
#include "imaging/pack.h"

#include <cstring>
#include <random>
#include <vector>

namespace testing
{

using Bytes = std::vector<std::byte>;

// `pattern`, one character a chunk: 'd' random data, 't' data that compresses well, '0' zeros. The
// last chunk has `lastLength` bytes.
inline Bytes makeImage(std::string_view pattern, quint32 lastLength = imaging::chunkBytes,
                       unsigned seed = 1)
{
    Bytes image(pattern.size() * imaging::chunkBytes - (imaging::chunkBytes - lastLength));
    std::mt19937_64 random(seed);
    for (size_t chunk = 0; chunk < pattern.size(); ++chunk) {
        const size_t begin = chunk * imaging::chunkBytes;
        const size_t end = std::min(image.size(), begin + imaging::chunkBytes);
        for (size_t at = begin; at < end && pattern[chunk] != '0'; at += 8) {
            const quint64 word = pattern[chunk] == 'd' ? random() : 0x6b6e75686320u + chunk;
            std::memcpy(image.data() + at, &word, std::min<size_t>(8, end - at));
        }
    }
    return image;
}

// An entry of an MBR, of which the rest may be there already. In sectors of 512 bytes.
inline void addMbrEntry(std::span<std::byte> disk, size_t index, quint8 type, quint32 first,
                        quint32 count)
{
    const auto entry = disk.subspan(446 + index * 16, 16);
    std::memset(entry.data(), 0, entry.size());
    entry[4] = std::byte{type};
    std::memcpy(entry.data() + 8, &first, 4);
    std::memcpy(entry.data() + 12, &count, 4);
    disk[510] = std::byte{0x55};
    disk[511] = std::byte{0xaa};
}

// An MBR with one partition.
inline void addMbr(std::span<std::byte> disk, quint32 first, quint32 count)
{
    std::memset(disk.data() + 446, 0, 64);
    addMbrEntry(disk, 0, 0x83, first, count);
}

inline std::span<const std::byte> chunkOf(const Bytes &image, quint64 chunk)
{
    return std::span(image).subspan(chunk * imaging::chunkBytes,
                                    imaging::chunkLength(qint64(image.size()), chunk));
}

struct TestPack {
    QByteArray bytes; // the whole .img.zst
    imaging::PackTail tail;
    QString identity;
};

inline imaging::BlockMap mapOf(const Bytes &image)
{
    std::vector<imaging::ChunkEntry> entries;
    for (quint64 chunk = 0; chunk < imaging::chunkCount(qint64(image.size())); ++chunk) {
        const auto bytes = chunkOf(image, chunk);
        imaging::ChunkEntry entry;
        if (!imaging::isZero(bytes))
            entry = {imaging::ChunkKind::Data, imaging::Sha256::of(bytes)};
        entries.push_back(entry);
    }
    return {qint64(image.size()), std::move(entries)};
}

inline TestPack makePack(const Bytes &image)
{
    TestPack pack;
    imaging::ChunkCompressor compressor(imaging::backupLevel);
    std::vector<quint32> frameBytes;
    Bytes frame(protocol::maxFrameBytes);
    for (quint64 chunk = 0; chunk < imaging::chunkCount(qint64(image.size())); ++chunk) {
        const size_t bytes = compressor.compress(chunkOf(image, chunk), frame);
        frameBytes.push_back(quint32(bytes));
        pack.bytes.append(reinterpret_cast<const char *>(frame.data()), qsizetype(bytes));
    }
    pack.tail = imaging::PackTail(mapOf(image), frameBytes);
    pack.bytes += pack.tail.serialize();
    pack.identity = imaging::toHex(pack.tail.map().identity());
    return pack;
}

} // namespace testing
