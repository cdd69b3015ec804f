// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/block_map.h"

#include <QtEndian>

#include <algorithm>
#include <cstring>

namespace imaging
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr QByteArrayView magic("PSMAP\0", 6);
constexpr quint16 version = 1;

// Offsets of the header's fields.
constexpr qsizetype versionAt = 6;
constexpr qsizetype imageSizeAt = 8;
constexpr qsizetype chunkSizeAt = 16;
constexpr qsizetype countAt = 20;
constexpr qsizetype headerBytes = 24;

Failure corrupt(const QString &why)
{
    return {FailureCode::ImageCorrupt, Stage::None, u"block map: %1"_s.arg(why)};
}

qsizetype kindBytes(quint64 count)
{
    return qsizetype((count + 7) / 8);
}

bool kindBit(QByteArrayView kinds, quint64 index)
{
    return (quint8(kinds[qsizetype(index / 8)]) >> (index % 8) & 1) != 0;
}

template<class T>
T field(QByteArrayView bytes, qsizetype at)
{
    return qFromLittleEndian<T>(bytes.data() + at);
}

// Everything in the header but the length that must follow it.
Result<qint64> parseHeader(QByteArrayView bytes)
{
    if (bytes.size() < headerBytes || !bytes.startsWith(magic))
        return corrupt(u"no map"_s);
    if (const auto found = field<quint16>(bytes, versionAt); found != version)
        return corrupt(u"version %1 is not known"_s.arg(found));
    const quint64 imageSize = field<quint64>(bytes, imageSizeAt);
    if (imageSize == 0 || imageSize > quint64(protocol::maxImageBytes))
        return corrupt(u"an image of %1 bytes"_s.arg(imageSize));
    if (const auto found = field<quint32>(bytes, chunkSizeAt); found != chunkBytes)
        return corrupt(u"chunks of %1 bytes"_s.arg(found));
    if (const auto found = field<quint32>(bytes, countAt); found != chunkCount(qint64(imageSize)))
        return corrupt(u"%1 chunks for %2 bytes"_s.arg(found).arg(imageSize));
    return qint64(imageSize);
}

bool restBitsClear(QByteArrayView kinds, quint64 count)
{
    return count % 8 == 0 || quint8(kinds.back()) >> (count % 8) == 0;
}

quint64 dataChunks(QByteArrayView kinds)
{
    quint64 data = 0;
    for (const char byte : kinds)
        data += quint64(qPopulationCount(quint8(byte)));
    return data;
}

} // namespace

BlockMap::BlockMap(qint64 imageSize, std::vector<ChunkEntry> entries)
    : m_imageSize(imageSize), m_entries(std::move(entries))
{
    Q_ASSERT(m_entries.size() == chunkCount(imageSize));
}

std::optional<quint32> BlockMap::statedCount(QByteArrayView bytes)
{
    const auto imageSize = parseHeader(bytes);
    return imageSize ? std::optional(quint32(chunkCount(*imageSize))) : std::nullopt;
}

Result<BlockMap> BlockMap::parse(QByteArrayView bytes)
{
    const auto imageSize = parseHeader(bytes);
    if (!imageSize)
        return imageSize.failure();
    const quint64 count = chunkCount(*imageSize);
    if (bytes.size() - headerBytes < kindBytes(count))
        return corrupt(u"cut off after %1 bytes"_s.arg(bytes.size()));
    const QByteArrayView kinds = bytes.sliced(headerBytes, kindBytes(count));
    if (!restBitsClear(kinds, count))
        return corrupt(u"bits are set behind the last chunk"_s);
    QByteArrayView digests = bytes.sliced(headerBytes + kinds.size());
    const quint64 expected = dataChunks(kinds) * sizeof(Digest);
    if (quint64(digests.size()) != expected)
        return corrupt(u"%1 bytes of hashes instead of %2"_s.arg(digests.size()).arg(expected));

    std::vector<ChunkEntry> entries(count);
    for (quint64 k = 0; k < count; ++k) {
        if (!kindBit(kinds, k))
            continue;
        entries[k].kind = ChunkKind::Data;
        std::memcpy(entries[k].digest.data(), digests.data(), sizeof(Digest));
        digests = digests.sliced(sizeof(Digest));
    }
    return BlockMap(*imageSize, std::move(entries));
}

QByteArray BlockMap::serialize() const
{
    const qsizetype kindsEnd = headerBytes + kindBytes(count());
    const qsizetype data = std::count_if(m_entries.begin(), m_entries.end(),
                                         [](const auto &e) { return e.kind == ChunkKind::Data; });
    QByteArray bytes(kindsEnd + data * qsizetype(sizeof(Digest)), '\0');
    char *out = bytes.data();
    std::memcpy(out, magic.data(), size_t(magic.size()));
    qToLittleEndian<quint16>(version, out + versionAt);
    qToLittleEndian<quint64>(quint64(m_imageSize), out + imageSizeAt);
    qToLittleEndian<quint32>(chunkBytes, out + chunkSizeAt);
    qToLittleEndian<quint32>(quint32(count()), out + countAt);

    char *digest = out + kindsEnd;
    for (quint64 k = 0; k < count(); ++k) {
        if (m_entries[k].kind != ChunkKind::Data)
            continue;
        char &kinds = out[headerBytes + qsizetype(k / 8)];
        kinds = char(quint8(kinds) | 1u << (k % 8));
        std::memcpy(digest, m_entries[k].digest.data(), sizeof(Digest));
        digest += sizeof(Digest);
    }
    return bytes;
}

Digest BlockMap::identity() const
{
    const QByteArray bytes = serialize();
    return Sha256::of(std::as_bytes(std::span(bytes.constData(), size_t(bytes.size()))));
}

qint64 BlockMap::dataBytes() const
{
    qint64 sum = 0;
    for (quint64 k = 0; k < count(); ++k) {
        if (m_entries[k].kind == ChunkKind::Data)
            sum += length(k);
    }
    return sum;
}

} // namespace imaging
