// SPDX-License-Identifier: GPL-3.0-or-later
// The chunks of a backup that is being received, in order. Runs of them are kept as runs: a device
// says in five bytes that two million chunks are zero, and must not cost 80 MB by that.
#pragma once

#include "imaging/block_map.h"

#include <optional>
#include <span>
#include <vector>

namespace core
{

class ChunkList
{
public:
    struct Data {
        imaging::Digest digest{};
        quint32 frame = 0; // bytes in the file; 0: raw

        friend bool operator==(const Data &, const Data &) = default;
    };
    // Some chunks of one kind that follow each other.
    struct Part {
        quint64 first = 0;
        quint64 zeros = 0;          // or
        quint32 zeroFrame = 0;      // bytes of each one's frame
        std::span<const Data> data; // these
    };

    void addData(const imaging::Digest &digest, quint32 frame);
    void addZeros(quint64 count, quint32 frame);
    // Forgets what lies behind. Precondition: count <= this->count().
    void resize(quint64 count);

    [[nodiscard]] quint64 count() const { return m_count; }
    [[nodiscard]] quint64 trailingZeros() const;
    [[nodiscard]] qint64 frameBytes(quint64 count) const; // of the first `count` chunks
    // The first of `count` chunks from `index` on that is another one; nullopt: none. They are all
    // there.
    [[nodiscard]] std::optional<quint64> firstOther(quint64 index, quint64 count,
                                                    const imaging::ChunkEntry &expected) const;
    // All from `first` on.
    [[nodiscard]] std::vector<Part> parts(quint64 first) const;
    // Of every chunk, at some 40 bytes each: for the end, when the whole map is needed.
    [[nodiscard]] std::vector<imaging::ChunkEntry> entries() const;
    [[nodiscard]] std::vector<quint32> frames() const;

private:
    struct Run {
        quint64 first = 0;
        quint64 count = 0;
        size_t data = 0; // index of the first one in m_data
        quint32 zeroFrame = 0;
        imaging::ChunkKind kind = imaging::ChunkKind::Zero;
    };

    [[nodiscard]] size_t runOf(quint64 index) const;

    std::vector<Run> m_runs;
    std::vector<Data> m_data;
    quint64 m_count = 0;
};

} // namespace core
