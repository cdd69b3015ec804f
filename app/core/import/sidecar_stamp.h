// SPDX-License-Identifier: GPL-3.0-or-later
// Tells whether what lies beside an image is still what it was checked against.
#pragma once

#include <QString>

namespace core
{

// Hex digits over names, sizes and times of all files that tellsOfImage() says belong to the image
// at `path`. Without reading them; blocks as the folder does.
[[nodiscard]] QString sidecarStamp(const QString &path);

} // namespace core
