// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_target.h"

#include "imaging/chunk_codec.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <vector>

namespace core
{

using namespace Qt::StringLiterals;
using imaging::BlockMap;
using imaging::Digest;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// Zeros are left out of a raw image in steps of this many bytes: fine enough to keep what was
// sparse sparse.
constexpr size_t holeBytes = 64 * 1024;

// Long runs of zeros are written this many frames at a time: some 40 KiB.
constexpr quint64 zeroBatch = 1024;

QByteArray makeZeroFrame(quint32 length)
{
    imaging::ChunkCompressor compressor(imaging::backupLevel);
    const std::vector<std::byte> zeros(length);
    std::vector<std::byte> frame(protocol::maxFrameBytes);
    const size_t bytes = compressor.compress(zeros, frame);
    return QByteArray(reinterpret_cast<const char *>(frame.data()), qsizetype(bytes));
}

const QByteArray &wholeZeroFrame()
{
    static const QByteArray frame = makeZeroFrame(imaging::chunkBytes);
    return frame;
}

std::span<const std::byte> bytesOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), size_t(bytes.size())));
}

class PackTarget : public BackupTarget
{
public:
    PackTarget(int descriptor, BackupJournal::Contents resumed)
        : m_descriptor(descriptor), m_chunks(std::move(resumed.chunks))
    {
        resume(resumed.size);
    }

    Result<void> appendData(const Digest &digest, std::span<const std::byte>,
                            std::span<const std::byte> frame) override
    {
        if (m_ended)
            return contradiction(u"chunk %1 has no place"_s.arg(m_chunks.count()));
        if (const auto filled = writeZeros(); !filled)
            return filled;
        if (const auto written = write(frame); !written)
            return written;
        m_chunks.addData(digest, quint32(frame.size()));
        return {};
    }

    Result<void> appendZero(quint64 count, quint32 lastLength) override
    {
        if (m_ended)
            return contradiction(u"chunk %1 has no place"_s.arg(m_chunks.count()));
        m_ended = lastLength < imaging::chunkBytes;
        const quint64 whole = m_ended ? count - 1 : count;
        m_zeros += whole;
        m_chunks.addZeros(whole, quint32(wholeZeroFrame().size()));
        if (m_ended) {
            m_lastZero = makeZeroFrame(lastLength);
            m_chunks.addZeros(1, quint32(m_lastZero.size()));
        }
        return {};
    }

    std::optional<FileProof> firstWrite(std::span<const std::byte>,
                                        std::span<const std::byte> frame) const override
    {
        if (m_zeros > 0)
            return FileProof::of(m_offset, bytesOf(wholeZeroFrame()));
        return FileProof::of(m_offset, m_lastZero.isEmpty() ? frame : bytesOf(m_lastZero));
    }

    Result<BlockMap> finish(qint64 size) override
    {
        if (imaging::chunkCount(size) != m_chunks.count())
            return contradiction(u"chunks do not fit the image's size"_s);
        if (const auto filled = writeZeros(); !filled)
            return filled.failure();
        BlockMap map(size, m_chunks.entries());
        const imaging::PackTail tail(std::move(map), m_chunks.frames());
        if (const auto written = write(bytesOf(tail.serialize())); !written)
            return written.failure();
        return tail.map();
    }

    const ChunkList &chunks() const override { return m_chunks; }

private:
    static Failure contradiction(const QString &why)
    {
        return {FailureCode::Internal, {}, u"pack: %1"_s.arg(why)};
    }

    // What was received last and is not written yet is made anew.
    void resume(qint64 size)
    {
        const quint64 zeros = m_chunks.trailingZeros();
        const quint64 all = m_chunks.count();
        m_chunks.resize(all - zeros);
        m_offset = m_chunks.frameBytes(m_chunks.count());
        if (zeros > 0)
            (void)appendZero(zeros, imaging::chunkLength(size, all - 1));
    }

    Result<void> writeZeros()
    {
        const QByteArray &frame = wholeZeroFrame();
        const QByteArray batch = frame.repeated(qsizetype(std::min(m_zeros, zeroBatch)));
        while (m_zeros > 0) {
            const quint64 now = std::min(m_zeros, zeroBatch);
            const auto bytes = bytesOf(batch).first(size_t(now) * size_t(frame.size()));
            if (const auto written = write(bytes); !written)
                return written;
            m_zeros -= now;
        }
        const auto written = write(bytesOf(m_lastZero));
        if (written)
            m_lastZero.clear();
        return written;
    }

