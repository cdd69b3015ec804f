// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/file_proof.h"

#include "core/files.h"
#include "imaging/chunk_codec.h"
#include "imaging/descriptor_io.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace core
{

using imaging::Digest;

namespace
{

constexpr qint64 blockBytes = 4096;
constexpr qint64 blocks = 256;

// Calls `look` with each block's place and length; false as soon as that returns false.
template<class Look>
bool eachBlock(qint64 from, qint64 bytes, Look look)
{
    const bool whole = bytes <= blocks * blockBytes;
    const qint64 count = whole ? (bytes + blockBytes - 1) / blockBytes : blocks;
    const qint64 last = std::max<qint64>(0, bytes - blockBytes);
    for (qint64 i = 0; i < count; ++i) {
        const qint64 at = whole ? i * blockBytes : i * last / (blocks - 1);
        if (!look(from + at, size_t(std::min(blockBytes, bytes - at))))
            return false;
    }
    return true;
}

// As eachBlock(), with the block's bytes.
template<class Look>
bool eachBlockOf(int descriptor, qint64 from, qint64 bytes, Look look)
{
    std::array<std::byte, blockBytes> block;
    return eachBlock(from, bytes, [&](qint64 at, size_t length) {
        const auto out = std::span(block).first(length);
        return imaging::readFully(descriptor, at, out).bytes == length && look(out);
    });
}

} // namespace

std::optional<FileProof> FileProof::of(int descriptor, qint64 from, qint64 bytes)
{
    imaging::Sha256 sum;
    const bool read =
        eachBlockOf(descriptor, from, bytes, [&sum](std::span<const std::byte> block) {
            sum.update(block);
            return true;
        });
    return read ? std::optional(FileProof{from, bytes, sum.finish()}) : std::nullopt;
}

FileProof FileProof::of(qint64 from, std::span<const std::byte> bytes)
{
    imaging::Sha256 sum;
    eachBlock(0, qint64(bytes.size()), [&](qint64 at, size_t length) {
        sum.update(bytes.subspan(size_t(at), length));
        return true;
    });
    return {from, qint64(bytes.size()), sum.finish()};
}

bool FileProof::matches(int descriptor) const
{
    const auto there = bytes > 0 ? of(descriptor, from, bytes) : std::nullopt;
    return there && there->digest == digest;
}

bool isBlank(int descriptor)
{
    const auto stamp = fileStamp(descriptor);
    return stamp && eachBlockOf(descriptor, 0, stamp->size, imaging::isZero);
}

} // namespace core
