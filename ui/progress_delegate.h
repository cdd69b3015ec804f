// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the progress column: the style's own progress bar with "1.2 of 7.8 GiB" in it, busy where
// the total is not known, grey where the job stands still, text alone where it is over.
#pragma once

#include <QStyledItemDelegate>

class QStyleOptionProgressBar;

namespace ui
{

class ProgressDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;

    // The bar for an index, without its rectangle. Minimum and maximum are both 0 when it is busy.
    static void initProgress(QStyleOptionProgressBar &bar, const QModelIndex &index);
};

} // namespace ui
