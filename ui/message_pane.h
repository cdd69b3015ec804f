// SPDX-License-Identifier: GPL-3.0-or-later
// What happened, the newest in view unless somebody scrolled away from it.
#pragma once

#include <QWidget>

class QToolButton;
class QTreeView;

namespace ui
{

class MessageFilter;
class MessageModel;
struct MessageEntry;

class MessagePane : public QWidget
{
    Q_OBJECT

public:
    explicit MessagePane(QWidget *parent = nullptr);

    void append(const MessageEntry &entry);
    [[nodiscard]] const MessageModel &model() const { return *m_model; }

private:
    void makeView();
    void copySelection();

    MessageModel *m_model;
    MessageFilter *m_filter;
    QTreeView *m_view;
    QToolButton *m_problemsOnly;
};

} // namespace ui
