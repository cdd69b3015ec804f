// SPDX-License-Identifier: GPL-3.0-or-later
// What a full-level client sends of an image: records with their frames, and the claim at the end.
#pragma once

#include "imaging/chunk_codec.h"
#include "imaging/samples.h"
#include "protocol/messages.h"
#include "protocol/upload_record.h"

#include <vector>

namespace samples
{

struct Upload {
    quint64 index = 0; // of the record's first chunk
    protocol::UploadRecord record;
    Bytes frame;
};

// One record per DATA chunk, one per run of ZERO chunks.
inline std::vector<Upload> uploadsOf(const QByteArray &image)
{
    imaging::ChunkCompressor compressor(imaging::backupLevel);
    std::vector<Upload> uploads;
    for (quint64 index = 0; index < imaging::chunkCount(image.size()); ++index) {
        const auto chunk = view(image).subspan(size_t(index) * imaging::chunkBytes,
                                               imaging::chunkLength(image.size(), index));
        Upload upload{index, {}, Bytes(protocol::maxFrameBytes)};
        if (!imaging::isZero(chunk)) {
            upload.frame.resize(compressor.compress(chunk, upload.frame));
            upload.record = {protocol::UploadRecord::Kind::Data, imaging::Sha256::of(chunk),
                             quint32(upload.frame.size()), 0};
            uploads.push_back(std::move(upload));
        } else if (!uploads.empty() && uploads.back().record.zeroChunks > 0) {
            ++uploads.back().record.zeroChunks;
        } else {
            upload.frame.clear();
            upload.record.zeroChunks = 1;
            uploads.push_back(std::move(upload));
        }
    }
    return uploads;
}

inline imaging::BlockMap mapOf(const QByteArray &image)
{
    std::vector<imaging::ChunkEntry> entries;
    for (quint64 index = 0; index < imaging::chunkCount(image.size()); ++index) {
        const auto chunk = view(image).subspan(size_t(index) * imaging::chunkBytes,
                                               imaging::chunkLength(image.size(), index));
        if (imaging::isZero(chunk))
            entries.emplace_back();
        else
            entries.push_back({imaging::ChunkKind::Data, imaging::Sha256::of(chunk)});
    }
    return imaging::BlockMap(image.size(), std::move(entries));
}

inline protocol::UploadCommit claimOf(const QByteArray &image)
{
    return {image.size(), imaging::toHex(mapOf(image).identity()), {}};
}

} // namespace samples
