// SPDX-License-Identifier: GPL-3.0-or-later
// Gives the rows of a table the heights that one column's wrapped text needs. A row's text is
// measured once; a new row costs its own height only, whatever is there already.
#pragma once

#include "ui/wrapped_text.h"

#include <QCache>
#include <QObject>
#include <QTimer>

class QTableView;

namespace ui
{

class RowHeights : public QObject
{
    Q_OBJECT

public:
    // `keyRole` tells a quint64 that is the row's own as long as it lives. At most `most` rows are
    // remembered. The view has its model already and outlives this.
    RowHeights(QTableView *view, int column, int keyRole, int most);

    static constexpr int padding = 3; // px, above and below

    [[nodiscard]] qsizetype measured() const { return m_measured; } // texts, since the start
    [[nodiscard]] qsizetype placed() const { return m_placed; }     // heights set, since the start

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place(int first, int last);
    void placeAll();
    [[nodiscard]] int heightOf(int row);
    [[nodiscard]] const WrappedText &text(int row);

    QTableView *m_view;
    int m_column;
    int m_keyRole;
    QCache<quint64, WrappedText> m_texts;
    QTimer m_soon; // while a splitter is dragged, widths come faster than they can be read
    qsizetype m_measured = 0;
    qsizetype m_placed = 0;
};

} // namespace ui
