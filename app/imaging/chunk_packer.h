// SPDX-License-Identifier: GPL-3.0-or-later
// From a ChunkSource to hashed, compressed chunks in order, with the work spread over a pool of
// threads. Used by import, by the station for plain backups, and by the client for its backup.
#pragma once

#include "imaging/chunk_source.h"

#include <chrono>
#include <functional>
#include <memory>
#include <span>

namespace imaging
{

// Threads shared by all packers of a process, so that many transfers at once do not multiply
// threads or memory. A task may use its worker's compressors. Thread-safe.
class WorkerPool
{
public:
    // threads == 0: one per core.
    explicit WorkerPool(int threads = 0);
    ~WorkerPool(); // waits for what is queued
    WorkerPool(const WorkerPool &) = delete;
    WorkerPool &operator=(const WorkerPool &) = delete;

    [[nodiscard]] int threads() const;
    // What all threads together have spent on tasks; one under way counts when it is done.
    [[nodiscard]] std::chrono::nanoseconds busyTime() const;
    // What a task throws is logged and lost: a task whose job waits for it catches it itself
    // (protocol::guarded) and tells the job.
    void submit(std::function<void()> task);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

struct PackedChunk {
    quint64 index = 0;
    ChunkEntry entry;
    quint32 length = 0;               // uncompressed bytes
    std::span<const std::byte> bytes; // the chunk itself, empty for Zero; valid during the call
    std::span<const std::byte>
        frame; // its zstd frame, empty for Zero or when level == packNoFrames
};

inline constexpr int packNoFrames = 0; // level: hash only, for targets that keep the image raw

// Reads `source` to its end on the calling thread and hands every chunk, in order and on the
// calling thread, to `sink`. Never called by a worker of the same pool: it would wait for itself.
// At most `maxInFlight` chunks (each chunkBytes + maxFrameBytes of memory) exist at once. Stops at
// the first failure of source or sink and returns it. Returns the number of bytes of the image.
// `firstIndex` numbers the chunks.
[[nodiscard]] protocol::Result<qint64>
packChunks(ChunkSource &source, WorkerPool &pool, int level, int maxInFlight,
           const std::function<protocol::Result<void>(const PackedChunk &)> &sink,
           quint64 firstIndex = 0);

} // namespace imaging
