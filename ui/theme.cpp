// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include "ui/outlined_fusion.h"
#include "ui/tone.h"

#include <QApplication>
#include <QDir>
#include <QPalette>
#include <QSettings>
#include <QStandardPaths>
#include <QStyle>
#include <QStyleFactory>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

constexpr auto settingsKey = "theme"_L1;
constexpr auto fusion = "fusion"_L1;

struct Shades {
    QRgb window, base, alternate, button, text, mid, highlight, highlightedText, link;
};

QPalette paletteOf(const Shades &shades)
{
    const QColor text = QColor::fromRgb(shades.text);
    QColor faded = text;
    faded.setAlphaF(0.42F);
    QPalette palette(QColor::fromRgb(shades.button), QColor::fromRgb(shades.window));
    palette.setColor(QPalette::Base, QColor::fromRgb(shades.base));
    palette.setColor(QPalette::AlternateBase, QColor::fromRgb(shades.alternate));
    palette.setColor(QPalette::ToolTipBase, QColor::fromRgb(shades.button));
    palette.setColor(QPalette::Mid, QColor::fromRgb(shades.mid));
    palette.setColor(QPalette::Highlight, QColor::fromRgb(shades.highlight));
    palette.setColor(QPalette::HighlightedText, QColor::fromRgb(shades.highlightedText));
    palette.setColor(QPalette::Link, QColor::fromRgb(shades.link));
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        palette.setColor(role, text);
        palette.setColor(QPalette::Disabled, role, faded);
    }
    palette.setColor(QPalette::PlaceholderText, faded);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor::fromRgb(shades.mid));
    return palette;
}

// GNOME and its kin tell applications by GTK's settings; Qt reads them since 6.5 only.
bool gtkWantsDark()
{
    if (qEnvironmentVariable("GTK_THEME").endsWith(u"dark"_s, Qt::CaseInsensitive))
        return true;
    const QString config = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    const QSettings gtk(config + u"/gtk-3.0/settings.ini"_s, QSettings::IniFormat);
    return gtk.value(u"Settings/gtk-application-prefer-dark-theme"_s).toBool() ||
           gtk.value(u"Settings/gtk-theme-name"_s)
               .toString()
               .endsWith(u"dark"_s, Qt::CaseInsensitive);
}

bool styleWasChosen()
{
    static const bool chosen = qEnvironmentVariableIsSet("QT_STYLE_OVERRIDE") ||
                               QCoreApplication::arguments().join(u' ').contains(u"-style"_s);
    return chosen;
}

QString styleInUse()
{
    const QStyle *style = QApplication::style();
    return qobject_cast<const OutlinedFusion *>(style) ? QString(fusion) : style->name();
}

void useStyle(const QString &name)
{
    if (name == fusion && !qobject_cast<OutlinedFusion *>(QApplication::style()))
        QApplication::setStyle(new OutlinedFusion);
    else if (name != styleInUse())
        QApplication::setStyle(QStyleFactory::create(name));
}

void useFusion(QApplication &application, const QPalette &palette)
{
    if (!styleWasChosen())
        useStyle(fusion);
    application.setPalette(palette);
}

void useSystem(QApplication &application)
{
    static const QString desktopStyle = styleInUse();
    useStyle(desktopStyle);
    application.setPalette(QPalette());
    // Fusion on a desktop that says nothing: our own two palettes look the same everywhere.
    if (isDark(QApplication::palette()) || styleInUse() != fusion)
        return;
    application.setPalette(gtkWantsDark() ? darkPalette() : lightPalette());
}

} // namespace

std::optional<Theme> themeFromName(const QString &name)
{
    for (const Theme theme : {Theme::System, Theme::Light, Theme::Dark}) {
        if (name.compare(nameOf(theme), Qt::CaseInsensitive) == 0)
            return theme;
    }
    return std::nullopt;
}

QString nameOf(Theme theme)
{
    switch (theme) {
    case Theme::System:
        return u"system"_s;
    case Theme::Light:
        return u"light"_s;
    case Theme::Dark:
        return u"dark"_s;
    }
    return {};
}

QPalette lightPalette()
{
    return paletteOf({.window = 0xf3f4f6,
                      .base = 0xffffff,
                      .alternate = 0xf7f8fa,
                      .button = 0xf0f1f4,
                      .text = 0x1c2128,
                      .mid = 0xc3c8d0,
                      .highlight = 0x2f6fd0,
                      .highlightedText = 0xffffff,
                      .link = 0x0b5cad});
}

QPalette darkPalette()
{
    return paletteOf({.window = 0x2b2f35,
                      .base = 0x1c1e22,
                      .alternate = 0x222529,
                      .button = 0x3a3f47,
                      .text = 0xe6e8eb,
                      .mid = 0x555b64,
                      .highlight = 0x2f65b8,
                      .highlightedText = 0xffffff,
                      .link = 0x6cb6ff});
}

void applyTheme(QApplication &application, Theme theme)
{
    switch (theme) {
    case Theme::System:
        useSystem(application);
        break;
    case Theme::Light:
        useFusion(application, lightPalette());
        break;
    case Theme::Dark:
        useFusion(application, darkPalette());
        break;
    }
}

Theme wantedTheme()
{
    if (const auto named = themeFromName(qEnvironmentVariable("PROVISIONING_STATION_THEME")))
        return *named;
    return themeFromName(QSettings().value(settingsKey).toString()).value_or(Theme::System);
}

void rememberTheme(Theme theme)
{
    QSettings().setValue(settingsKey, nameOf(theme));
}

} // namespace ui
