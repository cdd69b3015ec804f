// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_target.h"

#include "imaging/chunk_codec.h"

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <unistd.h>

namespace core
{

using namespace Qt::StringLiterals;
using imaging::BlockMap;
using imaging::ChunkEntry;
using imaging::ChunkKind;
using imaging::Digest;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// Zeros are left out of a raw image in steps of this many bytes: fine enough to keep what was
// sparse sparse.
constexpr size_t holeBytes = 64 * 1024;

class PackTarget : public BackupTarget
{
public:
    PackTarget(int descriptor, BackupJournal::Contents resumed)
        : m_writer(descriptor, std::move(resumed.entries), std::move(resumed.frames))
    {
    }

    Result<void> appendData(const Digest &digest, std::span<const std::byte>,
                            std::span<const std::byte> frame) override
    {
        return m_writer.appendData(digest, frame);
    }

    Result<void> appendZero(quint64 count, quint32 lastLength) override
    {
        return m_writer.appendZero(count, lastLength);
    }

    Result<BlockMap> finish(qint64 size) override
    {
        const auto tail = m_writer.finish(size);
        return tail ? Result(tail->map()) : tail.failure();
    }

    const std::vector<ChunkEntry> &entries() const override { return m_writer.entries(); }
    const std::vector<quint32> &frames() const override { return m_writer.frames(); }

private:
    imaging::PackWriter m_writer;
};

class RawTarget : public BackupTarget
{
public:
    RawTarget(int descriptor, BackupJournal::Contents resumed)
        : m_descriptor(descriptor),
          m_entries(std::move(resumed.entries)),
          m_frames(std::move(resumed.frames))
    {
    }

    Result<void> appendData(const Digest &digest, std::span<const std::byte> chunk,
                            std::span<const std::byte>) override
    {
        const qint64 offset = qint64(m_entries.size()) * imaging::chunkBytes;
        const auto written =
            m_torn ? writeAt(m_descriptor, offset, chunk) : writeSparse(offset, chunk);
        m_torn = !written;
        if (m_torn)
            return written;
        m_entries.push_back({ChunkKind::Data, digest});
        m_frames.push_back(0);
        return {};
    }

    Result<void> appendZero(quint64 count, quint32) override
    {
        m_entries.resize(m_entries.size() + count);
        m_frames.resize(m_entries.size());
        return {};
    }

    Result<BlockMap> finish(qint64 size) override
    {
        if (imaging::chunkCount(size) != m_entries.size())
            return Failure{FailureCode::Internal, {}, u"chunks do not fit the image's size"_s};
        if (::ftruncate(m_descriptor, size) != 0)
            return fileFailure(errno, u"setting the image's size"_s);
        return BlockMap(size, m_entries);
    }

    const std::vector<ChunkEntry> &entries() const override { return m_entries; }
    const std::vector<quint32> &frames() const override { return m_frames; }

private:
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
    std::vector<ChunkEntry> m_entries;
    std::vector<quint32> m_frames;
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
    if (contents.format == BackupFormat::Pack)
        return std::accumulate(contents.frames.begin(), contents.frames.end(), qint64(0));
    return std::min(contents.size, qint64(contents.entries.size()) * imaging::chunkBytes);
}

} // namespace core
