// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/image_streams.h"

#include "core/import/foreign_format.h"

namespace core
{

using namespace Qt::StringLiterals;
using imaging::ChunkRead;
using protocol::FailureCode;
using protocol::Result;

namespace
{

class StreamChunks final : public imaging::ChunkSource
{
public:
    StreamChunks(std::unique_ptr<SourceFile> file, std::unique_ptr<ByteStream> stream,
                 qint64 maxBytes, ImageFindings &findings)
        : m_file(std::move(file)),
          m_stream(std::move(stream)),
          m_maxBytes(maxBytes),
          m_findings(findings)
    {
    }

    Result<ChunkRead> next(std::span<std::byte> buffer) override
    {
        // Zeros may come by the gigabyte from what was read before.
        if (m_file->isCancelled())
            return importCancelled();
        const auto length = fill(buffer.first(imaging::chunkBytes));
        if (!length)
            return length.failure();
        m_bytes += *length;
        if (m_bytes > m_maxBytes)
            return importFailure(FailureCode::ImageTooLarge, m_file->path(),
                                 u"unpacks to more than %1 bytes"_s.arg(m_maxBytes));
        if (m_ended) {
            if (const auto checked = end(); !checked)
                return checked.failure();
        }
        return ChunkRead{*length, false};
    }

private:
    Result<quint32> fill(std::span<std::byte> chunk)
    {
        size_t filled = 0;
        while (filled < chunk.size() && !m_ended) {
            const auto bytes = m_stream->read(chunk.subspan(filled));
            if (!bytes)
                return bytes.failure();
            m_ended = *bytes == 0;
            filled += *bytes;
        }
        return quint32(filled);
    }

    Result<void> end()
    {
        if (m_bytes == 0)
            return importFailure(FailureCode::ImageEmpty, m_file->path(), u"unpacks to nothing"_s);
        auto sums = m_file->finish();
        if (!sums)
            return sums.failure();
        m_findings.fileSums = std::move(*sums);
        if (const qint64 bytes = m_stream->trailingBytes(); bytes > 0)
            m_findings.warnings << ImageWarning{ImageWarningCode::TrailingBytes, 0, bytes, {}};
        return {};
    }

    std::unique_ptr<SourceFile> m_file; // outlives the stream
    std::unique_ptr<ByteStream> m_stream;
    const qint64 m_maxBytes;
    ImageFindings &m_findings;
    qint64 m_bytes = 0;
    bool m_ended = false;
};

class SummedSource final : public imaging::ChunkSource
{
public:
    SummedSource(ChunkSourcePtr source, const std::set<imaging::ChecksumType> &types,
                 ImageFindings &findings)
        : m_source(std::move(source)), m_sums(types), m_findings(findings)
    {
    }

    Result<ChunkRead> next(std::span<std::byte> buffer) override
    {
        auto read = m_source->next(buffer);
        if (!read)
            return read;
        const auto zeros = std::span<const std::byte>(m_zeros);
        m_sums.update((read->knownZero ? zeros : buffer).first(read->length));
        if (read->length < imaging::chunkBytes)
            m_findings.imageSums = m_sums.finish();
        return read;
    }

private:
    ChunkSourcePtr m_source;
    SumSet m_sums;
    ImageFindings &m_findings;
    const std::vector<std::byte> m_zeros = std::vector<std::byte>(imaging::chunkBytes);
};

class OnlyDisks final : public imaging::ChunkSource
{
public:
    OnlyDisks(ChunkSourcePtr source, QString path)
        : m_source(std::move(source)), m_path(std::move(path))
    {
    }

    Result<ChunkRead> next(std::span<std::byte> buffer) override
    {
        auto read = m_source->next(buffer);
        if (!read)
            return read;
        const auto zeros = std::span<const std::byte>(m_zeros);
        m_check.take((read->knownZero ? zeros : buffer).first(read->length),
                     read->length < imaging::chunkBytes);
        if (const QString format = m_check.foreignFormat(); !format.isEmpty())
            return importFailure(FailureCode::ImageFormatForeign, m_path, format);
        return read;
    }

private:
    ChunkSourcePtr m_source;
    QString m_path;
    FormatCheck m_check;
    const std::vector<std::byte> m_zeros = std::vector<std::byte>(imaging::chunkBytes);
};

class WatchedSource final : public imaging::ChunkSource
{
public:
    WatchedSource(ChunkSourcePtr source, WorkControl &control)
        : m_source(std::move(source)), m_control(control)
    {
    }

    Result<ChunkRead> next(std::span<std::byte> buffer) override
    {
        if (m_control.cancelled)
            return importCancelled();
        auto read = m_source->next(buffer);
        if (read)
            m_control.done += read->length;
        return read;
    }

private:
    ChunkSourcePtr m_source;
    WorkControl &m_control;
};

} // namespace

ChunkSourcePtr chunksOf(std::unique_ptr<SourceFile> file, std::unique_ptr<ByteStream> stream,
                        qint64 maxBytes, ImageFindings &findings)
{
    return std::make_unique<StreamChunks>(std::move(file), std::move(stream), maxBytes, findings);
}

ChunkSourcePtr summed(ChunkSourcePtr source, const std::set<imaging::ChecksumType> &types,
                      ImageFindings &findings)
{
    return std::make_unique<SummedSource>(std::move(source), types, findings);
}

ChunkSourcePtr onlyDisks(ChunkSourcePtr source, const QString &path)
{
    return std::make_unique<OnlyDisks>(std::move(source), path);
}

ChunkSourcePtr watched(ChunkSourcePtr source, WorkControl &control)
{
    return std::make_unique<WatchedSource>(std::move(source), control);
}

} // namespace core
