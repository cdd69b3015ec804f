// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup.h"

#include "ui/glyph_icon.h"
#include "ui/theme.h"

#include <QApplication>
#include <QIcon>
#include <QLibraryInfo>
#include <QLocale>
#include <QPainter>
#include <QPixmap>
#include <QTranslator>

using namespace Qt::StringLiterals;

// Resources of a static library are registered by name; the macro must stand outside of namespaces.
static void loadResources()
{
    Q_INIT_RESOURCE(translations);
}

namespace ui
{
namespace
{

// `fallback` is the catalogue for languages that have none of their own; empty: none.
void installTranslator(QApplication &application, const QString &catalogue, const QString &folder,
                       const QString &fallback)
{
    auto *translator = new QTranslator(&application);
    if (translator->load(QLocale(), catalogue, u"_"_s, folder) ||
        (!fallback.isEmpty() && translator->load(fallback, folder)))
        QApplication::installTranslator(translator);
    else
        delete translator;
}

// The picture of resources/icons/provisioning-station.svg, drawn: Qt's SVG plugin need not be
// there.
QPixmap applicationPicture(int size)
{
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF ground = QRectF(pixmap.rect()).marginsRemoved(QMarginsF() + size * 0.05);
    QLinearGradient shade(ground.topLeft(), ground.bottomLeft());
    shade.setColorAt(0, QColor::fromRgb(0x3f83e0));
    shade.setColorAt(1, QColor::fromRgb(0x2357a8));
    painter.setPen(Qt::NoPen);
    painter.setBrush(shade);
    painter.drawRoundedRect(ground, size * 0.19, size * 0.19);
    paintGlyph(painter, Glyph::Deploy, ground.marginsRemoved(QMarginsF() + size * 0.14), Qt::white);
    return pixmap;
}

QIcon applicationIcon()
{
    QIcon icon;
    for (const int size : {16, 32, 64, 128, 256})
        icon.addPixmap(applicationPicture(size));
    return icon;
}

} // namespace

void setUpApplication(QApplication &application)
{
    loadResources();
    QApplication::setOrganizationName(u"provisioning-station"_s);
    QApplication::setApplicationName(u"provisioning-station"_s);
    QApplication::setDesktopFileName(u"provisioning-station"_s);
    // Qt's own dialogs, where the distribution ships their words, then ours.
    installTranslator(application, u"qtbase"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath),
                      {});
    installTranslator(application, u"provisioning-station"_s, u":/i18n"_s,
                      u"provisioning-station_en"_s); // English needs it too, for its plurals
    QApplication::setApplicationDisplayName(
        QCoreApplication::translate("ui::MainWindow", "Provisioning Station"));
    QApplication::setWindowIcon(applicationIcon());
    applyTheme(application, wantedTheme());
}

} // namespace ui
