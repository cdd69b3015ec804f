// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/progress_delegate.h"

#include "ui/device_model.h"
#include "ui/tone.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>
#include <QStyleOptionProgressBar>

#include <algorithm>

namespace ui
{
namespace
{

constexpr int barSteps = 10'000; // QStyle counts in int, devices have more bytes than that
constexpr QMargins barMargins(4, 3, 4, 3);

QStyle *styleOf(const QStyleOptionViewItem &option)
{
    return option.widget ? option.widget->style() : QApplication::style();
}

QPalette barPalette(const QPalette &palette, bool moving)
{
    QPalette result = palette;
    if (moving)
        return result;
    QColor still = palette.color(QPalette::Active, QPalette::Mid);
    result.setColor(QPalette::All, QPalette::Highlight, still);
    result.setColor(QPalette::All, QPalette::HighlightedText,
                    palette.color(QPalette::Active, QPalette::Text));
    return result;
}

} // namespace

void ProgressDelegate::initProgress(QStyleOptionProgressBar &bar, const QModelIndex &index)
{
    const qint64 done = index.data(DeviceModel::DoneRole).toLongLong();
    const qint64 total = index.data(DeviceModel::TotalRole).toLongLong();
    bar.minimum = 0;
    bar.maximum = total > 0 ? barSteps : 0;
    bar.progress =
        total > 0
            ? int(double(barSteps) * double(std::clamp<qint64>(done, 0, total)) / double(total))
            : 0;
    bar.text = index.data(Qt::DisplayRole).toString();
    bar.textVisible = true;
    bar.textAlignment = Qt::AlignCenter;
}

void ProgressDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                             const QModelIndex &index) const
{
    const int kind = index.data(DeviceModel::BarRole).toInt();
    if (kind == DeviceModel::NoBar || kind == DeviceModel::FullBar) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    styleOf(item)->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
    QStyleOptionProgressBar bar;
    initProgress(bar, index);
    bar.rect = item.rect.marginsRemoved(barMargins);
    bar.direction = item.direction;
    bar.fontMetrics = item.fontMetrics;
    bar.palette = barPalette(option.palette, kind == DeviceModel::MovingBar);
    bar.state = QStyle::State_Enabled | QStyle::State_Active | QStyle::State_Horizontal;
    painter->save();
    painter->setFont(item.font);
    styleOf(item)->drawControl(QStyle::CE_ProgressBar, &bar, painter, nullptr);
    painter->restore();
}

QSize ProgressDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    const QSize bar(option.fontMetrics.horizontalAdvance(text) + 32,
                    option.fontMetrics.height() + 12);
    return QStyledItemDelegate::sizeHint(option, index).expandedTo(bar);
}

} // namespace ui
