// SPDX-License-Identifier: GPL-3.0-or-later
// Tells whether what lies beside an image is still what it was checked against.
#pragma once

#include <QString>

namespace core
{

// Hex digits over names, sizes and times of all files that tellsOfImage() says belong to the image
// at `path`, and behind a '@' when the image's own file was changed last in any way: other contents
// with the old time of modification show there. Without reading them; blocks as the folder does.
[[nodiscard]] QString sidecarStamp(const QString &path);

// What is behind the '@', as nanoseconds since the epoch; 0: an older version's stamp.
[[nodiscard]] qint64 sourceChangedNs(const QString &stamp);

} // namespace core
