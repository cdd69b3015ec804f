// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/chunk_buffers.h"

#include "imaging/block_map.h"

#include <algorithm>

namespace http
{

namespace
{

// How often somebody who waits looks whether it is still worth it.
constexpr std::chrono::milliseconds lookInterval{100};

} // namespace

ChunkBuffers::Buffer::Buffer(Buffer &&other) noexcept
    : m_owner(std::exchange(other.m_owner, nullptr)), m_memory(std::move(other.m_memory))
{
}

ChunkBuffers::Buffer &ChunkBuffers::Buffer::operator=(Buffer &&other) noexcept
{
    Buffer old(std::move(other));
    std::swap(m_owner, old.m_owner);
    std::swap(m_memory, old.m_memory);
    return *this;
}

ChunkBuffers::Buffer::~Buffer()
{
    if (m_owner)
        m_owner->give(std::move(m_memory));
}

ChunkBuffers::ChunkBuffers(int count) : m_unmade(std::max(1, count))
{
    m_free.reserve(size_t(m_unmade));
}

ChunkBuffers::Buffer ChunkBuffers::acquire(const std::function<bool()> &givenUp)
{
    std::unique_lock lock(m_mutex);
    if (m_waiting.empty() && hasFree())
        return takeFree();
    std::condition_variable turn;
    const auto place = m_waiting.insert(m_waiting.end(), &turn);
    const auto isOurs = [&] { return m_waiting.begin() == place && hasFree(); };
    bool leaving = false;
    while (!leaving && !turn.wait_for(lock, lookInterval, isOurs))
        leaving = givenUp();
    m_waiting.erase(place);
    Buffer buffer = leaving ? Buffer() : takeFree();
    wakeFirst();
    return buffer;
}

ChunkBuffers::Buffer ChunkBuffers::tryAcquire()
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.empty() && hasFree() ? takeFree() : Buffer();
}

bool ChunkBuffers::isWanted() const
{
    return waiting() > 0;
}

int ChunkBuffers::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return int(m_waiting.size());
}

ChunkBuffers::Buffer ChunkBuffers::takeFree()
{
    if (m_free.empty()) {
        --m_unmade;
        return {*this, imaging::AlignedBuffer(imaging::chunkBytes)};
    }
    Buffer buffer(*this, std::move(m_free.back()));
    m_free.pop_back();
    return buffer;
}

void ChunkBuffers::give(imaging::AlignedBuffer memory)
{
    const std::lock_guard lock(m_mutex);
    m_free.push_back(std::move(memory));
    wakeFirst();
}

// Under the mutex, so that nobody is woken who is gone.
void ChunkBuffers::wakeFirst()
{
    if (!m_waiting.empty() && hasFree())
        m_waiting.front()->notify_one();
}

} // namespace http
