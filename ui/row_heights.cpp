// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/row_heights.h"

#include <QEvent>
#include <QHeaderView>
#include <QStyle>
#include <QTableView>

#include <algorithm>
#include <chrono>
#include <cmath>

using namespace std::chrono_literals;

namespace ui
{

RowHeights::RowHeights(QTableView *view, int column, int keyRole, int most)
    : QObject(view), m_view(view), m_column(column), m_keyRole(keyRole), m_texts(most)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(50ms);
    connect(&m_soon, &QTimer::timeout, this, &RowHeights::placeAll);
    connect(view->model(), &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { place(first, last); });
    connect(view->model(), &QAbstractItemModel::modelReset, this, &RowHeights::placeAll);
    connect(view->horizontalHeader(), &QHeaderView::sectionResized, this, [this](int section) {
        if (section == m_column)
            m_soon.start();
    });
    view->verticalHeader()->setMinimumSectionSize(1);
    view->installEventFilter(this);
    placeAll();
}

bool RowHeights::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        m_texts.clear();
        m_soon.start();
    }
    return QObject::eventFilter(watched, event);
}

void RowHeights::placeAll()
{
    if (const int rows = m_view->model()->rowCount(); rows > 0)
        place(0, rows - 1);
}

void RowHeights::place(int first, int last)
{
    for (int row = first; row <= last; ++row)
        m_view->setRowHeight(row, heightOf(row));
    m_placed += last - first + 1;
}

int RowHeights::heightOf(int row)
{
    // As QCommonStyle keeps a text off the edges of its cell.
    const QStyle *style = m_view->style();
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, m_view) + 1;
    const qreal height = text(row).height(m_view->columnWidth(m_column) - 2 * margin);
    const int icon = style->pixelMetric(QStyle::PM_SmallIconSize, nullptr, m_view);
    return std::max(int(std::ceil(height)), icon) + 2 * padding;
}

const WrappedText &RowHeights::text(int row)
{
    const QModelIndex index = m_view->model()->index(row, m_column);
    const quint64 key = index.data(m_keyRole).toULongLong();
    if (const WrappedText *known = m_texts.object(key))
        return *known;
    ++m_measured;
    auto *text = new WrappedText(index.data().toString(), m_view->font());
    m_texts.insert(key, text);
    return *text;
}

} // namespace ui
