// SPDX-License-Identifier: GPL-3.0-or-later
// What happened, the newest in view unless somebody scrolled away from it. Messages come in
// hundreds when many devices are given orders: they are shown in batches.
#pragma once

#include "ui/message_model.h"

#include <QTimer>
#include <QWidget>

class QTableView;
class QToolButton;

namespace ui
{

class RowHeights;

class MessagePane : public QWidget
{
    Q_OBJECT

public:
    explicit MessagePane(QWidget *parent = nullptr);

    void append(const MessageEntry &entry); // shown within 200 ms
    void flush();                           // at once
    [[nodiscard]] const MessageModel &model() const { return *m_model; }
    [[nodiscard]] QTableView *view() const { return m_view; }
    [[nodiscard]] const RowHeights &heights() const { return *m_heights; }

private:
    void makeView();
    void followEnd();
    void copySelection();

    MessageModel *m_model;
    MessageFilter *m_filter;
    QTableView *m_view;
    RowHeights *m_heights = nullptr;
    QToolButton *m_problemsOnly;
    QList<MessageEntry> m_pending;
    QTimer m_flushTimer;
    bool m_following = true; // the reader is at the end
};

} // namespace ui
