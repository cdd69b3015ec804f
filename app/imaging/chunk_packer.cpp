// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chunk_packer.h"

#include "imaging/aligned_buffer.h"
#include "imaging/chunk_codec.h"
#include "protocol/guarded.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

namespace imaging
{

using protocol::Result;

namespace
{

// A chunk on its way from source to sink, with its memory, which is used again for later chunks.
struct Slot {
    std::span<std::byte> input; // of chunkBytes
    std::vector<std::byte> frame;
    ChunkRead read;
    ChunkEntry entry;
    size_t frameBytes = 0;
    Result<void> worked; // Internal: what was thrown on the way
    bool ready = false;  // guarded by Pipeline::m_mutex
};

ChunkCompressor &threadCompressor(int level)
{
    thread_local std::map<int, ChunkCompressor> compressors;
    return compressors.try_emplace(level, level).first->second;
}

Result<void> work(Slot &slot, int level)
{
    const auto bytes = slot.input.first(slot.read.length);
    if (isZero(bytes))
        return {};
    slot.entry = {ChunkKind::Data, Sha256::of(bytes)};
    if (level != packNoFrames)
        slot.frameBytes = threadCompressor(level).compress(bytes, slot.frame);
    return {};
}

class Pipeline
{
public:
    using Sink = std::function<Result<void>(const PackedChunk &)>;

    Pipeline(ChunkSource &source, WorkerPool &pool, int level, int maxInFlight, const Sink &sink,
             quint64 firstIndex)
        : m_source(source),
          m_pool(pool),
          m_level(level),
          m_sink(sink),
          m_firstIndex(firstIndex),
          m_slots(size_t(std::max(1, maxInFlight))),
          m_memory(m_slots.size() * chunkBytes)
    {
        for (size_t i = 0; i < m_slots.size(); ++i)
            m_slots[i].input = m_memory.part(i, chunkBytes);
    }

    // Tasks hold references into this object: none may outlive it.
    ~Pipeline()
    {
        std::unique_lock lock(m_mutex);
        m_abandoned = true;
        m_changed.wait(lock, [this] { return m_atWork == 0; });
    }

    Result<qint64> run()
    {
        for (;;) {
            const bool mayRead = !m_ended && m_read - m_delivered < m_slots.size();
            if (mayRead) {
                if (auto read = readOne(); !read)
                    return read.failure();
            }
            if (m_ended && m_delivered == m_read)
                return m_bytes;
            if (auto delivered = deliver(!mayRead); !delivered)
                return delivered.failure();
        }
    }

private:
    Slot &slot(quint64 number) { return m_slots[size_t(number % m_slots.size())]; }

    Result<void> readOne()
    {
        Slot &next = slot(m_read);
        auto read = m_source.next(next.input);
        if (!read)
            return read.failure();
        m_ended = read->length < chunkBytes;
        if (read->length == 0)
            return {};
        next.read = *read;
        next.entry = {};
        next.frameBytes = 0;
        next.worked = {};
        ++m_read;
        m_bytes += read->length;
        start(next);
        return {};
    }

    void start(Slot &next)
    {
        if (m_level != packNoFrames && next.frame.empty() && !next.read.knownZero)
            next.frame.resize(protocol::maxFrameBytes);
        {
            const std::lock_guard lock(m_mutex);
            next.ready = next.read.knownZero;
            m_atWork += next.ready ? 0 : 1;
        }
        if (!next.read.knownZero)
            m_pool.submit([this, &next] { runTask(next); });
    }

    void runTask(Slot &task)
    {
        bool wanted = false;
        {
            const std::lock_guard lock(m_mutex);
            wanted = !m_abandoned;
        }
        if (wanted)
            task.worked = protocol::guarded([&] { return work(task, m_level); });
        // Notified under the lock: once it is released with nothing at work, this object may be
        // gone.
        const std::lock_guard lock(m_mutex);
        task.ready = true;
        --m_atWork;
        m_changed.notify_one();
    }

    // Hands on what is ready, from the oldest on; with `wait` at least one chunk.
    Result<void> deliver(bool wait)
    {
        while (m_delivered < m_read && isReady(wait)) {
            Slot &oldest = slot(m_delivered);
            if (!oldest.worked)
                return oldest.worked;
            if (auto taken = m_sink(chunkOf(oldest)); !taken)
                return taken;
            ++m_delivered;
            wait = false;
        }
        return {};
    }

    bool isReady(bool wait)
    {
        Slot &oldest = slot(m_delivered);
        std::unique_lock lock(m_mutex);
        if (wait)
            m_changed.wait(lock, [&] { return oldest.ready; });
        return oldest.ready;
    }

    PackedChunk chunkOf(Slot &done)
    {
        PackedChunk chunk{m_firstIndex + m_delivered, done.entry, done.read.length, {}, {}};
        if (done.entry.kind == ChunkKind::Data) {
            chunk.bytes = done.input.first(done.read.length);
            chunk.frame = std::span(done.frame).first(done.frameBytes);
        }
        return chunk;
    }

    ChunkSource &m_source;
    WorkerPool &m_pool;
    const int m_level;
    const Sink &m_sink;
    const quint64 m_firstIndex;
    std::vector<Slot> m_slots; // a ring: chunk n lies in slot n % size
    AlignedBuffer m_memory;    // of all slots' chunks
    quint64 m_read = 0;
    quint64 m_delivered = 0;
    qint64 m_bytes = 0;
    bool m_ended = false;

    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_atWork = 0;
    bool m_abandoned = false;
};

} // namespace

Result<qint64> packChunks(ChunkSource &source, WorkerPool &pool, int level, int maxInFlight,
                          const std::function<Result<void>(const PackedChunk &)> &sink,
                          quint64 firstIndex)
{
    return Pipeline(source, pool, level, maxInFlight, sink, firstIndex).run();
}

} // namespace imaging
