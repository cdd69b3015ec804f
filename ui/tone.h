// SPDX-License-Identifier: GPL-3.0-or-later
// The few colours and signs by which the window tells states apart. Colour never stands alone:
// every tone comes with a sign and a sentence.
#pragma once

#include <QColor>

class QPalette;

namespace ui
{

enum class Tone { Neutral, Muted, Busy, Good, Warning, Bad };

enum class Glyph {
    None,
    Deploy,
    Backup,
    Cancel,
    Reboot,
    PowerOff,
    Identify,
    Rearm,
    Forget,
    Image,
    Open,
    Copy,
    Device,
    Good,
    Warning,
    Bad,
    Info,
    Waiting,
    Working,
    Interrupted,
    Away,
};

// Legible on the palette's Base and Window, light or dark (contrast 4.5:1 and more).
[[nodiscard]] QColor toneColor(Tone tone, const QPalette &palette);
[[nodiscard]] bool isDark(const QPalette &palette);

} // namespace ui
