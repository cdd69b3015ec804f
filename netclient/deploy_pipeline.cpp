// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/deploy_pipeline.h"

#include "imaging/chunk_codec.h"
#include "protocol/guarded.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <vector>

namespace netclient
{

using imaging::chunkBytes;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using namespace Qt::StringLiterals;

// Memory for one chunk under way. Owned by one thread at a time, handed on under the pass's mutex.
struct DeployPipeline::Slot {
    explicit Slot(std::span<std::byte> memory) : bytes(memory) {}

    std::vector<std::byte> frame;
    const std::span<std::byte> bytes; // of a chunk
    imaging::ChunkDecompressor decompressor;
    quint64 chunk = 0;
    quint32 frameBytes = 0;
};

// One walk over a list of chunks.
class DeployPipeline::Pass final : public FrameSink
{
public:
    explicit Pass(DeployPipeline &pipeline)
        : m_pipeline(pipeline),
          m_map(pipeline.m_tail.map()),
          m_onStop(pipeline.m_context.stop, [this] { wake(); })
    {
        m_free.reserve(pipeline.m_slots.size());
        m_toWrite.reserve(pipeline.m_slots.size());
        for (const auto &slot : pipeline.m_slots)
            m_free.push_back(slot.get());
        m_writer = std::thread([this] { writeAll(); });
    }

    ~Pass() override { (void)finish(); }

    std::span<std::byte> room(quint64 chunk, quint32 bytes) override
    {
        const imaging::WorkClock::Pause waiting(m_pipeline.m_context.progress.network());
        if (!m_filling)
            m_filling = takeFree();
        if (!m_filling)
            return {};
        m_filling->chunk = chunk;
        m_filling->frameBytes = bytes;
        m_filling->frame.resize(std::max<size_t>(m_filling->frame.size(), bytes));
        return std::span(m_filling->frame).first(bytes);
    }

    void received(quint64) override
    {
        Slot *slot = std::exchange(m_filling, nullptr);
        {
            const std::lock_guard lock(m_mutex);
            ++m_inWork;
        }
        const auto begun = protocol::guarded([&]() -> Result<void> {
            m_pipeline.m_context.pool.submit([this, slot] { unpack(slot); });
            return {};
        });
        if (!begun)
            settle(slot, m_free, begun.failure());
    }

    // Waits until everything received is written. The chunks that had a wrong hash, ascending, or
    // the device's failure.
    Result<std::vector<quint64>> finish()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_ended = true;
            m_changed.notify_all();
        }
        if (m_writer.joinable())
            m_writer.join();
        if (m_failure)
            return *m_failure;
        std::ranges::sort(m_corrupt);
        return m_corrupt;
    }

