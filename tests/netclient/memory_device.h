// SPDX-License-Identifier: GPL-3.0-or-later
// A device in memory whose operations a test can watch, tear, refuse or falsify.
#pragma once

#include "imaging/block_device.h"

#include <atomic>
#include <cstring>
#include <functional>
#include <mutex>
#include <vector>

namespace testing
{

class MemoryDevice final : public imaging::BlockIo
{
public:
    enum class Operation { Read, Write, Zero, Flush };
    // What becomes of an operation. Torn: half of it is done, and then it fails. Silent: nothing is
    // done, and it succeeds.
    enum class Fate { Done, Failed, Torn, Silent };
    struct Call {
        Operation operation;
        qint64 offset = 0;
        qint64 length = 0;
        int change = 0; // number of this write or zeroing, from 0
    };

    explicit MemoryDevice(qint64 size) : m_bytes(size_t(size)) {}

    // Called with the offset of each read when it comes, by several threads at once.
    std::function<void(qint64)> onRead;
    // Asked before each operation, told after each one that was done; one at a time. Set before
    // use.
    std::function<Fate(const Call &)> before;
    std::function<void(const Call &, std::vector<std::byte> &)> after;

    [[nodiscard]] std::vector<std::byte> &bytes() { return m_bytes; }
    [[nodiscard]] int changes() const { return m_changes; }
    [[nodiscard]] QString misuse() const
    {
        const std::lock_guard lock(m_mutex);
        return m_misuse;
    }

    [[nodiscard]] QString path() const override { return QStringLiteral("memory"); }
    [[nodiscard]] qint64 size() const override { return qint64(m_bytes.size()); }
    [[nodiscard]] int logicalBlockSize() const override { return 512; }

    protocol::Result<void> read(qint64 offset, std::span<std::byte> buffer) override
    {
        if (onRead)
            onRead(offset);
        checkUse(offset, buffer.data(), qint64(buffer.size()));
        return perform({Operation::Read, offset, qint64(buffer.size())}, [&](size_t bytes) {
            std::memcpy(buffer.data(), m_bytes.data() + offset, bytes);
        });
    }
    protocol::Result<void> write(qint64 offset, std::span<const std::byte> buffer) override
    {
        checkUse(offset, buffer.data(), qint64(buffer.size()));
        return perform(
            {Operation::Write, offset, qint64(buffer.size()), m_changes++},
            [&](size_t bytes) { std::memcpy(m_bytes.data() + offset, buffer.data(), bytes); });
    }
    protocol::Result<void> zero(qint64 offset, qint64 length) override
    {
        checkRange(offset, length);
        return perform({Operation::Zero, offset, length, m_changes++},
                       [&](size_t bytes) { std::memset(m_bytes.data() + offset, 0, bytes); });
    }
    protocol::Result<void> flush() override
    {
        return perform({Operation::Flush}, [](size_t) {});
    }
    protocol::Result<void> dropCache() override { return {}; }

private:
    void checkUse(qint64 offset, const void *memory, qint64 length)
    {
        if (offset % 512 != 0 || reinterpret_cast<quintptr>(memory) % imaging::directAlignment != 0)
            misused(QStringLiteral("unaligned: %1 + %2").arg(offset).arg(length));
        checkRange(offset, length);
    }
    void checkRange(qint64 offset, qint64 length)
    {
        if (offset < 0 || length < 0 || offset + length > size())
            misused(QStringLiteral("beyond the end: %1 + %2").arg(offset).arg(length));
    }
    void misused(const QString &how)
    {
        const std::lock_guard lock(m_mutex);
        m_misuse = how;
    }

    template<class Work>
    protocol::Result<void> perform(const Call &call, Work work)
    {
        const std::lock_guard lock(m_mutex);
        const Fate fate = before ? before(call) : Fate::Done;
        if (fate == Fate::Done)
            work(size_t(call.length));
        else if (fate == Fate::Torn)
            work(size_t(call.length / 1024 * 512));
        if (fate == Fate::Done && after)
            after(call, m_bytes);
        if (fate == Fate::Done || fate == Fate::Silent)
            return {};
        const bool reading = call.operation == Operation::Read;
        return protocol::Failure{reading ? protocol::FailureCode::DeviceReadError
                                         : protocol::FailureCode::DeviceWriteError,
                                 {},
                                 QStringLiteral("memory: byte %1").arg(call.offset)};
    }

    mutable std::mutex m_mutex;
    std::vector<std::byte> m_bytes;
    std::atomic<int> m_changes = 0;
    QString m_misuse;
};

} // namespace testing
