// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/veiled_device.h"

#include <algorithm>
#include <cstring>

namespace netclient
{

using imaging::ByteExtent;
using protocol::Result;

namespace
{

constexpr size_t tablePieces = 2; // the table's copy and the table

} // namespace

void VeiledDevice::veil(const std::vector<ByteExtent> &extents)
{
    m_parts.clear();
    for (const ByteExtent &extent : extents) {
        Part part{extent.offset, extent.offset + extent.length,
                  imaging::AlignedBuffer(size_t(extent.length))};
        std::memset(part.bytes.data(), 0, part.bytes.size());
        m_parts.push_back(std::move(part));
    }
}

Result<void> VeiledDevice::read(qint64 offset, std::span<std::byte> buffer)
{
    auto done = m_device.read(offset, buffer);
    const qint64 end = offset + qint64(buffer.size());
    for (Part &part : m_parts) {
        const qint64 from = std::max(offset, part.begin);
        const qint64 to = std::min(end, part.end);
        if (done && from < to)
            std::memcpy(buffer.data() + (from - offset), part.bytes.data() + (from - part.begin),
                        size_t(to - from));
    }
    return done;
}

Result<void> VeiledDevice::write(qint64 offset, std::span<const std::byte> buffer)
{
    const qint64 end = offset + qint64(buffer.size());
    qint64 at = offset;
    const auto writeUpTo = [&](qint64 to) -> Result<void> {
        if (at >= to)
            return {};
        return m_device.write(at, buffer.subspan(size_t(at - offset), size_t(to - at)));
    };
    for (Part &part : m_parts) {
        const qint64 from = std::max(offset, part.begin);
        const qint64 to = std::min(end, part.end);
        if (from >= to)
            continue;
        if (auto before = writeUpTo(from); !before)
            return before;
        std::memcpy(part.bytes.data() + (from - part.begin), buffer.data() + (from - offset),
                    size_t(to - from));
        at = to;
    }
    return writeUpTo(end);
}

Result<void> VeiledDevice::zero(qint64 offset, qint64 length)
{
    return m_device.zero(offset, length);
}

Result<void> VeiledDevice::unveil(const std::vector<ByteExtent> &order)
{
    std::vector<Part> parts = std::exchange(m_parts, {});
    std::vector<imaging::PlacedBytes> pieces;
    for (const ByteExtent &extent : order) {
        const auto part = std::ranges::find_if(parts, [&](const Part &candidate) {
            return candidate.begin <= extent.offset && extent.offset < candidate.end;
        });
        if (part == parts.end())
            continue;
        pieces.push_back(
            {extent.offset, part->bytes.all().subspan(size_t(extent.offset - part->begin),
                                                      size_t(extent.length))});
    }
    // The card's cache keeps no order: what the table vouches for is on the medium before it.
    const size_t last = std::min(pieces.size(), tablePieces);
    const auto vouchedFor = std::span(pieces).first(pieces.size() - last);
    if (!vouchedFor.empty()) {
        if (auto written = m_device.writeTogether(vouchedFor); !written)
            return written;
        if (auto flushed = m_device.flush(); !flushed)
            return flushed;
    }
    return m_device.writeTogether(std::span(pieces).last(last));
}

} // namespace netclient
