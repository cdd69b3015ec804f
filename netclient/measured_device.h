// SPDX-License-Identifier: GPL-3.0-or-later
// A device whose calls are timed, so that it is known when the work waits for the storage.
#pragma once

#include "imaging/block_device.h"
#include "imaging/work_clock.h"

namespace netclient
{

class MeasuredDevice final : public imaging::BlockIo
{
public:
    // Both outlive this.
    MeasuredDevice(imaging::BlockIo &device, imaging::WorkClock &clock)
        : m_device(device), m_clock(clock)
    {
    }

    [[nodiscard]] QString path() const override { return m_device.path(); }
    [[nodiscard]] qint64 size() const override { return m_device.size(); }
    [[nodiscard]] int logicalBlockSize() const override { return m_device.logicalBlockSize(); }
    [[nodiscard]] protocol::Result<void> read(qint64 offset, std::span<std::byte> buffer) override
    {
        const imaging::WorkClock::Visit visit(m_clock);
        return m_device.read(offset, buffer);
    }
    [[nodiscard]] protocol::Result<void> write(qint64 offset,
                                               std::span<const std::byte> buffer) override
    {
        const imaging::WorkClock::Visit visit(m_clock);
        return m_device.write(offset, buffer);
    }
    [[nodiscard]] protocol::Result<void>
    writeTogether(std::span<const imaging::PlacedBytes> pieces) override
    {
        const imaging::WorkClock::Visit visit(m_clock);
        return m_device.writeTogether(pieces);
    }
    [[nodiscard]] protocol::Result<void> zero(qint64 offset, qint64 length) override
    {
        const imaging::WorkClock::Visit visit(m_clock);
        return m_device.zero(offset, length);
    }
    [[nodiscard]] protocol::Result<void> flush() override
    {
        const imaging::WorkClock::Visit visit(m_clock);
        return m_device.flush();
    }
    [[nodiscard]] protocol::Result<void> dropCache() override
    {
        const imaging::WorkClock::Visit visit(m_clock);
        return m_device.dropCache();
    }

private:
    imaging::BlockIo &m_device;
    imaging::WorkClock &m_clock;
};

} // namespace netclient
