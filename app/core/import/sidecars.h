// SPDX-License-Identifier: GPL-3.0-or-later
// What lies beside an image and tells of it: published sums and a bmap.
#pragma once

#include "core/import/bmap.h"
#include "core/import/sum_file.h"

#include <optional>
#include <vector>

namespace core
{

struct Sidecars {
    std::vector<ExpectedSum> fileSums;  // of the file as it lies there
    std::vector<ExpectedSum> imageSums; // of the raw image in it
    QString bmapName;                   // without folder; empty: there is none
    std::optional<Bmap> bmap;

    // Names of the files that an import with these has been checked against: not of a bmap that
    // states no checksums.
    [[nodiscard]] QStringList names() const;
};

// Beside the file at `path`, whose raw image is called `rawName`. Sums: NAME.sha256,
// NAME.sha256sum, RAW.sha256, STEM.sha256, SHA256SUMS and its other spellings, as far as they name
// the file or the raw image. Maps: the first of NAME.bmap, RAW.bmap, STEM.bmap. SidecarUnusable for
// one that cannot be read or makes no sense, and for one that is named after the image and states
// no sum of it; ChecksumMismatch for a bmap that was damaged.
[[nodiscard]] protocol::Result<Sidecars> findSidecars(const QString &path, const QString &rawName);

// The names of the files beside it that findSidecars() looks at, there or not.
[[nodiscard]] QStringList sidecarNames(const QString &path, const QString &rawName);

} // namespace core
