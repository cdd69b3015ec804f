// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chunk_codec.h"
#include "imaging/descriptor_io.h"
#include "imaging/pack.h"
#include "imaging/pack_format.h"

#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>

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

// Long runs of zeros are written this many frames at a time: some 40 KiB.
constexpr quint64 zeroBatch = 1024;

Failure writeFailure(qint64 offset, int error)
{
    const bool full = error == ENOSPC || error == EDQUOT;
    const FailureCode other =
        error == EFBIG ? FailureCode::FileTooLarge : FailureCode::StationIoError;
    return {full ? FailureCode::StorageFull : other, Stage::None,
            u"writing the pack at offset %1: %2"_s.arg(offset).arg(qt_error_string(error))};
}

Failure contradiction(const QString &why)
{
    return {FailureCode::Internal, Stage::None, u"pack: %1"_s.arg(why)};
}

QByteArray makeZeroFrame(quint32 length)
{
    ChunkCompressor compressor(importLevel);
    const std::vector<std::byte> zeros(length);
    std::vector<std::byte> frame(protocol::maxFrameBytes);
    const size_t bytes = compressor.compress(zeros, frame);
    return QByteArray(reinterpret_cast<const char *>(frame.data()), qsizetype(bytes));
}

std::span<const std::byte> bytesOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), size_t(bytes.size())));
}

} // namespace

PackWriter::PackWriter(int descriptor, std::vector<ChunkEntry> entries, std::vector<quint32> frames)
    : m_descriptor(descriptor),
      m_entries(std::move(entries)),
      m_frames(std::move(frames)),
      m_offset(std::accumulate(m_frames.begin(), m_frames.end(), qint64(0)))
{
    Q_ASSERT(m_entries.size() == m_frames.size());
}

Result<void> PackWriter::appendData(const Digest &digest, std::span<const std::byte> frame)
{
    if (frame.empty() || frame.size() > protocol::maxFrameBytes)
        return contradiction(u"a frame of %1 bytes"_s.arg(frame.size()));
    const auto length = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (length == 0 || length > chunkBytes || m_lastLength < chunkBytes)
        return contradiction(u"chunk %1 has no place"_s.arg(count()));
    if (auto written = write(frame); !written)
        return written;
    m_entries.push_back({ChunkKind::Data, digest});
    m_frames.push_back(quint32(frame.size()));
    m_lastLength = quint32(length);
    return {};
}

Result<void> PackWriter::appendZero(quint64 count, quint32 lastLength)
{
    if (count == 0)
        return {};
    if (lastLength == 0 || lastLength > chunkBytes || m_lastLength < chunkBytes)
        return contradiction(u"chunk %1 has no place"_s.arg(this->count()));
    const quint64 whole = lastLength == chunkBytes ? count : count - 1;
    if (auto written = appendWholeZeros(whole); !written || whole == count)
        return written;
    const QByteArray frame = makeZeroFrame(lastLength);
    if (auto written = write(bytesOf(frame)); !written)
        return written;
    m_entries.emplace_back();
    m_frames.push_back(quint32(frame.size()));
    m_lastLength = lastLength;
    return {};
}

Result<void> PackWriter::appendWholeZeros(quint64 count)
{
    if (m_zeroFrame.isEmpty())
        m_zeroFrame = makeZeroFrame(chunkBytes);
    const QByteArray batch = m_zeroFrame.repeated(qsizetype(std::min(count, zeroBatch)));
    while (count > 0) {
        const quint64 now = std::min(count, zeroBatch);
        const auto bytes = bytesOf(batch).first(size_t(now) * size_t(m_zeroFrame.size()));
        if (auto written = write(bytes); !written)
            return written;
        m_entries.insert(m_entries.end(), now, ChunkEntry{});
        m_frames.insert(m_frames.end(), now, quint32(m_zeroFrame.size()));
        count -= now;
    }
    return {};
}

Result<PackTail> PackWriter::finish(qint64 imageSize)
{
    if (imageSize <= 0 || imageSize > protocol::maxImageBytes || chunkCount(imageSize) != count())
        return contradiction(u"%1 chunks for an image of %2 bytes"_s.arg(count()).arg(imageSize));
    if (m_appended && chunkLength(imageSize, count() - 1) != m_lastLength)
        return contradiction(
            u"the last chunk has %1 bytes in an image of %2 bytes"_s.arg(m_lastLength)
                .arg(imageSize));
    PackTail tail(BlockMap(imageSize, m_entries), m_frames);
    if (auto written = write(bytesOf(tail.serialize())); !written)
        return written.failure();
    return tail;
}

Result<void> PackWriter::write(std::span<const std::byte> bytes)
{
    const IoOutcome done = writeFully(m_descriptor, m_offset, bytes);
    if (done.error != 0)
        return writeFailure(m_offset + qint64(done.bytes), done.error);
    m_offset += qint64(bytes.size());
    m_appended = true;
    return {};
}

} // namespace imaging
