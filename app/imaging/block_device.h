// SPDX-License-Identifier: GPL-3.0-or-later
// A block device, or a regular file that stands in for one, with aligned direct I/O.
#pragma once

#include "imaging/aligned_buffer.h"
#include "protocol/result.h"

#include <QString>

#include <memory>
#include <span>

namespace imaging
{

// Bytes and where they go.
struct PlacedBytes {
    qint64 offset = 0; // bytes
    std::span<const std::byte> bytes;
};

// What the pipelines need of a device; the tests' faulty devices implement it too. Offsets and
// lengths are bytes. Several threads may read at once, and write what shares no block.
class BlockIo
{
public:
    virtual ~BlockIo() = default;
    [[nodiscard]] virtual QString path() const = 0;
    [[nodiscard]] virtual qint64 size() const = 0;          // of a block device: whole blocks
    [[nodiscard]] virtual int logicalBlockSize() const = 0; // 512 or 4096

    // Buffers aligned to directAlignment, offsets to logicalBlockSize(); lengths may be any (a
    // partial last block is read, changed and written). A range that reaches beyond size() fails as
    // a whole. DeviceReadError / DeviceWriteError with offset and errno's words.
    [[nodiscard]] virtual protocol::Result<void> read(qint64 offset,
                                                      std::span<std::byte> buffer) = 0;
    [[nodiscard]] virtual protocol::Result<void> write(qint64 offset,
                                                       std::span<const std::byte> buffer) = 0;
    // Writes all of `pieces`, one after the other in this order unless the device knows better: a
    // real one hands them to the kernel in one call, so that a process that is killed has written
    // all or none of them. Conditions and errors as with write().
    [[nodiscard]] virtual protocol::Result<void> writeTogether(std::span<const PlacedBytes> pieces);
    // Makes the range read as zero: BLKZEROOUT, or FALLOC_FL_PUNCH_HOLE / ZERO_RANGE in a file;
    // explicit zeros where that is not supported or not aligned. Never BLKDISCARD, which promises
    // nothing.
    [[nodiscard]] virtual protocol::Result<void> zero(qint64 offset, qint64 length) = 0;
    // Everything written is on the medium afterwards.
    [[nodiscard]] virtual protocol::Result<void> flush() = 0;
    // Reads afterwards come from the medium, not from the page cache.
    [[nodiscard]] virtual protocol::Result<void> dropCache() = 0;
};

enum class DeviceAccess { Read, ReadWrite };

// A block device is opened O_EXCL, so that nothing has it mounted (DeviceInUse), and O_DIRECT where
// the file system allows it. A regular file is locked instead. DeviceNotFound, DeviceInUse,
// DeviceReadError or, opened to be written, DeviceWriteError (read-only card, no permission).
[[nodiscard]] protocol::Result<std::unique_ptr<BlockIo>> openBlockDevice(const QString &path,
                                                                         DeviceAccess access);

// Reads from any offset into any memory: for tables and superblocks, not for bulk.
[[nodiscard]] protocol::Result<void> readAnywhere(BlockIo &device, qint64 offset,
                                                  std::span<std::byte> buffer);

} // namespace imaging