    Result<void> write(std::span<const std::byte> bytes)
    {
        const auto written = writeAt(m_descriptor, m_offset, bytes);
        if (written)
            m_offset += qint64(bytes.size());
        return written;
    }

    int m_descriptor;
    ChunkList m_chunks;
    qint64 m_offset = 0;   // where the next frame goes
    quint64 m_zeros = 0;   // whole chunks at the end that are not written yet
    QByteArray m_lastZero; // likewise: the frame of a shorter one behind them
    bool m_ended = false;  // with a shorter one
};

class RawTarget : public BackupTarget
{
public:
    RawTarget(int descriptor, BackupJournal::Contents resumed)
        : m_descriptor(descriptor), m_chunks(std::move(resumed.chunks))
    {
    }

    Result<void> appendData(const Digest &digest, std::span<const std::byte> chunk,
                            std::span<const std::byte>) override
    {
        const auto written =
            m_torn ? writeAt(m_descriptor, offset(), chunk) : writeSparse(offset(), chunk);
        m_torn = !written;
        if (m_torn)
            return written;
        m_chunks.addData(digest, 0);
        return {};
    }

    Result<void> appendZero(quint64 count, quint32) override
    {
        m_chunks.addZeros(count, 0);
        return {};
    }

    // Behind the last run the file has no bytes yet unless its size was told before.
    std::optional<FileProof> firstWrite(std::span<const std::byte> chunk,
                                        std::span<const std::byte>) const override
    {
        for (size_t at = 0; at < chunk.size(); at += holeBytes) {
            const size_t end = endOfRun(chunk, at);
            if (end > at)
                return FileProof::of(offset() + qint64(at), chunk.subspan(at, end - at));
        }
        return std::nullopt;
    }

    Result<BlockMap> finish(qint64 size) override
    {
        if (imaging::chunkCount(size) != m_chunks.count())
            return Failure{FailureCode::Internal, {}, u"chunks do not fit the image's size"_s};
        if (::ftruncate(m_descriptor, size) != 0)
            return fileFailure(errno, u"setting the image's size"_s);
        return BlockMap(size, m_chunks.entries());
    }

    const ChunkList &chunks() const override { return m_chunks; }

private:
    [[nodiscard]] qint64 offset() const { return qint64(m_chunks.count()) * imaging::chunkBytes; }

    // The file reads as zero from here on: it was cut to what is durable before.
    Result<void> writeSparse(qint64 offset, std::span<const std::byte> chunk)
    {
        for (size_t at = 0; at < chunk.size();) {
            const size_t end = endOfRun(chunk, at);
            if (end > at) {
                const auto run = chunk.subspan(at, end - at);
                if (const auto written = writeAt(m_descriptor, offset + qint64(at), run); !written)
                    return written;
            }
            at = end + holeBytes; // the block at `end` is zero, or behind the chunk
        }
        return {};
    }

    // The first block from `at` on that is zero.
    static size_t endOfRun(std::span<const std::byte> chunk, size_t at)
    {
        size_t end = at;
        while (end < chunk.size()) {
            const size_t length = std::min(holeBytes, chunk.size() - end);
            if (imaging::isZero(chunk.subspan(end, length)))
                return end;
            end += length;
        }
        return end;
    }

    int m_descriptor;
    ChunkList m_chunks;
    bool m_torn = false; // a failed write left something behind: the next one may not leave holes
};

} // namespace

std::unique_ptr<BackupTarget> makeBackupTarget(BackupFormat format, int descriptor,
                                               BackupJournal::Contents resumed)
{
    if (format == BackupFormat::Pack)
        return std::make_unique<PackTarget>(descriptor, std::move(resumed));
    return std::make_unique<RawTarget>(descriptor, std::move(resumed));
}

qint64 bytesCovered(const BackupJournal::Contents &contents)
{
    const ChunkList &chunks = contents.chunks;
    if (contents.format == BackupFormat::Pack)
        return chunks.frameBytes(chunks.count() - chunks.trailingZeros());
    return std::min(contents.size, qint64(chunks.count()) * imaging::chunkBytes);
}

} // namespace core
