// SPDX-License-Identifier: GPL-3.0-or-later
// The catalogues are in the program, their contexts are the ones that the code asks with, and
// plurals are plural.
#include "ui/failure_text.h"
#include "ui/setup.h"
#include "ui/status_summary.h"
#include "ui/theme.h"
#include "ui/tone.h"

#include <QApplication>
#include <QLocale>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace
{

QPalette paletteOf(ui::Theme theme)
{
    ui::applyTheme(*qApp, theme);
    return QApplication::palette();
}

// Contrast ratio after WCAG 2.1, "relative luminance".
double luminance(const QColor &color)
{
    const auto part = [](double value) {
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) +
           0.0722 * part(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double light = std::max(luminance(a), luminance(b));
    const double dark = std::min(luminance(a), luminance(b));
    return (light + 0.05) / (dark + 0.05);
}

// None, one and many.
QStringList deviceCounts()
{
    QStringList texts;
    for (const auto &[devices, online] : {std::pair(0, 0), {1, 0}, {1, 1}, {5, 0}, {5, 2}, {5, 5}})
        texts << ui::devicesText({devices, online, 0, 0});
    return texts;
}

} // namespace

class TestTranslation : public QObject
{
    Q_OBJECT

    QTemporaryDir m_config;

private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
    }

    void cleanup() { QLocale::setDefault(QLocale::c()); }

    void english()
    {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom));
        ui::setUpApplication(*qApp);
        const QStringList said{u"No devices"_s,          u"1 device, offline"_s,
                               u"1 device online"_s,     u"5 devices, none online"_s,
                               u"5 devices, 2 online"_s, u"5 devices online"_s};
        QCOMPARE(deviceCounts(), said);
        QCOMPARE(ui::jobsText({1, 1, 1, 0}), u"1 job"_s);
        QCOMPARE(ui::jobsText({3, 3, 3, 2}), u"3 jobs, 2 queued"_s);
    }

    void german()
    {
        QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        ui::setUpApplication(*qApp);
        const QStringList said{u"Keine Geräte"_s,       u"1 Gerät, offline"_s,
                               u"1 Gerät online"_s,     u"5 Geräte, keines online"_s,
                               u"5 Geräte, 2 online"_s, u"5 Geräte online"_s};
        QCOMPARE(deviceCounts(), said);
        QCOMPARE(ui::jobsText({1, 1, 1, 0}), u"1 Auftrag"_s);
        QCOMPARE(ui::jobsText({3, 3, 3, 2}), u"3 Aufträge, 2 in der Warteschlange"_s);
        const ui::FailureText text = ui::failureText(protocol::FailureCode::DeviceTooSmall);
        QCOMPARE(text.cause, u"Das Abbild passt nicht auf das Gerät."_s);
    }

    void themesHaveNames()
    {
        for (const ui::Theme theme : {ui::Theme::System, ui::Theme::Light, ui::Theme::Dark})
            QCOMPARE(ui::themeFromName(ui::nameOf(theme)), theme);
        QVERIFY(!ui::themeFromName(u"pink"_s));
        qputenv("PROVISIONING_STATION_THEME", "dark");
        QCOMPARE(ui::wantedTheme(), ui::Theme::Dark);
        qunsetenv("PROVISIONING_STATION_THEME");
        ui::rememberTheme(ui::Theme::Light);
        QCOMPARE(ui::wantedTheme(), ui::Theme::Light);
    }

    void everyToneIsLegibleInBothThemes()
    {
        for (const ui::Theme theme : {ui::Theme::Light, ui::Theme::Dark}) {
            const QPalette palette = paletteOf(theme);
            QCOMPARE(ui::isDark(palette), theme == ui::Theme::Dark);
            const QColor ground = palette.color(QPalette::Base);
            for (const ui::Tone tone : {ui::Tone::Neutral, ui::Tone::Busy, ui::Tone::Good,
                                        ui::Tone::Warning, ui::Tone::Bad})
                QVERIFY2(contrast(ui::toneColor(tone, palette), ground) >= 4.5,
                         qPrintable(QString::number(int(tone))));
        }
    }
};

QTEST_MAIN(TestTranslation)
#include "tst_translation.moc"
