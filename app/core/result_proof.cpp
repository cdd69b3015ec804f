// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/result_proof.h"

#include "core/backup_path.h"
#include "imaging/chunk_codec.h"
#include "imaging/descriptor_io.h"
#include "imaging/pack.h"

#include <QDeadlineTimer>

#include <span>
#include <vector>

namespace core
{

using imaging::BlockMap;
using imaging::ChunkEntry;
using imaging::ChunkKind;
using imaging::Digest;

namespace
{

std::optional<Digest> identityOfRaw(int descriptor, qint64 size, const QDeadlineTimer &limit)
{
    std::vector<std::byte> buffer(imaging::chunkBytes);
    std::vector<ChunkEntry> entries;
    for (quint64 index = 0; index < imaging::chunkCount(size); ++index) {
        const auto chunk = std::span(buffer).first(imaging::chunkLength(size, index));
        const qint64 at = qint64(index) * imaging::chunkBytes;
        if (limit.hasExpired() || imaging::readFully(descriptor, at, chunk).bytes != chunk.size())
            return std::nullopt;
        entries.push_back(imaging::isZero(chunk)
                              ? ChunkEntry()
                              : ChunkEntry{ChunkKind::Data, imaging::Sha256::of(chunk)});
    }
    return BlockMap(size, std::move(entries)).identity();
}

// What its end says is not enough: each frame must give what its hash says.
std::optional<Digest> identityOfPack(const QString &path, const QDeadlineTimer &limit)
{
    const auto pack = imaging::PackReader::open(path);
    if (!pack)
        return std::nullopt;
    const BlockMap &map = (*pack)->tail().map();
    std::vector<std::byte> buffer(imaging::chunkBytes);
    for (quint64 index = 0; index < map.count(); ++index) {
        const auto chunk = std::span(buffer).first(map.length(index));
        if (limit.hasExpired() || !(*pack)->readChunk(index, chunk))
            return std::nullopt;
    }
    return map.identity();
}

} // namespace

bool ResultProof::matches(const QString &path, int descriptor) const
{
    const auto stamp = fileStamp(descriptor);
    const auto where = BackupPath::parse(path);
    if (!stamp || !where || stamp->size != sample.bytes || !sample.matches(descriptor))
        return false;
    const QDeadlineTimer limit(comparePatience);
    const auto there = where->format() == BackupFormat::Raw
                           ? identityOfRaw(descriptor, stamp->size, limit)
                           : identityOfPack(path, limit);
    return there == identity;
}

} // namespace core
