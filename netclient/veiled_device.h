// SPDX-License-Identifier: GPL-3.0-or-later
// A device of which some parts are held back in memory: reads and writes see them as if they were
// there, the device does not, until they are written at once. Nothing else may go on beside veil()
// and unveil().
#pragma once

#include "imaging/block_device.h"
#include "imaging/used_blocks.h"

#include <vector>

namespace netclient
{

class VeiledDevice final : public imaging::BlockIo
{
public:
    explicit VeiledDevice(imaging::BlockIo &device) : m_device(device) {}

    // Holds these parts back from now on, as zeros, which the device must hold there too.
    // Ascending, disjoint, multiples of directAlignment but for the end.
    void veil(const std::vector<imaging::ByteExtent> &extents);

    // Writes what was held back: all but the last two of `order` first, flushed; then those two at
    // once. From now on everything goes to the device itself.
    [[nodiscard]] protocol::Result<void> unveil(const std::vector<imaging::ByteExtent> &order);

    [[nodiscard]] QString path() const override { return m_device.path(); }
    [[nodiscard]] qint64 size() const override { return m_device.size(); }
    [[nodiscard]] int logicalBlockSize() const override { return m_device.logicalBlockSize(); }
    [[nodiscard]] protocol::Result<void> read(qint64 offset, std::span<std::byte> buffer) override;
    [[nodiscard]] protocol::Result<void> write(qint64 offset,
                                               std::span<const std::byte> buffer) override;
    // Of the device itself; what is held back is not changed.
    [[nodiscard]] protocol::Result<void> zero(qint64 offset, qint64 length) override;
    [[nodiscard]] protocol::Result<void> flush() override { return m_device.flush(); }
    [[nodiscard]] protocol::Result<void> dropCache() override { return m_device.dropCache(); }

private:
    struct Part {
        qint64 begin = 0;
        qint64 end = 0;
        imaging::AlignedBuffer bytes;
    };

    imaging::BlockIo &m_device;
    std::vector<Part> m_parts;
};

} // namespace netclient
