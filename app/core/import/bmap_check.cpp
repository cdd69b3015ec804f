// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/bmap_check.h"

#include "imaging/chunk_codec.h"

#include <algorithm>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

// What data that is not mapped is counted in: the usual size of a block.
constexpr size_t countedBytes = 4096;

} // namespace

void BmapCheck::take(std::span<const std::byte> bytes, bool isLast)
{
    checkLength(bytes.size(), isLast);
    while (!bytes.empty() && !m_failure) {
        const qint64 gap = std::min(qint64(bytes.size()), nextMapped() - m_offset);
        if (gap > 0)
            lookAtUnmapped(bytes.first(size_t(gap)));
        const size_t taken = gap > 0 ? size_t(gap) : takeMapped(bytes);
        bytes = bytes.subspan(taken);
        m_offset += qint64(taken);
    }
}

void BmapCheck::checkLength(size_t bytes, bool isLast)
{
    const qint64 end = m_offset + qint64(bytes);
    if (m_failure || (end <= m_bmap.imageSize && (!isLast || end == m_bmap.imageSize)))
        return;
    mismatch(u"it is for an image of %1 bytes, this one has %2 %3"_s.arg(m_bmap.imageSize)
                 .arg(end)
                 .arg(isLast ? u""_s : u"or more"_s)
                 .trimmed());
}

qint64 BmapCheck::nextMapped() const
{
    return m_range < m_bmap.ranges.size() ? m_bmap.ranges[m_range].offset : m_bmap.imageSize;
}

void BmapCheck::lookAtUnmapped(std::span<const std::byte> bytes)
{
    if (imaging::isZero(bytes))
        return;
    for (size_t at = 0; at < bytes.size(); at += countedBytes) {
        const auto block = bytes.subspan(at, std::min(countedBytes, bytes.size() - at));
        m_unmapped += imaging::isZero(block) ? 0 : qint64(block.size());
    }
}

// Precondition: the current range holds the byte at m_offset.
size_t BmapCheck::takeMapped(std::span<const std::byte> bytes)
{
    const BmapRange &range = m_bmap.ranges[m_range];
    const qint64 end = range.offset + range.length;
    const auto taken = size_t(std::min<qint64>(qint64(bytes.size()), end - m_offset));
    if (!range.checksum.isEmpty()) {
        if (!m_sum)
            m_sum.emplace(m_bmap.type);
        m_sum->update(bytes.first(taken));
    }
    if (m_offset + qint64(taken) == end) {
        ++m_range;
        checkRange(range);
    }
    return taken;
}

void BmapCheck::checkRange(const BmapRange &range)
{
    if (range.checksum.isEmpty())
        return;
    const QString found = m_sum->finish();
    m_sum.reset();
    if (found != range.checksum)
        mismatch(u"bytes %1 to %2 should have the sum %3, they have %4"_s.arg(range.offset)
                     .arg(range.offset + range.length - 1)
                     .arg(range.checksum, found));
}

void BmapCheck::mismatch(const QString &why)
{
    m_failure = Failure{FailureCode::ChecksumMismatch, Stage::Import, u"%1: %2"_s.arg(m_name, why)};
}

} // namespace core
