// SPDX-License-Identifier: GPL-3.0-or-later
// Block maps of bmap-tools, versions 1.3, 1.4 and 2.0 (bmaptools/BmapCreate.py describes the
// format; 1.4 and 2.0 differ in nothing but the number): which blocks of an image were mapped in
// the sparse file that it was made from, with a checksum per range and one of the map itself.
#pragma once

#include "imaging/checksum.h"
#include "protocol/result.h"

#include <QByteArray>

#include <vector>

namespace core
{

struct BmapRange {
    qint64 offset = 0; // bytes
    qint64 length = 0; // bytes, of the image: the last range ends with it
    QString checksum;  // lower-case hex digits; empty: none stated
};

struct Bmap {
    qint64 imageSize = 0; // bytes
    imaging::ChecksumType type = imaging::ChecksumType::Sha256;
    std::vector<BmapRange> ranges; // ascending, disjoint, at least one

    // Every range states a checksum. Maps may be made without; then nothing is checked but the
    // size.
    [[nodiscard]] bool provesImage() const;
};

// SidecarUnusable for another version and for whatever contradicts itself; ChecksumMismatch when
// the map is not what its own checksum says.
[[nodiscard]] protocol::Result<Bmap> parseBmap(const QByteArray &xml);

} // namespace core
