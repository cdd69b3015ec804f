// SPDX-License-Identifier: GPL-3.0-or-later
// The contents of a file of sums or of a bmap that lies beside an image.
#pragma once

#include "core/import/sidecar_names.h"
#include "protocol/result.h"

#include <QByteArray>

namespace core
{

// Larger ones are something else. A bmap has about 100 bytes per range; of a compressed one that is
// what it unpacks to.
inline constexpr qint64 maxSumFileBytes = 1024 * 1024;
inline constexpr qint64 maxBmapBytes = 64 * 1024 * 1024;

// What it says, decompressed where the name says so. SidecarUnusable: it cannot be read, is too
// large, is damaged, or is not packed as its name says.
[[nodiscard]] protocol::Result<QByteArray> readSidecar(const QString &path,
                                                       const SidecarName &name);

// SidecarUnusable, with the file's name.
[[nodiscard]] protocol::Failure sidecarUnusable(const QString &name, const QString &why);

} // namespace core
