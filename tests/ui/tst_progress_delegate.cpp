// SPDX-License-Identifier: GPL-3.0-or-later
#include "rows.h"
#include "ui/device_model.h"
#include "ui/glyph_icon.h"
#include "ui/progress_delegate.h"

#include <QPainter>
#include <QStyleOptionProgressBar>
#include <QTest>

using namespace Qt::StringLiterals;
using ui::DeviceModel;

namespace
{

QImage painted(const DeviceModel &model, int row)
{
    QImage image(240, 28, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    QPainter painter(&image);
    QStyleOptionViewItem option;
    option.rect = image.rect();
    option.state = QStyle::State_Enabled;
    option.widget = nullptr;
    ui::ProgressDelegate().paint(&painter, option, model.index(row, DeviceModel::ProgressColumn));
    return image;
}

} // namespace

class TestProgressDelegate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void barCountsInSteps_data()
    {
        QTest::addColumn<qint64>("done");
        QTest::addColumn<qint64>("total");
        QTest::addColumn<int>("progress");
        QTest::addColumn<int>("maximum");
        QTest::newRow("half of 16 TiB") << (qint64(1) << 43) << (qint64(1) << 44) << 5000 << 10000;
        QTest::newRow("more than all") << qint64(30) << qint64(20) << 10000 << 10000;
        QTest::newRow("unknown total: busy") << qint64(30) << qint64(0) << 0 << 0;
        QTest::newRow("nothing yet") << qint64(0) << qint64(20) << 0 << 10000;
    }

    void barCountsInSteps()
    {
        QFETCH(qint64, done);
        QFETCH(qint64, total);
        DeviceModel model;
        model.update({rows::writing(1, done, total)});
        QStyleOptionProgressBar bar;
        ui::ProgressDelegate::initProgress(bar, model.index(0, DeviceModel::ProgressColumn));
        QTEST(bar.progress, "progress");
        QTEST(bar.maximum, "maximum");
        QVERIFY(!bar.text.isEmpty());
    }

    void everyKindOfBarIsPainted()
    {
        DeviceModel model;
        ui::DeviceRow stopped = rows::writing(3, 10, 20);
        stopped.job->interrupted = true;
        ui::DeviceRow done = rows::writing(4, 20, 20);
        done.job->state = core::JobState::Succeeded;
        model.update(
            {rows::writing(1, 10, 20), rows::writing(2, 10, 0), stopped, done, rows::device(5)});
        const QImage moving = painted(model, 0);
        const QImage empty = painted(model, 4);
        QVERIFY(moving != empty);
        QVERIFY(painted(model, 1) != moving); // busy
        QVERIFY(painted(model, 2) != moving); // grey
        QVERIFY(painted(model, 3) != empty);  // text alone
    }

    void everyGlyphHasAShape()
    {
        for (int glyph = int(ui::Glyph::Deploy); glyph <= int(ui::Glyph::Away); ++glyph) {
            const QPixmap pixmap = ui::glyphIcon(ui::Glyph(glyph)).pixmap(16, 16);
            QVERIFY(!pixmap.toImage().allGray() || pixmap.hasAlphaChannel());
            QImage blank(pixmap.size(), QImage::Format_ARGB32_Premultiplied);
            blank.fill(Qt::transparent);
            const QImage image = pixmap.toImage().convertToFormat(blank.format());
            QVERIFY2(image != blank, qPrintable(QString::number(glyph)));
        }
    }
};

QTEST_MAIN(TestProgressDelegate)
#include "tst_progress_delegate.moc"
