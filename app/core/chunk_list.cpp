// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chunk_list.h"

#include <algorithm>

namespace core
{

using imaging::ChunkEntry;
using imaging::ChunkKind;

void ChunkList::addData(const imaging::Digest &digest, quint32 frame)
{
    if (m_runs.empty() || m_runs.back().kind != ChunkKind::Data)
        m_runs.push_back({m_count, 0, m_data.size(), 0, ChunkKind::Data});
    m_data.push_back({digest, frame});
    ++m_runs.back().count;
    ++m_count;
}

void ChunkList::addZeros(quint64 count, quint32 frame)
{
    if (count == 0)
        return;
    const bool goesOn = !m_runs.empty() && m_runs.back().kind == ChunkKind::Zero &&
                        m_runs.back().zeroFrame == frame;
    if (!goesOn)
        m_runs.push_back({m_count, 0, m_data.size(), frame, ChunkKind::Zero});
    m_runs.back().count += count;
    m_count += count;
}

void ChunkList::resize(quint64 count)
{
    while (!m_runs.empty() && m_runs.back().first >= count) {
        m_data.resize(m_runs.back().data);
        m_runs.pop_back();
    }
    if (!m_runs.empty()) {
        Run &last = m_runs.back();
        last.count = std::min(last.count, count - last.first);
        if (last.kind == ChunkKind::Data)
            m_data.resize(last.data + last.count);
    }
    m_count = count;
}

quint64 ChunkList::trailingZeros() const
{
    quint64 zeros = 0;
    for (auto run = m_runs.rbegin(); run != m_runs.rend() && run->kind == ChunkKind::Zero; ++run)
        zeros += run->count;
    return zeros;
}

qint64 ChunkList::frameBytes(quint64 count) const
{
    qint64 bytes = 0;
    for (const Run &run : m_runs) {
        const quint64 here = std::min(run.count, count - std::min(count, run.first));
        if (run.kind == ChunkKind::Zero)
            bytes += qint64(here) * run.zeroFrame;
        for (quint64 i = 0; run.kind == ChunkKind::Data && i < here; ++i)
            bytes += m_data[run.data + i].frame;
    }
    return bytes;
}

// Precondition: index < count().
size_t ChunkList::runOf(quint64 index) const
{
    const auto behind =
        std::upper_bound(m_runs.begin(), m_runs.end(), index,
                         [](quint64 wanted, const Run &run) { return wanted < run.first; });
    return size_t(behind - m_runs.begin()) - 1;
}

std::optional<quint64> ChunkList::firstOther(quint64 index, quint64 count,
                                             const ChunkEntry &expected) const
{
    for (const quint64 end = index + count; index < end;) {
        const Run &run = m_runs[runOf(index)];
        if (run.kind != expected.kind)
            return index;
        if (run.kind == ChunkKind::Zero)
            index = run.first + run.count;
        else if (m_data[run.data + (index - run.first)].digest != expected.digest)
            return index;
        else
            ++index;
    }
    return std::nullopt;
}

std::vector<ChunkList::Part> ChunkList::parts(quint64 first) const
{
    std::vector<Part> parts;
    if (first >= m_count)
        return parts;
    for (size_t i = runOf(first); i < m_runs.size(); ++i) {
        const Run &run = m_runs[i];
        const quint64 skipped = first > run.first ? first - run.first : 0;
        Part part;
        part.first = run.first + skipped;
        if (run.kind == ChunkKind::Zero) {
            part.zeros = run.count - skipped;
            part.zeroFrame = run.zeroFrame;
        } else {
            part.data = std::span(m_data).subspan(run.data + skipped, run.count - skipped);
        }
        parts.push_back(part);
    }
    return parts;
}

std::vector<ChunkEntry> ChunkList::entries() const
{
    std::vector<ChunkEntry> entries;
    entries.reserve(m_count);
    for (const Part &part : parts(0)) {
        entries.resize(entries.size() + part.zeros);
        for (const Data &data : part.data)
            entries.push_back({ChunkKind::Data, data.digest});
    }
    return entries;
}

std::vector<quint32> ChunkList::frames() const
{
    std::vector<quint32> frames;
    frames.reserve(m_count);
    for (const Part &part : parts(0)) {
        frames.insert(frames.end(), part.zeros, part.zeroFrame);
        for (const Data &data : part.data)
            frames.push_back(data.frame);
    }
    return frames;
}

} // namespace core
