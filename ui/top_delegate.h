// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of rows that are several lines high: text and sign begin at the top, a little below the
// line above. Goes with RowHeights.
#pragma once

#include <QStyledItemDelegate>

namespace ui
{

class TopDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

} // namespace ui
