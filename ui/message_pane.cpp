// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/message_pane.h"

#include "ui/glyph_icon.h"
#include "ui/message_model.h"
#include "ui/wrap_delegate.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QToolButton>
#include <QTreeView>

namespace ui
{

MessagePane::MessagePane(QWidget *parent)
    : QWidget(parent),
      m_model(new MessageModel(this)),
      m_filter(new MessageFilter(this)),
      m_view(new QTreeView),
      m_problemsOnly(new QToolButton)
{
    m_filter->setSourceModel(m_model);
    makeView();
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
    connect(m_problemsOnly, &QToolButton::toggled, m_view, &QTreeView::scrollToBottom);
}

void MessagePane::makeView()
{
    m_view->setModel(m_filter);
    m_view->setItemDelegate(new WrapDelegate(this));
    m_view->setRootIsDecorated(false);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setAllColumnsShowFocus(true);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setAccessibleName(tr("Messages"));
    m_view->header()->setSectionResizeMode(MessageModel::TextColumn, QHeaderView::Stretch);
    m_view->setColumnWidth(MessageModel::TimeColumn, 100);
    m_view->setColumnWidth(MessageModel::AboutColumn, 150);
    // Another width wraps at other places: the rows' heights are measured again.
    connect(m_view->header(), &QHeaderView::sectionResized, m_view,
            [this] { m_view->doItemsLayout(); });

    auto *copy = new QAction(glyphIcon(Glyph::Copy), tr("Copy"), m_view);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &MessagePane::copySelection);
    m_view->addAction(copy);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void MessagePane::append(const MessageEntry &entry)
{
    const QScrollBar *bar = m_view->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum() - m_view->fontMetrics().height();
    m_model->append(entry);
    if (atEnd)
        m_view->scrollToBottom();
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
