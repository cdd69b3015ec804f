// SPDX-License-Identifier: GPL-3.0-or-later
// Reads any bytes of the image from the station: for looking at its partition table before anything
// is written.
#pragma once

#include "imaging/chunk_codec.h"
#include "netclient/frame_fetcher.h"

namespace netclient
{

class ImageReader final : private FrameSink
{
public:
    ImageReader(FrameFetcher &fetcher, const imaging::PackTail &tail);

    // False when the bytes lie beyond the image, cannot be fetched, or do not have the hash that
    // they must have.
    [[nodiscard]] bool read(qint64 offset, std::span<std::byte> buffer);

private:
    [[nodiscard]] bool load(quint64 chunk);
    [[nodiscard]] std::span<std::byte> room(quint64 chunk, quint32 bytes) override;
    void received(quint64 chunk) override;

    FrameFetcher &m_fetcher;
    const imaging::PackTail &m_tail;
    imaging::ChunkDecompressor m_decompressor;
    std::vector<std::byte> m_frame;
    std::vector<std::byte> m_bytes;
    std::optional<quint64> m_loaded; // the chunk that m_bytes holds
};

} // namespace netclient
