// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/image_card.h"
#include "ui/theme.h"
#include "ui/tone.h"

#include <QCheckBox>
#include <QLabel>
#include <QRadioButton>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using ui::Theme;

namespace
{

// The greatest difference in lightness (0 to 255) between any pixel and the window's ground.
int contrast(QWidget &widget)
{
    widget.resize(widget.sizeHint());
    const QImage image = widget.grab().toImage();
    const int ground = QApplication::palette().color(QPalette::Window).lightness();
    int most = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            most = std::max(most, std::abs(image.pixelColor(x, y).lightness() - ground));
    }
    return most;
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void changesThePalette()
    {
        ui::applyTheme(*qApp, Theme::Dark);
        QVERIFY(ui::isDark(QApplication::palette()));
        ui::applyTheme(*qApp, Theme::Light);
        QVERIFY(!ui::isDark(QApplication::palette()));
        ui::applyTheme(*qApp, Theme::Dark);
        QVERIFY(ui::isDark(QApplication::palette()));
        ui::applyTheme(*qApp, Theme::System);
        ui::applyTheme(*qApp, Theme::Light);
        QVERIFY(!ui::isDark(QApplication::palette()));
    }

    void boxesToTickAreSeen_data()
    {
        QTest::addColumn<Theme>("theme");
        QTest::newRow("light") << Theme::Light;
        QTest::newRow("dark") << Theme::Dark;
    }

    void boxesToTickAreSeen()
    {
        QFETCH(Theme, theme);
        ui::applyTheme(*qApp, theme);
        QCheckBox check;
        QRadioButton radio;
        QVERIFY2(contrast(check) >= 50, qPrintable(QString::number(contrast(check))));
        QVERIFY2(contrast(radio) >= 50, qPrintable(QString::number(contrast(radio))));
    }

    void signsFollowTheTheme()
    {
        ui::applyTheme(*qApp, Theme::Light);
        core::Image image;
        image.id = u"1"_s;
        image.name = u"golden.img"_s;
        image.state = core::ImageState::Ready;
        ui::ImageCard card;
        card.setImage(&image);
        const auto *sign = card.findChild<QLabel *>(u"sign"_s);
        QVERIFY(sign);
        const QImage onLight = sign->pixmap().toImage();
        ui::applyTheme(*qApp, Theme::Dark);
        QTRY_VERIFY(sign->pixmap().toImage() != onLight);
        ui::applyTheme(*qApp, Theme::Light);
        QTRY_COMPARE(sign->pixmap().toImage(), onLight);
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
