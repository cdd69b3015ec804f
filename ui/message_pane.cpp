// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/message_pane.h"

#include "ui/glyph_icon.h"
#include "ui/row_heights.h"
#include "ui/top_delegate.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QTableView>
#include <QToolButton>

#include <algorithm>
#include <chrono>
#include <utility>

using namespace std::chrono_literals;

namespace ui
{

MessagePane::MessagePane(QWidget *parent)
    : QWidget(parent),
      m_model(new MessageModel(this)),
      m_filter(new MessageFilter(this)),
      m_view(new QTableView),
      m_problemsOnly(new QToolButton)
{
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setInterval(200ms);
    connect(&m_flushTimer, &QTimer::timeout, this, &MessagePane::flush);
    m_filter->setSourceModel(m_model);
    makeView();
    followEnd();
    m_problemsOnly->setText(tr("Problems only"));
    m_problemsOnly->setIcon(glyphIcon(Glyph::Warning));
    m_problemsOnly->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_problemsOnly->setCheckable(true);
    m_problemsOnly->setAutoRaise(true);
    auto *title = new QLabel(tr("Messages"));
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->addWidget(title);
    bar->addStretch();
    bar->addWidget(m_problemsOnly);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_view);
    connect(m_problemsOnly, &QToolButton::toggled, m_filter, &MessageFilter::setProblemsOnly);
    connect(m_problemsOnly, &QToolButton::toggled, this, [this] {
        m_following = true;
        m_view->scrollToBottom();
    });
}

void MessagePane::makeView()
{
    m_view->setModel(m_filter);
    m_view->setItemDelegate(new TopDelegate(this));
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setTabKeyNavigation(false);
    m_view->setShowGrid(false);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setAccessibleName(tr("Messages"));
    m_view->verticalHeader()->hide();
    QHeaderView *header = m_view->horizontalHeader();
    header->setHighlightSections(false);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setSectionResizeMode(MessageModel::TextColumn, QHeaderView::Stretch);
    m_view->setColumnWidth(MessageModel::TimeColumn, 100);
    m_view->setColumnWidth(MessageModel::AboutColumn, 150);
    m_heights = new RowHeights(m_view, MessageModel::TextColumn, MessageModel::KeyRole,
                               MessageModel::maxEntries);

    auto *copy = new QAction(glyphIcon(Glyph::Copy), tr("Copy"), m_view);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &MessagePane::copySelection);
    m_view->addAction(copy);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
}

// Whether the reader is at the end is told by where he scrolled, and not by where the bar stands
// when a message comes: its range may be of before the last layout.
void MessagePane::followEnd()
{
    QScrollBar *bar = m_view->verticalScrollBar();
    connect(bar, &QScrollBar::valueChanged, this, [this, bar](int value) {
        m_following = value >= bar->maximum() - m_view->fontMetrics().height();
    });
    connect(bar, &QScrollBar::rangeChanged, this, [this, bar](int, int maximum) {
        if (m_following)
            bar->setValue(maximum);
    });
}

void MessagePane::append(const MessageEntry &entry)
{
    m_pending.append(entry);
    if (!m_flushTimer.isActive())
        m_flushTimer.start();
}

void MessagePane::flush()
{
    m_flushTimer.stop();
    if (!m_pending.isEmpty())
        m_model->append(std::exchange(m_pending, {}));
}

void MessagePane::copySelection()
{
    QStringList lines;
    QModelIndexList rows = m_view->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    for (const QModelIndex &row : std::as_const(rows))
        lines << row.data(MessageModel::PlainTextRole).toString();
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

} // namespace ui
