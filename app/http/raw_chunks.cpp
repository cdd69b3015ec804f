// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/raw_chunks.h"

#include "protocol/guarded.h"

#include <array>

namespace http
{

using imaging::chunkBytes;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

// What every ZERO chunk is. Never written to, and not const: then it takes neither memory nor file.
std::array<std::byte, chunkBytes> zeroChunk{};

// Says so at the end, whatever that is: who waits would wait for ever.
class Ready
{
public:
    explicit Ready(std::binary_semaphore &ready) : m_ready(ready) {}
    ~Ready() { m_ready.release(); }
    Ready(const Ready &) = delete;
    Ready &operator=(const Ready &) = delete;

private:
    std::binary_semaphore &m_ready;
};

} // namespace

RawChunks::RawChunks(const imaging::PackReader &pack, imaging::WorkerPool &pool,
                     ChunkBuffers &buffers, quint64 last, std::function<bool()> givenUp)
    : m_pack(pack), m_pool(pool), m_buffers(buffers), m_last(last), m_givenUp(std::move(givenUp))
{
}

RawChunks::~RawChunks()
{
    letGo();
}

Result<std::span<const std::byte>> RawChunks::at(quint64 index)
{
    const quint32 length = m_pack.tail().map().length(index);
    if (isZero(index)) {
        release(current());
        readAhead(index + 1);
        return std::span<const std::byte>(zeroChunk).first(length);
    }
    if (!makeCurrent(index))
        return Failure{FailureCode::Cancelled, Stage::None, {}};
    Slot &slot = current();
    finish(slot);
    if (!slot.result)
        return slot.result.failure();
    readAhead(index + 1);
    return std::span<const std::byte>(slot.buffer.first(length));
}

bool RawChunks::holdsBuffers() const
{
    return m_slots[0].buffer || m_slots[1].buffer;
}

std::chrono::steady_clock::duration RawChunks::heldFor() const
{
    return std::chrono::steady_clock::now() - m_heldSince;
}

void RawChunks::letGo()
{
    release(m_slots[0]);
    release(m_slots[1]);
}

bool RawChunks::isZero(quint64 index) const
{
    return m_pack.tail().map().entry(index).kind == imaging::ChunkKind::Zero;
}

// False: given up before there was a buffer.
bool RawChunks::makeCurrent(quint64 index)
{
    if (current().buffer && current().index == index)
        return true;
    release(current());
    if (ahead().buffer && ahead().index == index) {
        m_heldSince = std::chrono::steady_clock::now();
        m_current = 1 - m_current;
        return true;
    }
    release(ahead()); // nobody waits for a buffer while he has one
    current().buffer = m_buffers.acquire(m_givenUp);
    if (!current().buffer)
        return false;
    start(current(), index);
    return true;
}

void RawChunks::readAhead(quint64 index)
{
    if (ahead().buffer || index > m_last || isZero(index))
        return;
    ahead().buffer = m_buffers.tryAcquire();
    if (ahead().buffer)
        start(ahead(), index);
}

void RawChunks::start(Slot &slot, quint64 index)
{
    if (&slot == &current() || !current().buffer)
        m_heldSince = std::chrono::steady_clock::now();
    slot.index = index;
    m_pool.submit([this, &slot] {
        const Ready ready(slot.ready);
        slot.result = protocol::guarded([&] { return read(slot); });
    });
    slot.underWay = true; // and not before: there may have been no memory to submit it
}

// On a thread of the pool.
Result<void> RawChunks::read(Slot &slot)
{
    const quint32 length = m_pack.tail().map().length(slot.index);
    return m_pack.readChunk(slot.index, slot.buffer.first(length));
}

void RawChunks::finish(Slot &slot)
{
    if (std::exchange(slot.underWay, false))
        slot.ready.acquire();
}

// A task that is under way writes into the buffer.
void RawChunks::release(Slot &slot)
{
    finish(slot);
    slot.buffer = {};
}

} // namespace http
