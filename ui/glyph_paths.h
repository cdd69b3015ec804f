// SPDX-License-Identifier: GPL-3.0-or-later
// The shapes of the icons, on a grid of 24 by 24 with a margin of 2.
#pragma once

#include "ui/tone.h"

class QPainterPath;

namespace ui
{

inline constexpr double glyphGrid = 24;

[[nodiscard]] QPainterPath glyphOutline(Glyph glyph); // stroked
[[nodiscard]] QPainterPath glyphFill(Glyph glyph);    // filled, may be empty

} // namespace ui
