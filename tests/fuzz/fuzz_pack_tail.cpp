// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_target.h"
#include "imaging/pack.h"

using namespace imaging;

QList<QByteArray> fuzz::seeds()
{
    std::vector<ChunkEntry> entries(5);
    entries[1].kind = entries[4].kind = ChunkKind::Data;
    const BlockMap map(4 * qint64(chunkBytes) + 512, entries);
    const PackTail tail(map, {40, 1000, 40, 40, 300});
    return {tail.serialize(), PackTail(BlockMap(1, {ChunkEntry{}}), {17}).serialize()};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView bytes(data, qsizetype(size));
    const auto tail = PackTail::parse(bytes);
    if (!tail)
        return 0;
    fuzz::require(tail->serialize() == bytes);
    fuzz::require(tail->tailOffset() == tail->frameOffset(tail->map().count()));
    return 0;
}
