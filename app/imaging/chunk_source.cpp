// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chunk_source.h"

#include "imaging/descriptor_io.h"

#include <QFile>

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace imaging
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

Failure unreadable(const QString &path, const QString &why)
{
    return {FailureCode::ImageUnreadable, Stage::Read, u"%1: %2"_s.arg(path, why)};
}

class FileSource final : public ChunkSource
{
public:
    FileSource(QString path, qint64 size, Descriptor descriptor)
        : m_path(std::move(path)), m_size(size), m_descriptor(std::move(descriptor))
    {
    }

    Result<ChunkRead> next(std::span<std::byte> buffer) override
    {
        if (m_offset >= m_size)
            return ChunkRead{};
        const qint64 offset = m_offset;
        const quint32 length = quint32(std::min<qint64>(chunkBytes, m_size - offset));
        m_offset += length;
        if (nextData(offset) >= offset + length)
            return ChunkRead{length, true};
        const IoOutcome done = readFully(m_descriptor.get(), offset, buffer.first(length));
        if (done.error == 0 && done.bytes == length)
            return ChunkRead{length, false};
        const QString why =
            done.error == 0 ? u"it has become shorter"_s : qt_error_string(done.error);
        return unreadable(m_path, u"at offset %1: %2"_s.arg(offset + qint64(done.bytes)).arg(why));
    }

private:
    // Where data begins at or behind `offset`. Block devices and old file systems do not know: all
    // is data there.
    qint64 nextData(qint64 offset)
    {
        if (m_nextData > offset || !m_knowsHoles)
            return m_knowsHoles ? m_nextData : offset;
        const qint64 found = ::lseek(m_descriptor.get(), offset, SEEK_DATA);
        if (found >= 0)
            return m_nextData = found;
        m_knowsHoles = errno == ENXIO; // no data up to the end
        return m_nextData = m_knowsHoles ? m_size : offset;
    }

    QString m_path;
    qint64 m_size;
    Descriptor m_descriptor;
    qint64 m_offset = 0;
    qint64 m_nextData = 0;
    bool m_knowsHoles = true;
};

} // namespace

Result<std::unique_ptr<ChunkSource>> openFileSource(const QString &path, qint64 *size)
{
    // Non-blocking: a FIFO would wait for its writer at open. Files and block devices do not care.
    Descriptor descriptor(
        ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor)
        return unreadable(path, qt_error_string(errno));
    const qint64 bytes = sizeOf(descriptor.get());
    if (bytes < 0 && errno == ENODEV)
        return unreadable(path, u"neither a regular file nor a block device"_s);
    if (bytes < 0)
        return unreadable(path, qt_error_string(errno));
    if (bytes == 0)
        return Failure{FailureCode::ImageEmpty, Stage::Read, u"%1 has no bytes"_s.arg(path)};
    if (bytes > protocol::maxImageBytes)
        return unreadable(path, u"%1 bytes are more than any image has"_s.arg(bytes));
    (void)::posix_fadvise(descriptor.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    if (size)
        *size = bytes;
    std::unique_ptr<ChunkSource> source =
        std::make_unique<FileSource>(path, bytes, std::move(descriptor));
    return source;
}

} // namespace imaging
