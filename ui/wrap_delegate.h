// SPDX-License-Identifier: GPL-3.0-or-later
// Lets a tree view's rows grow with text that is wrapped at its column's width, which QTreeView
// itself does not.
#pragma once

#include <QStyledItemDelegate>

namespace ui
{

class WrapDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

} // namespace ui