private:
    // Locks the mutex, so that a waiter between its check and its wait is not missed.
    void wake()
    {
        const std::lock_guard lock(m_mutex);
        m_interrupted = true;
        m_changed.notify_all();
    }

    Slot *takeFree()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return !m_free.empty() || m_failure || m_interrupted; });
        if (m_failure || m_interrupted)
            return nullptr;
        Slot *slot = m_free.back();
        m_free.pop_back();
        return slot;
    }

    // On a worker of the pool.
    void unpack(Slot *slot)
    {
        const auto good = protocol::guarded([&]() -> Result<bool> {
            const bool right = isRight(*slot);
            if (!right)
                noteCorrupt(slot->chunk);
            return right;
        });
        settle(slot, good && *good ? m_toWrite : m_free,
               good ? std::nullopt : std::optional(good.failure()));
    }

    // Nothing is thrown here, and so nobody waits for ever: both lists have room for all slots.
    void settle(Slot *slot, std::vector<Slot *> &list, const std::optional<Failure> &failure)
    {
        const std::lock_guard lock(m_mutex);
        if (failure && !m_failure)
            m_failure = failure;
        list.push_back(slot);
        --m_inWork;
        m_changed.notify_all();
    }

    void noteCorrupt(quint64 chunk)
    {
        const std::lock_guard lock(m_mutex);
        m_corrupt.push_back(chunk);
    }

    // Unpacks it. A chunk that has another hash than the map says is asked for elsewhere.
    bool isRight(Slot &slot)
    {
        const auto bytes = slot.bytes.first(m_map.length(slot.chunk));
        const auto unpacked =
            slot.decompressor.decompress(std::span(slot.frame).first(slot.frameBytes), bytes);
        const bool good = unpacked && imaging::Sha256::of(bytes) == m_map.entry(slot.chunk).digest;
        if (!good)
            (void)m_pipeline.m_fetcher.reject(slot.chunk);
        return good;
    }

    void writeAll()
    {
        while (Slot *slot = takeWritable()) {
            giveBack(slot, protocol::guarded([&] { return write(*slot); }));
        }
    }

    Result<void> write(const Slot &slot)
    {
        const quint32 length = m_map.length(slot.chunk);
        auto written =
            m_pipeline.m_device.write(qint64(slot.chunk) * chunkBytes, slot.bytes.first(length));
        if (written)
            m_pipeline.m_context.progress.add(length);
        return written;
    }

    // The chunk that lies lowest, so that the device sees ascending writes. nullptr at the end.
    Slot *takeWritable()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] {
            return (m_ended && m_inWork == 0) || (!m_toWrite.empty() && !m_failure);
        });
        if (m_toWrite.empty() || m_failure)
            return nullptr;
        const auto lowest = std::ranges::min_element(m_toWrite, {}, &Slot::chunk);
        Slot *slot = *lowest;
        m_toWrite.erase(lowest);
        return slot;
    }

    void giveBack(Slot *slot, Result<void> written)
    {
        const std::lock_guard lock(m_mutex);
        if (!written && !m_failure)
            m_failure = written.failure();
        m_free.push_back(slot);
        m_changed.notify_all();
    }

    DeployPipeline &m_pipeline;
    const imaging::BlockMap &m_map;
    Slot *m_filling = nullptr; // the fetching thread's
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<Slot *> m_free;
    std::vector<Slot *> m_toWrite;
    std::vector<quint64> m_corrupt;
    std::optional<Failure> m_failure;
    int m_inWork = 0;
    bool m_ended = false;       // nothing more will be received
    bool m_interrupted = false; // by the job's stop
    std::thread m_writer;
    StopSource::Subscription m_onStop;
};

DeployPipeline::DeployPipeline(JobContext context, imaging::BlockIo &device, FrameFetcher &fetcher,
                               const imaging::PackTail &tail)
    : m_context(context),
      m_device(device),
      m_fetcher(fetcher),
      m_tail(tail),
      m_memory(size_t(context.tuning().slots) * chunkBytes)
{
    for (int i = 0; i < context.tuning().slots; ++i)
        m_slots.push_back(std::make_unique<Slot>(m_memory.part(size_t(i), chunkBytes)));
}

DeployPipeline::~DeployPipeline() = default;

// All of its time but the sink's is the network's.
Result<void> DeployPipeline::fetch(const std::vector<quint64> &chunks, Pass &pass)
{
    const imaging::WorkClock::Visit visit(m_context.progress.network());
    return m_fetcher.fetch(chunks, pass);
}

Result<void> DeployPipeline::write(const std::vector<quint64> &chunks)
{
    std::vector<quint64> wanted = chunks;
    for (int attempt = 0; attempt < m_context.tuning().tries && !wanted.empty();) {
        // What came from elsewhere says nothing about the station's copy.
        attempt += m_fetcher.isAtStation() ? 1 : 0;
        Pass pass(*this);
        const auto fetched = fetch(wanted, pass);
        const auto corrupt = pass.finish();
        if (!corrupt)
            return corrupt.failure();
        if (!fetched)
            return fetched.failure();
        if (m_context.stop.isStopped())
            return stopped(m_context.stop);
        wanted = *corrupt;
    }
    if (wanted.empty())
        return {};
    return Failure{FailureCode::ImageCorrupt, Stage::Write,
                   u"chunk %1 at byte %2 does not have the hash that the map says, after %3 tries"_s
                       .arg(wanted.front())
                       .arg(qint64(wanted.front()) * chunkBytes)
                       .arg(m_context.tuning().tries)};
}

} // namespace netclient
