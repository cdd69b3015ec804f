// SPDX-License-Identifier: GPL-3.0-or-later
// The lane's memory for decompressed chunks: so many buffers in all, however many readers there
// are. Thread-safe; outlives its buffers.
#pragma once

#include "imaging/aligned_buffer.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <span>
#include <vector>

namespace http
{

class ChunkBuffers
{
public:
    // Room for one chunk, given back when it goes out of scope.
    class Buffer
    {
    public:
        Buffer() = default;
        Buffer(Buffer &&other) noexcept;
        Buffer &operator=(Buffer &&other) noexcept;
        ~Buffer();

        explicit operator bool() const { return m_owner != nullptr; }
        // Precondition: not empty. At most imaging::chunkBytes.
        [[nodiscard]] std::span<std::byte> first(size_t bytes) { return m_memory.first(bytes); }

    private:
        friend class ChunkBuffers;
        Buffer(ChunkBuffers &owner, imaging::AlignedBuffer memory)
            : m_owner(&owner), m_memory(std::move(memory))
        {
        }

        ChunkBuffers *m_owner = nullptr;
        imaging::AlignedBuffer m_memory;
    };

    explicit ChunkBuffers(int count);
    ChunkBuffers(const ChunkBuffers &) = delete;
    ChunkBuffers &operator=(const ChunkBuffers &) = delete;

    // First come, first served. Empty when `givenUp`, which is asked now and then, said so.
    [[nodiscard]] Buffer acquire(const std::function<bool()> &givenUp);
    // Empty when there is none, or somebody waits for it.
    [[nodiscard]] Buffer tryAcquire();
    // Somebody waits: who does not need his buffer gives it back.
    [[nodiscard]] bool isWanted() const;
    [[nodiscard]] int waiting() const;

private:
    [[nodiscard]] bool hasFree() const { return !m_free.empty() || m_unmade > 0; }
    [[nodiscard]] Buffer takeFree();
    void give(imaging::AlignedBuffer memory);
    void wakeFirst();

    mutable std::mutex m_mutex;
    std::list<std::condition_variable *> m_waiting; // in the order in which they came
    std::vector<imaging::AlignedBuffer> m_free;
    int m_unmade; // buffers that nobody has needed yet
};

} // namespace http
