// SPDX-License-Identifier: GPL-3.0-or-later
// Icons drawn at the size and in the colours of the moment: sharp at any scale, and right after the
// palette changes from light to dark. No icon theme is needed, and no SVG plugin.
#pragma once

#include "ui/tone.h"

#include <QIcon>

class QPainter;
class QRectF;

namespace ui
{

[[nodiscard]] QIcon glyphIcon(Glyph glyph, Tone tone = Tone::Neutral);

// Paints into `rect` in the painter's pen colour.
void paintGlyph(QPainter &painter, Glyph glyph, const QRectF &rect, const QColor &color);

} // namespace ui
