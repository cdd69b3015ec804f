// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pack_bytes.h"

#include <algorithm>

namespace core
{

using imaging::chunkBytes;

bool PackBytes::read(qint64 offset, std::span<std::byte> out)
{
    const qint64 size = map().imageSize();
    if (offset < 0 || offset > size || qint64(out.size()) > size - offset)
        return false;
    while (!out.empty()) {
        const Kept *chunk = load(quint64(offset) / chunkBytes);
        if (!chunk)
            return false;
        const auto from = size_t(offset % chunkBytes);
        const size_t count = std::min(out.size(), chunk->bytes.size() - from);
        std::copy_n(chunk->bytes.begin() + qptrdiff(from), count, out.begin());
        out = out.subspan(count);
        offset += qint64(count);
    }
    return true;
}

const PackBytes::Kept *PackBytes::load(quint64 index)
{
    const auto holds = [index](const Kept &kept) {
        return !kept.bytes.empty() && kept.index == index;
    };
    auto kept = std::ranges::find_if(m_kept, holds);
    if (kept == m_kept.end()) {
        kept = std::ranges::min_element(m_kept, {}, &Kept::used);
        kept->bytes.assign(map().length(index), std::byte{0});
        kept->index = index;
        const bool isData = map().entry(index).kind == imaging::ChunkKind::Data;
        if (isData && !m_pack.readChunk(index, kept->bytes)) {
            kept->bytes.clear();
            return nullptr;
        }
    }
    kept->used = ++m_uses;
    return &*kept;
}

} // namespace core
