// SPDX-License-Identifier: GPL-3.0-or-later
// The window's actions with their names, signs and keys, and what each may do at the moment.
#pragma once

#include "ui/order_rules.h"

#include <QHash>
#include <QObject>

class QAction;
class QActionGroup;
class QMenu;
class QMenuBar;
class QToolBar;
class QWidget;

namespace ui
{

class WindowActions : public QObject
{
    Q_OBJECT

public:
    // `table` is the widget in which Del and Ctrl+A mean devices.
    WindowActions(QWidget *window, QWidget *table);

    void fillMenuBar(QMenuBar &bar);
    void fillToolBar(QToolBar &bar);
    void fillContextMenu(QMenu &menu);

    // Enables what can be done, and says in the tooltip why the rest cannot.
    void follow(const Situation &situation);

    [[nodiscard]] QAction *order(Order order) const { return m_orders.value(order); }

    QAction *const chooseImage;
    QAction *const netboot;
    QAction *const quit;
    QAction *const selectAll;
    QAction *const exactCopy;
    QAction *const readTwice;

    // The two above, as what they are of a job.
    [[nodiscard]] core::JobOptions backupOptions() const;

    QAction *const find;
    QAction *const bootOrder;
    QAction *const preflight;
    QAction *const firstSteps;
    QAction *const about;

Q_SIGNALS:
    void ordered(ui::Order order);
    void themeChosen(int theme); // ui::Theme

private:
    void makeOrders(QWidget *table);
    void addThemes(QMenu &menu);

    QWidget *m_window;
    QHash<Order, QAction *> m_orders;
};

} // namespace ui
