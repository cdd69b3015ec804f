// SPDX-License-Identifier: GPL-3.0-or-later
// One chunk to one zstd frame and back. Contexts are kept per object; an object belongs to one
// thread.
#pragma once

#include "imaging/block_map.h"

#include <memory>
#include <span>

namespace imaging
{

// ZSTD levels: 3 for images that are kept and deployed often, 1 for backups, which wait for the
// device's CPU.
inline constexpr int importLevel = 3;
inline constexpr int backupLevel = 1;

class ChunkCompressor
{
public:
    explicit ChunkCompressor(int level);
    ~ChunkCompressor();
    ChunkCompressor(const ChunkCompressor &) = delete;
    ChunkCompressor &operator=(const ChunkCompressor &) = delete;

    // `out` has room for protocol::maxFrameBytes; returns the frame's bytes. The frame states its
    // content size.
    [[nodiscard]] size_t compress(std::span<const std::byte> chunk, std::span<std::byte> out);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

class ChunkDecompressor
{
public:
    ChunkDecompressor();
    ~ChunkDecompressor();
    ChunkDecompressor(const ChunkDecompressor &) = delete;
    ChunkDecompressor &operator=(const ChunkDecompressor &) = delete;

    // Fills `out` exactly. ImageCorrupt when the frame gives another number of bytes or is no
    // frame.
    [[nodiscard]] protocol::Result<void> decompress(std::span<const std::byte> frame,
                                                    std::span<std::byte> out);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

// True when every byte is zero. Runs at memory speed.
[[nodiscard]] bool isZero(std::span<const std::byte> bytes);

} // namespace imaging
