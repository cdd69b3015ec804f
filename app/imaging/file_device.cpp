// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/descriptor_device.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace imaging
{
namespace
{

// What a regular file is said to have: the smallest, so that no image is refused for it.
constexpr int fileBlockSize = 512;

} // namespace

FileDevice::FileDevice(QString path, qint64 size, Descriptor buffered, Descriptor direct)
    : DescriptorDevice(std::move(path), size, fileBlockSize),
      m_buffered(std::move(buffered)),
      m_direct(std::move(direct)),
      m_useDirect(bool(m_direct))
{
}

// `run(descriptor, offset, bytes)` is readFully or writeFully.
template<class Bytes, class Transfer>
IoOutcome FileDevice::transfer(qint64 offset, Bytes buffer, Transfer run)
{
    const bool aligned = offset % qint64(directAlignment) == 0 &&
                         reinterpret_cast<quintptr>(buffer.data()) % directAlignment == 0;
    const size_t whole = buffer.size() - buffer.size() % directAlignment;
    size_t done = 0;
    if (aligned && whole > 0 && m_useDirect) {
        const IoOutcome direct = run(m_direct.get(), offset, buffer.first(whole));
        // Some file systems take O_DIRECT at open and refuse the I/O; some want a larger alignment.
        if (direct.error == EINVAL)
            m_useDirect = false;
        else if (direct.error != 0 || direct.bytes < whole)
            return direct;
        done = direct.bytes;
    }
    const IoOutcome rest = run(m_buffered.get(), offset + qint64(done), buffer.subspan(done));
    return {done + rest.bytes, rest.error};
}

IoOutcome FileDevice::readRange(qint64 offset, std::span<std::byte> buffer)
{
    return transfer(offset, buffer, readFully);
}

IoOutcome FileDevice::writeRange(qint64 offset, std::span<const std::byte> buffer)
{
    return transfer(offset, buffer, writeFully);
}

bool FileDevice::addJoint(const PlacedBytes &piece, JointWrites &joint)
{
    const bool aligned = piece.offset % qint64(directAlignment) == 0 &&
                         reinterpret_cast<quintptr>(piece.bytes.data()) % directAlignment == 0;
    const bool direct = aligned && m_useDirect;
    const size_t whole = direct ? piece.bytes.size() - piece.bytes.size() % directAlignment : 0;
    if (whole > 0)
        joint.writes.push_back({m_direct.get(), piece.offset, piece.bytes.first(whole)});
    if (whole < piece.bytes.size())
        joint.writes.push_back(
            {m_buffered.get(), piece.offset + qint64(whole), piece.bytes.subspan(whole)});
    return true;
}

IoOutcome FileDevice::zeroRange(qint64 offset, qint64 length)
{
    if (length == 0)
        return {};
    for (const int mode :
         {FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE}) {
        if (::fallocate(m_buffered.get(), mode, offset, length) == 0)
            return {size_t(length), 0};
    }
    return {0, errno};
}

int FileDevice::flushAll()
{
    return ::fsync(m_buffered.get()) == 0 ? 0 : errno;
}

void FileDevice::forgetCached()
{
    (void)::posix_fadvise(m_buffered.get(), 0, 0, POSIX_FADV_DONTNEED);
}

} // namespace imaging
