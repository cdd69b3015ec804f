// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/device_source.h"

#include "netclient/station_requests.h"

#include <algorithm>
#include <cstring>

namespace netclient
{

using imaging::ByteExtent;
using imaging::ChunkRead;
using protocol::Result;

DeviceSource::DeviceSource(imaging::BlockIo &device, std::vector<ByteExtent> free, StopSource &stop)
    : m_device(device), m_free(std::move(free)), m_stop(stop)
{
}

Result<ChunkRead> DeviceSource::next(std::span<std::byte> buffer)
{
    if (m_stop.isStopped())
        return stopped(m_stop);
    const qint64 begin = m_offset;
    const qint64 length = std::min<qint64>(m_device.size() - begin, imaging::chunkBytes);
    const auto free = freeUpTo(begin + length);
    m_offset += length;
    qint64 freeBytes = 0;
    for (const ByteExtent &extent : free)
        freeBytes += extent.length;
    if (freeBytes == length)
        return ChunkRead{quint32(length), true}; // the end, too
    if (auto read = m_device.read(begin, buffer.first(size_t(length))); !read)
        return read.failure();
    for (const ByteExtent &extent : free)
        std::memset(buffer.data() + (extent.offset - begin), 0, size_t(extent.length));
    return ChunkRead{quint32(length), false};
}

std::vector<ByteExtent> DeviceSource::freeUpTo(qint64 end)
{
    std::vector<ByteExtent> parts;
    while (m_nextFree < m_free.size() && m_free[m_nextFree].offset < end) {
        const ByteExtent &extent = m_free[m_nextFree];
        const qint64 from = std::max(extent.offset, m_offset);
        const qint64 to = std::min(extent.offset + extent.length, end);
        if (from < to)
            parts.push_back({from, to - from});
        if (extent.offset + extent.length > end)
            break;
        ++m_nextFree;
    }
    return parts;
}

bool readBytes(imaging::BlockIo &device, qint64 offset, std::span<std::byte> buffer)
{
    const qint64 end = offset + qint64(buffer.size());
    if (offset < 0 || end > device.size())
        return false;
    const qint64 begin = offset - offset % qint64(imaging::directAlignment);
    imaging::AlignedBuffer aligned(size_t(end - begin));
    const auto bytes = aligned.first(size_t(end - begin));
    if (!device.read(begin, bytes))
        return false;
    std::ranges::copy(bytes.subspan(size_t(offset - begin)), buffer.begin());
    return true;
}

} // namespace netclient
