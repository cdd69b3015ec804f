// SPDX-License-Identifier: GPL-3.0-or-later
// Light, dark, or as the desktop has it. Light and dark are palettes for the Fusion style; "system"
// leaves style and palette to the desktop, and asks for dark where the desktop does and Qt does not
// know it (Qt before 6.5 outside KDE).
#pragma once

#include <QString>

#include <optional>

class QApplication;
class QPalette;

namespace ui
{

enum class Theme { System, Light, Dark };

[[nodiscard]] std::optional<Theme> themeFromName(const QString &name); // "system", "light", "dark"
[[nodiscard]] QString nameOf(Theme theme);

[[nodiscard]] QPalette lightPalette();
[[nodiscard]] QPalette darkPalette();

void applyTheme(QApplication &application, Theme theme);

// PROVISIONING_STATION_THEME, else what was chosen last, else System.
[[nodiscard]] Theme wantedTheme();
void rememberTheme(Theme theme);

} // namespace ui
