// SPDX-License-Identifier: GPL-3.0-or-later
// The raw image's chunks for one reader, decompressed on the pool into buffers that all readers
// share. While nobody else needs it a second buffer is decompressed ahead. Belongs to one thread.
#pragma once

#include "http/chunk_buffers.h"
#include "imaging/chunk_packer.h"
#include "imaging/pack.h"

#include <semaphore>

namespace http
{

class RawChunks
{
public:
    // No chunk behind `last` is decompressed. `givenUp`: see ChunkBuffers::acquire().
    RawChunks(const imaging::PackReader &pack, imaging::WorkerPool &pool, ChunkBuffers &buffers,
              quint64 last, std::function<bool()> givenUp);
    ~RawChunks(); // waits for what is being decompressed
    RawChunks(const RawChunks &) = delete;
    RawChunks &operator=(const RawChunks &) = delete;

    // Chunk `index`, valid until the next call. May wait for a buffer; asked for the same chunk
    // again it answers at once. ImageCorrupt, StationIoError; Cancelled when given up.
    [[nodiscard]] protocol::Result<std::span<const std::byte>> at(quint64 index);

    [[nodiscard]] bool holdsBuffers() const;
    // For how long the current chunk has been held.
    [[nodiscard]] std::chrono::steady_clock::duration heldFor() const;
    // Gives the buffers back: the next at() decompresses again.
    void letGo();

private:
    struct Slot {
        ChunkBuffers::Buffer buffer;
        quint64 index = 0;
        protocol::Result<void> result;
        bool underWay = false;
        std::binary_semaphore ready{0};
    };

    [[nodiscard]] bool isZero(quint64 index) const;
    [[nodiscard]] Slot &current() { return m_slots[m_current]; }
    [[nodiscard]] Slot &ahead() { return m_slots[1 - m_current]; }
    [[nodiscard]] bool makeCurrent(quint64 index);
    void readAhead(quint64 index);
    void start(Slot &slot, quint64 index);
    [[nodiscard]] protocol::Result<void> read(Slot &slot);
    static void finish(Slot &slot);
    static void release(Slot &slot);

    const imaging::PackReader &m_pack;
    imaging::WorkerPool &m_pool;
    ChunkBuffers &m_buffers;
    const quint64 m_last;
    const std::function<bool()> m_givenUp;
    Slot m_slots[2];
    int m_current = 0;
    std::chrono::steady_clock::time_point m_heldSince;
};

} // namespace http
