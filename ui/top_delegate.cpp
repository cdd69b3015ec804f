// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/top_delegate.h"

#include "ui/row_heights.h"

#include <QApplication>
#include <QStyle>

namespace ui
{

void TopDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->features |= QStyleOptionViewItem::WrapText;
    option->decorationAlignment = Qt::AlignTop | Qt::AlignHCenter;
}

void TopDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                        const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QStyle *style = item.widget ? item.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
    item = option;
    item.rect.setTop(item.rect.top() + RowHeights::padding);
    QStyledItemDelegate::paint(painter, item, index);
}

} // namespace ui
