// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/image_streams.h"

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
                 qint64 maxBytes)
        : m_file(std::move(file)), m_stream(std::move(stream)), m_maxBytes(maxBytes)
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
        return m_file->finish();
    }

    std::unique_ptr<SourceFile> m_file; // outlives the stream
    std::unique_ptr<ByteStream> m_stream;
    const qint64 m_maxBytes;
    qint64 m_bytes = 0;
    bool m_ended = false;
};

class SummedSource final : public imaging::ChunkSource
{
public:
    SummedSource(ChunkSourcePtr source, std::vector<ExpectedSum> sums, QString what)
        : m_source(std::move(source)), m_expected(std::move(sums)), m_what(std::move(what))
    {
    }

    Result<ChunkRead> next(std::span<std::byte> buffer) override
    {
        auto read = m_source->next(buffer);
        if (!read)
            return read;
        const auto zeros = std::span<const std::byte>(m_zeros);
        m_sum.update((read->knownZero ? zeros : buffer).first(read->length));
        if (read->length == imaging::chunkBytes)
            return read;
        if (const auto checked = checkSums(m_expected, m_sum.finish(), m_what); !checked)
            return checked.failure();
        return read;
    }

private:
    ChunkSourcePtr m_source;
    std::vector<ExpectedSum> m_expected;
    QString m_what;
    imaging::Sha256 m_sum;
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
                        qint64 maxBytes)
{
    return std::make_unique<StreamChunks>(std::move(file), std::move(stream), maxBytes);
}

ChunkSourcePtr summed(ChunkSourcePtr source, std::vector<ExpectedSum> sums, const QString &what)
{
    return std::make_unique<SummedSource>(std::move(source), std::move(sums), what);
}

ChunkSourcePtr watched(ChunkSourcePtr source, WorkControl &control)
{
    return std::make_unique<WatchedSource>(std::move(source), control);
}

} // namespace core
