// SPDX-License-Identifier: GPL-3.0-or-later
// What lies beside an image, or with it in its zip, and tells of it: published sums and bmaps.
#pragma once

#include "core/import/bmap.h"
#include "core/import/sidecar_names.h"
#include "core/import/sum_claims.h"

#include <vector>

namespace core
{

struct NamedBmap {
    QString name;
    Bmap bmap;
};

struct Sidecars {
    std::vector<SumClaim> claims;
    std::vector<NamedBmap> bmaps; // one must fit
    QStringList unchecked;        // names of those that say nothing that can be checked
};

// One that was read already: of a zip, whose name stands in front of its own.
struct SidecarFile {
    QString shown; // as people know it
    QString name;  // without folder
    protocol::Result<QByteArray> content;
};

// Beside the file at `path`, whose raw image is called `rawName`: what sidecarNameOf() knows, of
// lists as far as they name the file or the raw image. And `more`. SidecarUnusable for a .sha256 or
// .sha512 that is named after the image and states no sum of it, for one that cannot be read, and
// when there are bmaps and none makes sense.
[[nodiscard]] protocol::Result<Sidecars> findSidecars(const QString &path, const QString &rawName,
                                                      const std::vector<SidecarFile> &more = {});

// What an import of the file at `path` would look at beside it, there or not.
[[nodiscard]] bool tellsOfImage(const QString &path, const QString &fileName);

} // namespace core
