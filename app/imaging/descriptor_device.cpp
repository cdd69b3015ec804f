// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/descriptor_device.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace imaging
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr size_t zeroPieceBytes = 1024 * 1024;

Failure failure(FailureCode code, const QString &what, qint64 offset, int error)
{
    const QString why = error == 0 ? u"the device ends there"_s : qt_error_string(error);
    return {code, Stage::None, u"%1 at offset %2: %3"_s.arg(what).arg(offset).arg(why)};
}

} // namespace

DescriptorDevice::DescriptorDevice(QString path, qint64 size, int blockSize)
    : m_path(std::move(path)), m_size(size), m_blockSize(blockSize)
{
}

// A write beyond the end would make a regular file longer, and so hide the mistake.
bool DescriptorDevice::contains(qint64 offset, qint64 length) const
{
    return offset >= 0 && length >= 0 && offset <= m_size && length <= m_size - offset;
}

Result<void> DescriptorDevice::read(qint64 offset, std::span<std::byte> buffer)
{
    const QString what = u"reading %1"_s.arg(m_path);
    if (!contains(offset, qint64(buffer.size())))
        return failure(FailureCode::DeviceReadError, what, offset, 0);
    const IoOutcome done = readRange(offset, buffer);
    if (done.error != 0 || done.bytes < buffer.size())
        return failure(FailureCode::DeviceReadError, what, offset + qint64(done.bytes), done.error);
    return {};
}

Result<void> DescriptorDevice::write(qint64 offset, std::span<const std::byte> buffer)
{
    const QString what = u"writing %1"_s.arg(m_path);
    if (!contains(offset, qint64(buffer.size())))
        return failure(FailureCode::DeviceWriteError, what, offset, 0);
    const IoOutcome done = writeRange(offset, buffer);
    if (done.error != 0 || done.bytes < buffer.size())
        return failure(FailureCode::DeviceWriteError, what, offset + qint64(done.bytes),
                       done.error);
    return {};
}

bool DescriptorDevice::tryJointly(std::span<const PlacedBytes> pieces)
{
    JointWrites joint;
    for (const PlacedBytes &piece : pieces) {
        if (!contains(piece.offset, qint64(piece.bytes.size())) || !addJoint(piece, joint))
            return false;
    }
    return writeJointly(joint.writes);
}

Result<void> DescriptorDevice::writeTogether(std::span<const PlacedBytes> pieces)
{
    // Where it does not work, the ordinary way does or says why.
    return tryJointly(pieces) ? Result<void>{} : BlockIo::writeTogether(pieces);
}

Result<void> DescriptorDevice::zero(qint64 offset, qint64 length)
{
    const QString what = u"zeroing %1"_s.arg(m_path);
    if (!contains(offset, length))
        return failure(FailureCode::DeviceWriteError, what, offset, 0);
    // What the kernel cannot zero, whatever its reason, is tried by writing before it is called a
    // failure.
    const qint64 zeroed = qint64(zeroRange(offset, length).bytes);
    const IoOutcome written = writeZeros(offset + zeroed, length - zeroed);
    if (written.error != 0)
        return failure(FailureCode::DeviceWriteError, what, offset + zeroed + qint64(written.bytes),
                       written.error);
    return {};
}

IoOutcome DescriptorDevice::writeZeros(qint64 offset, qint64 length)
{
    if (length == 0)
        return {};
    AlignedBuffer zeros(size_t(std::min(length, qint64(zeroPieceBytes))));
    std::memset(zeros.data(), 0, zeros.size());
    for (qint64 done = 0; done < length;) {
        const qint64 piece = std::min(length - done, qint64(zeroPieceBytes));
        const IoOutcome written = writeRange(offset + done, zeros.first(size_t(piece)));
        done += qint64(written.bytes);
        if (written.error != 0)
            return {size_t(done), written.error};
    }
    return {size_t(length), 0};
}

Result<void> DescriptorDevice::flush()
{
    if (const int error = flushAll(); error != 0)
        return Failure{FailureCode::DeviceWriteError, Stage::None,
                       u"flushing %1: %2"_s.arg(m_path, qt_error_string(error))};
    return {};
}

Result<void> DescriptorDevice::dropCache()
{
    if (auto flushed = flush(); !flushed)
        return flushed;
    forgetCached();
    return {};
}

} // namespace imaging
