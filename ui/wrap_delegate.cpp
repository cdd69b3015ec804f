// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wrap_delegate.h"

#include <QApplication>
#include <QStyle>
#include <QTreeView>

namespace ui
{
namespace
{

constexpr int padding = 3; // above and below, as the rows of the other tables have it

} // namespace

void WrapDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->features |= QStyleOptionViewItem::WrapText;
    option->decorationAlignment = Qt::AlignTop | Qt::AlignHCenter;
}

void WrapDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QStyle *style = item.widget ? item.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
    item = option;
    item.rect.setTop(item.rect.top() +
                     padding); // what is aligned to the top keeps off the line above
    QStyledItemDelegate::paint(painter, item, index);
}

QSize WrapDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto *view = qobject_cast<const QTreeView *>(option.widget);
    if (!view)
        return QStyledItemDelegate::sizeHint(option, index);
    QStyleOptionViewItem wrapped = option;
    wrapped.rect = QRect(0, 0, view->columnWidth(index.column()), 1); // wraps in a valid one only
    return QStyledItemDelegate::sizeHint(wrapped, index) + QSize(0, 2 * padding);
}

} // namespace ui
