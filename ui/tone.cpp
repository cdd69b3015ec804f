// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tone.h"

#include <QPalette>

namespace ui
{
namespace
{

QColor muted(const QPalette &palette)
{
    QColor color = palette.color(QPalette::Active, QPalette::Text);
    color.setAlphaF(0.65F);
    return color;
}

QColor pick(const QPalette &palette, QRgb onLight, QRgb onDark)
{
    return QColor::fromRgb(isDark(palette) ? onDark : onLight);
}

} // namespace

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Active, QPalette::Base).lightness() < 128;
}

QColor toneColor(Tone tone, const QPalette &palette)
{
    switch (tone) {
    case Tone::Neutral:
        return palette.color(QPalette::Active, QPalette::Text);
    case Tone::Muted:
        return muted(palette);
    case Tone::Busy:
        return pick(palette, 0x0b5cad, 0x6cb6ff);
    case Tone::Good:
        return pick(palette, 0x146c2e, 0x5fd07a);
    case Tone::Warning:
        return pick(palette, 0x8a5a00, 0xe3b341);
    case Tone::Bad:
        return pick(palette, 0xb3261e, 0xff8178);
    }
    return muted(palette);
}

} // namespace ui
