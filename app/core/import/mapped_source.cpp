// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/mapped_source.h"

#include <algorithm>
#include <optional>

namespace core
{

using namespace Qt::StringLiterals;
using imaging::ChunkRead;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

class MappedSource final : public imaging::ChunkSource
{
public:
    MappedSource(ChunkSourcePtr source, Bmap bmap, QString name)
        : m_source(std::move(source)), m_bmap(std::move(bmap)), m_name(std::move(name))
    {
    }

    Result<ChunkRead> next(std::span<std::byte> buffer) override
    {
        auto read = m_source->next(buffer);
        if (!read)
            return read;
        if (const auto length = checkLength(*read); !length)
            return length.failure();
        const auto chunk = buffer.first(read->length);
        if (read->knownZero)
            std::ranges::fill(chunk, std::byte{0});
        const auto anyMapped = look(chunk);
        if (!anyMapped)
            return anyMapped.failure();
        m_offset += read->length;
        read->knownZero = read->knownZero || !*anyMapped;
        return read;
    }

private:
    Result<void> checkLength(const ChunkRead &read) const
    {
        const qint64 end = m_offset + read.length;
        const bool ended = read.length < imaging::chunkBytes;
        if (end <= m_bmap.imageSize && (!ended || end == m_bmap.imageSize))
            return {};
        return mismatch(
            u"it is for an image of %1 bytes, this one has %2 %3"_s.arg(m_bmap.imageSize)
                .arg(end)
                .arg(ended ? u""_s : u"or more"_s)
                .trimmed());
    }

    // Zeroes what is unmapped; true when anything is mapped.
    Result<bool> look(std::span<std::byte> chunk)
    {
        size_t at = 0;
        bool any = false;
        while (at < chunk.size()) {
            const qint64 rest = qint64(chunk.size() - at);
            const qint64 unmapped = std::min(rest, nextMapped() - m_offset - qint64(at));
            if (unmapped > 0) {
                std::ranges::fill(chunk.subspan(at, size_t(unmapped)), std::byte{0});
                at += size_t(unmapped);
                continue;
            }
            const auto taken = takeMapped(chunk.subspan(at), m_offset + qint64(at));
            if (!taken)
                return taken.failure();
            at += *taken;
            any = true;
        }
        return any;
    }

    qint64 nextMapped() const
    {
        return m_range < m_bmap.ranges.size() ? m_bmap.ranges[m_range].offset : m_bmap.imageSize;
    }

    // Precondition: the current range holds the byte at `offset`.
    Result<size_t> takeMapped(std::span<const std::byte> bytes, qint64 offset)
    {
        const BmapRange &range = m_bmap.ranges[m_range];
        const qint64 end = range.offset + range.length;
        const auto taken = size_t(std::min<qint64>(qint64(bytes.size()), end - offset));
        if (!range.checksum.isEmpty()) {
            if (!m_sum)
                m_sum.emplace(m_bmap.type);
            m_sum->update(bytes.first(taken));
        }
        if (offset + qint64(taken) < end)
            return taken;
        ++m_range;
        if (const auto checked = checkRange(range); !checked)
            return checked.failure();
        return taken;
    }

    Result<void> checkRange(const BmapRange &range)
    {
        if (range.checksum.isEmpty())
            return {};
        const QString found = m_sum->finish();
        m_sum.reset();
        if (found == range.checksum)
            return {};
        return mismatch(u"bytes %1 to %2 should have the sum %3, they have %4"_s.arg(range.offset)
                            .arg(range.offset + range.length - 1)
                            .arg(range.checksum, found));
    }

    Failure mismatch(const QString &why) const
    {
        return {FailureCode::ChecksumMismatch, Stage::Import, u"%1: %2"_s.arg(m_name, why)};
    }

    ChunkSourcePtr m_source;
    const Bmap m_bmap;
    const QString m_name;
    qint64 m_offset = 0;
    size_t m_range = 0; // that ends behind m_offset
    std::optional<imaging::Checksum> m_sum;
};

} // namespace

ChunkSourcePtr mapped(ChunkSourcePtr source, Bmap bmap, const QString &name)
{
    return std::make_unique<MappedSource>(std::move(source), std::move(bmap), name);
}

} // namespace core
