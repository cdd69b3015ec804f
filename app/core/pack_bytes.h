// SPDX-License-Identifier: GPL-3.0-or-later
// An image's bytes, out of its pack: for tables and file systems that are read in small pieces,
// here and there.
#pragma once

#include "imaging/pack.h"

#include <array>
#include <vector>

namespace core
{

// The chunks that were read last are kept, a few MiB. One thread.
class PackBytes
{
public:
    // The pack outlives this.
    explicit PackBytes(const imaging::PackReader &pack) : m_pack(pack) {}

    [[nodiscard]] const imaging::BlockMap &map() const { return m_pack.tail().map(); }

    // False when a byte of it lies outside the image or cannot be read.
    [[nodiscard]] bool read(qint64 offset, std::span<std::byte> out);

private:
    struct Kept {
        std::vector<std::byte> bytes; // of the chunk; empty: none is kept
        quint64 index = 0;
        quint64 used = 0; // when last
    };

    [[nodiscard]] const Kept *load(quint64 index);

    const imaging::PackReader &m_pack;
    std::array<Kept, 8> m_kept;
    quint64 m_uses = 0;
};

} // namespace core
