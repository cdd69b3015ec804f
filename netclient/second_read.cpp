// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/second_read.h"

#include "netclient/device_source.h"

namespace netclient
{

using imaging::PackedChunk;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using namespace Qt::StringLiterals;

namespace
{

// Chunks that are read and hashed at once, of 1 MiB each.
constexpr int chunksInFlight = 8;

QString contentOf(const imaging::ChunkEntry &entry)
{
    return entry.kind == imaging::ChunkKind::Zero ? u"zeros"_s : imaging::toHex(entry.digest);
}

Failure differs(const PackedChunk &now, const imaging::ChunkEntry &before)
{
    return {FailureCode::BackupMismatch, Stage::Verify,
            u"read again, chunk %1 at byte %2 is %3, and was %4"_s.arg(now.index)
                .arg(now.index * imaging::chunkBytes)
                .arg(contentOf(now.entry), contentOf(before))};
}

} // namespace

Result<void> readAgain(JobContext context, imaging::BlockIo &device,
                       const std::vector<imaging::ByteExtent> &free,
                       const imaging::BlockMap &stored)
{
    context.progress.begin(protocol::Phase::Verifying, device.size());
    if (auto dropped = device.dropCache(); !dropped)
        return dropped;
    DeviceSource source(device, free, context.stop);
    const auto compare = [&](const PackedChunk &chunk) -> Result<void> {
        context.progress.add(chunk.length);
        if (chunk.index < stored.count() && chunk.entry == stored.entry(chunk.index))
            return {};
        return differs(chunk, chunk.index < stored.count() ? stored.entry(chunk.index)
                                                           : imaging::ChunkEntry());
    };
    const auto read =
        imaging::packChunks(source, context.pool, imaging::packNoFrames, chunksInFlight, compare);
    if (!read)
        return read.failure();
    return {};
}

} // namespace netclient
