// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/image_reader.h"

#include <algorithm>

namespace netclient
{

using imaging::chunkBytes;

ImageReader::ImageReader(FrameFetcher &fetcher, const imaging::PackTail &tail)
    : m_fetcher(fetcher), m_tail(tail)
{
}

bool ImageReader::read(qint64 offset, std::span<std::byte> buffer)
{
    if (offset < 0 || offset + qint64(buffer.size()) > m_tail.map().imageSize())
        return false;
    while (!buffer.empty()) {
        if (!load(quint64(offset) / chunkBytes))
            return false;
        const auto within = std::span(m_bytes).subspan(size_t(offset % chunkBytes));
        const size_t part = std::min(within.size(), buffer.size());
        std::ranges::copy(within.first(part), buffer.begin());
        buffer = buffer.subspan(part);
        offset += qint64(part);
    }
    return true;
}

bool ImageReader::load(quint64 chunk)
{
    if (m_loaded == chunk)
        return true;
    m_loaded.reset();
    const auto &entry = m_tail.map().entry(chunk);
    bool isRight = false;
    m_bytes.assign(m_tail.map().length(chunk), std::byte{0});
    while (entry.kind == imaging::ChunkKind::Data && !isRight) {
        if (!m_fetcher.fetch({chunk}, *this))
            return false;
        isRight = m_decompressor.decompress(m_frame, m_bytes) &&
                  imaging::Sha256::of(m_bytes) == entry.digest;
        if (!isRight && !m_fetcher.reject(chunk))
            return false;
    }
    m_loaded = chunk;
    return true;
}

std::span<std::byte> ImageReader::room(quint64, quint32 bytes)
{
    m_frame.resize(bytes);
    return m_frame;
}

void ImageReader::received(quint64) {}

} // namespace netclient
