// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/mapped_source.h"

#include "core/import/bmap_check.h"

#include <algorithm>

namespace core
{

using imaging::ChunkRead;
using protocol::Result;

namespace
{

class MappedSource final : public imaging::ChunkSource
{
public:
    MappedSource(ChunkSourcePtr source, std::vector<NamedBmap> bmaps, ImageFindings &findings)
        : m_source(std::move(source)), m_findings(findings)
    {
        for (NamedBmap &named : bmaps)
            m_checks.emplace_back(std::move(named.name), std::move(named.bmap));
    }

    Result<ChunkRead> next(std::span<std::byte> buffer) override
    {
        auto read = m_source->next(buffer);
        if (!read)
            return read;
        const bool isLast = read->length < imaging::chunkBytes;
        const auto zeros = std::span<const std::byte>(m_zeros);
        for (BmapCheck &check : m_checks)
            check.take((read->knownZero ? zeros : buffer).first(read->length), isLast);
        if (std::ranges::all_of(m_checks, &disagrees))
            return *m_checks.front().failure();
        if (isLast)
            tell();
        return read;
    }

private:
    static bool disagrees(const BmapCheck &check) { return check.failure().has_value(); }

    void tell()
    {
        for (const BmapCheck &check : m_checks) {
            const bool isProof = !disagrees(check) && check.provesImage();
            (isProof ? m_findings.checkedBy : m_findings.unchecked) << check.name();
        }
        const auto believed = std::ranges::find_if_not(m_checks, &disagrees);
        if (const qint64 bytes = believed->unmappedBytes(); bytes > 0)
            m_findings.warnings << ImageWarning{ImageWarningCode::UnmappedData, 0, bytes,
                                                believed->name()};
    }

    ChunkSourcePtr m_source;
    ImageFindings &m_findings;
    std::vector<BmapCheck> m_checks;
    const std::vector<std::byte> m_zeros = std::vector<std::byte>(imaging::chunkBytes);
};

} // namespace

ChunkSourcePtr mapped(ChunkSourcePtr source, std::vector<NamedBmap> bmaps, ImageFindings &findings)
{
    return std::make_unique<MappedSource>(std::move(source), std::move(bmaps), findings);
}

} // namespace core
