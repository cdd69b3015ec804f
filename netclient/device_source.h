// SPDX-License-Identifier: GPL-3.0-or-later
// A device's chunks for a backup. What its file systems call free reads as zero, without being
// read.
#pragma once

#include "imaging/block_device.h"
#include "imaging/chunk_source.h"
#include "imaging/used_blocks.h"
#include "netclient/stop_source.h"

namespace netclient
{

class DeviceSource final : public imaging::ChunkSource
{
public:
    // `free`: ascending, disjoint.
    DeviceSource(imaging::BlockIo &device, std::vector<imaging::ByteExtent> free, StopSource &stop);

    // DeviceReadError, or Cancelled when stopped.
    [[nodiscard]] protocol::Result<imaging::ChunkRead> next(std::span<std::byte> buffer) override;

private:
    // What of [m_offset, end) is free.
    [[nodiscard]] std::vector<imaging::ByteExtent> freeUpTo(qint64 end);

    imaging::BlockIo &m_device;
    const std::vector<imaging::ByteExtent> m_free;
    StopSource &m_stop;
    qint64 m_offset = 0;
    size_t m_nextFree = 0; // the first extent that ends behind m_offset
};

// Any bytes of a device, aligned or not; false when they lie beyond it or cannot be read.
[[nodiscard]] bool readBytes(imaging::BlockIo &device, qint64 offset, std::span<std::byte> buffer);

} // namespace netclient
