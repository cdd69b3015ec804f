// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pack.h"
#include "imaging/pack_format.h"

#include <QtEndian>

namespace imaging
{

using namespace Qt::StringLiterals;
using format::corrupt;
using protocol::Result;

namespace
{

quint32 u32(QByteArrayView bytes, qint64 at)
{
    return qFromLittleEndian<quint32>(bytes.data() + at);
}

void append(QByteArray &out, quint32 value)
{
    const quint32 little = qToLittleEndian(value);
    out.append(reinterpret_cast<const char *>(&little), sizeof little);
}

// The content of the map's skippable frame that `bytes` begins with.
Result<QByteArrayView> mapFrame(QByteArrayView bytes)
{
    if (bytes.size() < format::skippableHeadBytes || u32(bytes, 0) != format::mapMagic)
        return corrupt(u"pack: no block map"_s);
    const qint64 length = u32(bytes, 4);
    if (length > bytes.size() - format::skippableHeadBytes)
        return corrupt(u"pack: the block map is cut off"_s);
    return bytes.sliced(format::skippableHeadBytes, length);
}

// The entries of the seek table, which `table` must be from its first byte to its last.
Result<QByteArrayView> seekEntries(QByteArrayView table)
{
    if (table.size() < format::seekTableBytes(0) || u32(table, 0) != format::seekTableMagic)
        return corrupt(u"pack: no seek table behind the block map"_s);
    if (u32(table, 4) != table.size() - format::skippableHeadBytes)
        return corrupt(u"pack: the seek table has another length than it states"_s);
    const QByteArrayView footer = table.last(format::footerBytes);
    if (u32(footer, 5) != format::footerMagic || footer[4] != 0)
        return corrupt(u"pack: the seek table's end is not one of ours"_s);
    if (table.size() != format::seekTableBytes(u32(footer, 0)))
        return corrupt(u"pack: the seek table has another number of frames than it states"_s);
    return table.sliced(format::skippableHeadBytes,
                        table.size() - format::skippableHeadBytes - format::footerBytes);
}

// Frame sizes of all chunks, from entries that were found to be as many as the map's chunks and
// one.
Result<std::vector<quint32>> frameSizes(QByteArrayView entries, const BlockMap &map)
{
    std::vector<quint32> sizes(map.count());
    for (quint64 k = 0; k < map.count(); ++k) {
        const qint64 at = qint64(k) * format::seekEntryBytes;
        sizes[k] = u32(entries, at);
        if (sizes[k] == 0 || sizes[k] > protocol::maxFrameBytes)
            return corrupt(u"pack: chunk %1 has a frame of %2 bytes"_s.arg(k).arg(sizes[k]));
        if (u32(entries, at + 4) != map.length(k))
            return corrupt(u"pack: chunk %1 has another length in the seek table"_s.arg(k));
    }
    return sizes;
}

} // namespace

PackTail::PackTail(BlockMap map, std::vector<quint32> frameBytes)
    : m_map(std::move(map)), m_frameBytes(std::move(frameBytes))
{
    Q_ASSERT(m_frameBytes.size() == m_map.count());
    m_offsets.reserve(m_frameBytes.size() + 1);
    qint64 offset = 0;
    m_offsets.push_back(0);
    for (const quint32 bytes : m_frameBytes)
        m_offsets.push_back(offset += bytes);
}

Result<PackTail> PackTail::parse(QByteArrayView bytes)
{
    const auto mapBytes = mapFrame(bytes);
    if (!mapBytes)
        return mapBytes.failure();
    const qsizetype mapFrameBytes = mapBytes->size() + format::skippableHeadBytes;
    const auto entries = seekEntries(bytes.sliced(mapFrameBytes));
    if (!entries)
        return entries.failure();
    // Before the map is believed: it may claim millions of chunks in a few bytes, the seek table
    // cannot.
    const qsizetype chunks = entries->size() / format::seekEntryBytes - 1;
    if (const auto stated = BlockMap::statedCount(*mapBytes); stated && *stated != chunks)
        return corrupt(
            u"pack: %1 chunks in the map, %2 in the seek table"_s.arg(*stated).arg(chunks));
    auto map = BlockMap::parse(*mapBytes);
    if (!map)
        return map.failure();
    const QByteArrayView last = entries->last(format::seekEntryBytes);
    if (u32(last, 0) != mapFrameBytes || u32(last, 4) != 0)
        return corrupt(u"pack: the seek table contradicts the map's frame"_s);
    auto sizes = frameSizes(*entries, *map);
    if (!sizes)
        return sizes.failure();
    return PackTail(std::move(*map), std::move(*sizes));
}

QByteArray PackTail::serialize() const
{
    const QByteArray map = m_map.serialize();
    const quint64 frames = m_map.count() + 1;
    const qint64 tableBytes = format::seekTableBytes(frames);
    QByteArray out;
    out.reserve(format::skippableHeadBytes + map.size() + tableBytes);
    append(out, format::mapMagic);
    append(out, quint32(map.size()));
    out.append(map);
    const quint32 mapFrameBytes = quint32(out.size());

    append(out, format::seekTableMagic);
    append(out, quint32(tableBytes - format::skippableHeadBytes));
    for (quint64 k = 0; k < m_map.count(); ++k) {
        append(out, m_frameBytes[k]);
        append(out, m_map.length(k));
    }
    append(out, mapFrameBytes);
    append(out, 0);
    append(out, quint32(frames));
    out.append('\0'); // descriptor: no checksums
    append(out, format::footerMagic);
    return out;
}

} // namespace imaging
