// SPDX-License-Identifier: GPL-3.0-or-later
// What a block device and a file that stands in for one have in common: bounds, error texts,
// zeroing by hand. Private to the sources of block_device. Thread-safe as far as ranges do not
// share a block.
#pragma once

#include "imaging/block_device.h"
#include "imaging/descriptor_io.h"
#include "imaging/joint_write.h"

#include <atomic>

namespace imaging
{

class DescriptorDevice : public BlockIo
{
public:
    DescriptorDevice(QString path, qint64 size, int blockSize);

    [[nodiscard]] QString path() const final { return m_path; }
    [[nodiscard]] qint64 size() const final { return m_size; }
    [[nodiscard]] int logicalBlockSize() const final { return m_blockSize; }
    [[nodiscard]] protocol::Result<void> read(qint64 offset, std::span<std::byte> buffer) final;
    [[nodiscard]] protocol::Result<void> write(qint64 offset,
                                               std::span<const std::byte> buffer) final;
    [[nodiscard]] protocol::Result<void> writeTogether(std::span<const PlacedBytes> pieces) final;
    [[nodiscard]] protocol::Result<void> zero(qint64 offset, qint64 length) final;
    [[nodiscard]] protocol::Result<void> flush() final;
    [[nodiscard]] protocol::Result<void> dropCache() final;

protected:
    [[nodiscard]] virtual IoOutcome readRange(qint64 offset, std::span<std::byte> buffer) = 0;
    [[nodiscard]] virtual IoOutcome writeRange(qint64 offset,
                                               std::span<const std::byte> buffer) = 0;
    // The same piece as requests for a joint write; false: not possible.
    [[nodiscard]] virtual bool addJoint(const PlacedBytes &piece, JointWrites &joint) = 0;
    // Makes as much of the range zero as the kernel can from its beginning on; `error` says why no
    // more.
    [[nodiscard]] virtual IoOutcome zeroRange(qint64 offset, qint64 length) = 0;
    [[nodiscard]] virtual int flushAll() = 0; // errno
    virtual void forgetCached() = 0;          // after flushAll()

private:
    [[nodiscard]] bool contains(qint64 offset, qint64 length) const;
    [[nodiscard]] IoOutcome writeZeros(qint64 offset, qint64 length);
    [[nodiscard]] bool tryJointly(std::span<const PlacedBytes> pieces);

    QString m_path;
    qint64 m_size;
    int m_blockSize;
};

// A block device in /dev: one exclusive descriptor, direct.
class KernelDevice final : public DescriptorDevice
{
public:
    KernelDevice(QString path, qint64 size, int blockSize, Descriptor descriptor);

protected:
    [[nodiscard]] IoOutcome readRange(qint64 offset, std::span<std::byte> buffer) override;
    [[nodiscard]] IoOutcome writeRange(qint64 offset, std::span<const std::byte> buffer) override;
    [[nodiscard]] bool addJoint(const PlacedBytes &piece, JointWrites &joint) override;
    [[nodiscard]] IoOutcome zeroRange(qint64 offset, qint64 length) override;
    [[nodiscard]] int flushAll() override;
    void forgetCached() override;

private:
    [[nodiscard]] size_t wholeBlocks(size_t bytes) const;

    Descriptor m_descriptor;
};

// A regular file: direct for what is aligned to directAlignment, if the file system can, and by the
// page cache for the rest. The kernel keeps the two coherent.
class FileDevice final : public DescriptorDevice
{
public:
    // `direct` may hold none.
    FileDevice(QString path, qint64 size, Descriptor buffered, Descriptor direct);

protected:
    [[nodiscard]] IoOutcome readRange(qint64 offset, std::span<std::byte> buffer) override;
    [[nodiscard]] IoOutcome writeRange(qint64 offset, std::span<const std::byte> buffer) override;
    [[nodiscard]] bool addJoint(const PlacedBytes &piece, JointWrites &joint) override;
    [[nodiscard]] IoOutcome zeroRange(qint64 offset, qint64 length) override;
    [[nodiscard]] int flushAll() override;
    void forgetCached() override;

private:
    template<class Bytes, class Transfer>
    IoOutcome transfer(qint64 offset, Bytes buffer, Transfer run);

    Descriptor m_buffered;
    Descriptor m_direct;
    std::atomic<bool> m_useDirect;
};

} // namespace imaging
