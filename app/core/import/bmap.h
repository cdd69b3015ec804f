// SPDX-License-Identifier: GPL-3.0-or-later
// Block maps of bmap-tools, versions 1.0 to 1.4 and 2.0 (bmaptools/BmapCopy.py describes the
// format; there were no checksums before 1.3; 1.4 and 2.0 differ in nothing but the number): which
// blocks of an image were mapped in the sparse file that it was made from, with a checksum per
// range and one of the map itself.
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

// In any encoding that decodeText() knows, with any line ends, clear-signed or not (the signature
// is not checked). SidecarUnusable for another version, for whatever contradicts itself, and when
// the map is not what its own checksum says.
[[nodiscard]] protocol::Result<Bmap> parseBmap(const QByteArray &bytes);

} // namespace core
