// SPDX-License-Identifier: GPL-3.0-or-later
// Which bytes of a pack to ask for in one request. No I/O here.
#pragma once

#include "imaging/pack.h"

#include <span>

namespace netclient
{

// One ranged GET: the frames of the chunks [firstChunk, endChunk), of which some may not be wanted.
struct FetchRun {
    quint64 firstChunk = 0;
    quint64 endChunk = 0;
    qint64 offset = 0; // bytes in the pack
    qint64 length = 0; // bytes
    size_t wanted = 0; // how many of `chunks` it covers
};

// Frames that are not wanted are fetched along when they have no more bytes than this: less than a
// round trip costs.
inline constexpr qint64 bridgedBytes = 16 * 1024;

// The run that begins with chunks.front(). `chunks` are ascending and not empty. Ends with
// `mostImageBytes` of wanted chunks, or before a gap of more than `bridgedBytes`.
[[nodiscard]] FetchRun nextFetchRun(const imaging::PackTail &tail, std::span<const quint64> chunks,
                                    qint64 mostImageBytes);

} // namespace netclient
