// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_target.h"
#include "imaging/block_map.h"

using namespace imaging;

QList<QByteArray> fuzz::seeds()
{
    std::vector<ChunkEntry> entries(11);
    for (const size_t k : {0u, 4u, 10u})
        entries[k] = {ChunkKind::Data, Sha256::of(std::as_bytes(std::span(&k, 1)))};
    const qint64 size = 10 * qint64(chunkBytes) + 512;
    return {BlockMap(size, entries).serialize(), BlockMap(1, {ChunkEntry{}}).serialize()};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView bytes(data, qsizetype(size));
    const auto map = BlockMap::parse(bytes);
    // One image, one sequence of bytes: otherwise it would have two identities.
    if (map)
        fuzz::require(map->serialize() == bytes && map->count() == chunkCount(map->imageSize()));
    return 0;
}
