// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/descriptor_device.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace imaging
{
namespace
{

// One ioctl cannot be interrupted: not even by a kill, while a card erases for minutes.
constexpr qint64 zeroSliceBytes = 256 * 1024 * 1024;

} // namespace

KernelDevice::KernelDevice(QString path, qint64 size, int blockSize, Descriptor descriptor)
    : DescriptorDevice(std::move(path), size, blockSize), m_descriptor(std::move(descriptor))
{
}

size_t KernelDevice::wholeBlocks(size_t bytes) const
{
    return bytes - bytes % size_t(logicalBlockSize());
}

IoOutcome KernelDevice::readRange(qint64 offset, std::span<std::byte> buffer)
{
    const size_t whole = wholeBlocks(buffer.size());
    IoOutcome done = readFully(m_descriptor.get(), offset, buffer.first(whole));
    if (done.bytes < whole || whole == buffer.size())
        return done;
    const size_t blockSize = size_t(logicalBlockSize());
    AlignedBuffer block(blockSize);
    const auto last = block.first(blockSize);
    const IoOutcome partial = readFully(m_descriptor.get(), offset + qint64(whole), last);
    const size_t wanted = buffer.size() - whole;
    std::memcpy(buffer.data() + whole, last.data(), std::min(wanted, partial.bytes));
    return {whole + std::min(wanted, partial.bytes), partial.error};
}

IoOutcome KernelDevice::writeRange(qint64 offset, std::span<const std::byte> buffer)
{
    const size_t whole = wholeBlocks(buffer.size());
    IoOutcome done = writeFully(m_descriptor.get(), offset, buffer.first(whole));
    if (done.bytes < whole || whole == buffer.size())
        return done;
    // The last block is read, changed and written: what lies behind the buffer's end stays.
    const size_t blockSize = size_t(logicalBlockSize());
    AlignedBuffer block(blockSize);
    const auto last = block.first(blockSize);
    const qint64 lastOffset = offset + qint64(whole);
    const IoOutcome before = readFully(m_descriptor.get(), lastOffset, last);
    if (before.bytes < last.size())
        return {whole, before.error == 0 ? ENOSPC : before.error};
    std::memcpy(last.data(), buffer.data() + whole, buffer.size() - whole);
    const IoOutcome after = writeFully(m_descriptor.get(), lastOffset, last);
    return {after.error == 0 ? buffer.size() : whole, after.error};
}

bool KernelDevice::addJoint(const PlacedBytes &piece, JointWrites &joint)
{
    const size_t whole = wholeBlocks(piece.bytes.size());
    if (whole > 0)
        joint.writes.push_back({m_descriptor.get(), piece.offset, piece.bytes.first(whole)});
    if (whole == piece.bytes.size())
        return true;
    const size_t blockSize = size_t(logicalBlockSize());
    const auto last = joint.bounces.emplace_back(blockSize).first(blockSize);
    const qint64 lastOffset = piece.offset + qint64(whole);
    if (readFully(m_descriptor.get(), lastOffset, last).bytes < last.size())
        return false;
    std::memcpy(last.data(), piece.bytes.data() + whole, piece.bytes.size() - whole);
    joint.writes.push_back({m_descriptor.get(), lastOffset, last});
    return true;
}

IoOutcome KernelDevice::zeroRange(qint64 offset, qint64 length)
{
    const qint64 whole = qint64(wholeBlocks(size_t(length)));
    for (qint64 done = 0; done < whole;) {
        const qint64 slice = std::min(whole - done, zeroSliceBytes);
        quint64 range[2] = {quint64(offset + done), quint64(slice)};
        if (::ioctl(m_descriptor.get(), BLKZEROOUT, range) != 0)
            return {size_t(done), errno};
        done += slice;
    }
    return {size_t(whole), 0};
}

int KernelDevice::flushAll()
{
    return ::fsync(m_descriptor.get()) == 0 ? 0 : errno;
}

// Neither can fail in a way that matters: the descriptor is direct, this is for those who read the
// device otherwise.
void KernelDevice::forgetCached()
{
    (void)::ioctl(m_descriptor.get(), BLKFLSBUF, 0);
    (void)::posix_fadvise(m_descriptor.get(), 0, 0, POSIX_FADV_DONTNEED);
}

} // namespace imaging
