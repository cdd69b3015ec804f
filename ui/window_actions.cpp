// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window_actions.h"

#include "ui/glyph_icon.h"
#include "ui/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>
#include <QToolBar>
#include <QWidget>

#include <array>

namespace ui
{
namespace
{

using Keys = QList<QKeySequence>;

constexpr std::array allOrders{Order::Deploy, Order::Backup,   Order::Cancel,
                               Order::Reboot, Order::PowerOff, Order::Identify,
                               Order::Rearm,  Order::Accept,   Order::Forget};

Glyph glyphOf(Order order)
{
    switch (order) {
    case Order::Deploy:
        return Glyph::Deploy;
    case Order::Backup:
        return Glyph::Backup;
    case Order::Cancel:
        return Glyph::Cancel;
    case Order::Reboot:
        return Glyph::Reboot;
    case Order::PowerOff:
        return Glyph::PowerOff;
    case Order::Identify:
        return Glyph::Identify;
    case Order::Rearm:
        return Glyph::Rearm;
    case Order::Accept:
        return Glyph::None;
    case Order::Forget:
        return Glyph::Forget;
    }
    return Glyph::None;
}

QString actionText(Order order)
{
    switch (order) {
    case Order::Deploy:
        return WindowActions::tr("&Deploy");
    case Order::Backup:
        return WindowActions::tr("&Backup…");
    case Order::Cancel:
        return WindowActions::tr("&Cancel");
    case Order::Reboot:
        return WindowActions::tr("&Restart");
    case Order::PowerOff:
        return WindowActions::tr("&Power off");
    case Order::Identify:
        return WindowActions::tr("&Identify");
    case Order::Rearm:
        return WindowActions::tr("Re-&arm");
    case Order::Accept:
        return WindowActions::tr("Let another address take o&ver…");
    case Order::Forget:
        return WindowActions::tr("Remove from &list");
    }
    return {};
}

QString purpose(Order order)
{
    switch (order) {
    case Order::Deploy:
        return WindowActions::tr("Write the golden image to the selected devices");
    case Order::Backup:
        return WindowActions::tr("Save the selected devices' storage as image files");
    case Order::Cancel:
        return WindowActions::tr("Cancel the selected devices' jobs");
    case Order::Reboot:
        return WindowActions::tr("Restart the selected devices");
    case Order::PowerOff:
        return WindowActions::tr("Switch the selected devices off");
    case Order::Identify:
        return WindowActions::tr("Let the selected devices blink, to find them on the bench");
    case Order::Rearm:
        return WindowActions::tr("Let automatic mode act on the selected devices again, and let "
                                 "them boot from the network");
    case Order::Accept:
        return WindowActions::tr("Decide which machine the device is, where two claim to be it");
    case Order::Forget:
        return WindowActions::tr(
            "Take the selected devices off the list until they register again");
    }
    return {};
}

Keys keysOf(Order order)
{
    switch (order) {
    case Order::Deploy:
        return {QKeySequence(Qt::CTRL | Qt::Key_D)};
    case Order::Backup:
        return {QKeySequence(Qt::CTRL | Qt::Key_B)};
    case Order::Cancel:
        return {QKeySequence(Qt::Key_Delete)};
    case Order::Reboot:
        return {QKeySequence(Qt::CTRL | Qt::Key_R)};
    case Order::Identify:
        return {QKeySequence(Qt::CTRL | Qt::Key_I)};
    default:
        return {};
    }
}

QAction *make(QWidget *window, const QString &text, const QString &tip, const Keys &keys = {},
              Glyph glyph = Glyph::None)
{
    auto *action = new QAction(text, window);
    if (glyph != Glyph::None)
        action->setIcon(glyphIcon(glyph));
    action->setShortcuts(keys);
    action->setToolTip(tip);
    action->setStatusTip(tip);
    window->addAction(action);
    return action;
}

// "Let 192.0.2.7 take over…", once it is clear who is meant.
QString acceptText(const QList<DeviceRow> &selected)
{
    const QList<DeviceRow> rows = eligible(Order::Accept, selected);
    if (rows.size() != 1)
        return actionText(Order::Accept);
    return WindowActions::tr("Let %1 take o&ver…").arg(claimantOf(rows.first().device));
}

void explain(QAction *action, const QString &text)
{
    if (action->toolTip() == text)
        return;
    action->setToolTip(text);
    action->setStatusTip(text);
}

QString withKey(const QString &text, const QAction *action)
{
    const QString key = action->shortcut().toString(QKeySequence::NativeText);
    return key.isEmpty() ? text : WindowActions::tr("%1 (%2)", "purpose (key)").arg(text, key);
}

} // namespace

WindowActions::WindowActions(QWidget *window, QWidget *table)
    : QObject(window),
      chooseImage(make(window, tr("Choose golden &image…"),
                       tr("Take an image file into the library and make it the golden image"),
                       {QKeySequence::Open}, Glyph::Open)),
      netboot(make(window, tr("&Network boot…"),
                   tr("Serve DHCP and boot files to the devices, see how it goes"))),
      quit(make(window, tr("&Quit"), tr("Quit Provisioning Station"),
                {QKeySequence(Qt::CTRL | Qt::Key_Q)})),
      selectAll(make(window, tr("&Select all"), tr("Select all devices that are shown"),
                     {QKeySequence::SelectAll})),
      exactCopy(make(window, tr("Back up free blocks &too (exact copy)"),
                     tr("Backups also take what the file systems say is free; larger and slower"))),
      readTwice(make(window, tr("Read t&wice and compare in a backup"),
                     tr("Backups are compared with a second reading of the device, which takes "
                        "its time again; not for devices that use curl"))),
      find(make(window, tr("&Find device"), tr("Go to the filter line"), {QKeySequence::Find})),
      bootOrder(make(window, tr("&Boot order…"),
                     tr("Explain and compose BOOT_ORDER, and write the document that sets it"))),
      preflight(make(window, tr("&Check the bench…"),
                     tr("Look for what keeps devices from booting over the network"))),
      firstSteps(make(window, tr("&First steps"), tr("What to do, in four lines"),
                      {QKeySequence::HelpContents})),
      about(make(window, tr("&About"), tr("Version and licence"))),
      m_window(window)
{
    exactCopy->setCheckable(true);
    readTwice->setCheckable(true);
    table->addAction(selectAll);
    selectAll->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    makeOrders(table);
    follow({});
}

core::JobOptions WindowActions::backupOptions() const
{
    core::JobOptions options;
    if (exactCopy->isChecked())
        options.scope = protocol::BackupScope::Exact;
    if (readTwice->isChecked())
        options.verify = protocol::VerifyScope::Full;
    return options;
}

void WindowActions::makeOrders(QWidget *table)
{
    for (const Order order : allOrders) {
        QAction *action =
            make(m_window, actionText(order), purpose(order), keysOf(order), glyphOf(order));
        action->setObjectName(QStringLiteral("order%1").arg(int(order)));
        connect(action, &QAction::triggered, this, [this, order] { Q_EMIT ordered(order); });
        m_orders.insert(order, action);
    }
    // Del has another meaning in the filter line. Esc is no order: it means “nothing”.
    QAction *cancel = m_orders.value(Order::Cancel);
    m_window->removeAction(cancel);
    table->addAction(cancel);
    cancel->setShortcutContext(Qt::WidgetWithChildrenShortcut);
}

void WindowActions::fillMenuBar(QMenuBar &bar)
{
    QMenu *file = bar.addMenu(tr("&File"));
    file->addAction(chooseImage);
    file->addSeparator();
    file->addAction(quit);
    QMenu *device = bar.addMenu(tr("&Device"));
    fillContextMenu(*device);
    device->addSeparator();
    device->addActions({exactCopy, readTwice, selectAll});
    QMenu *view = bar.addMenu(tr("&View"));
    view->addAction(find);
    addThemes(*view->addMenu(tr("&Theme")));
    QMenu *tools = bar.addMenu(tr("&Tools"));
    tools->addActions({netboot, preflight, bootOrder});
    QMenu *help = bar.addMenu(tr("&Help"));
    help->addAction(firstSteps);
    help->addAction(about);
    for (QMenu *menu : {file, device, view, tools, help})
        menu->setToolTipsVisible(true);
}

void WindowActions::addThemes(QMenu &menu)
{
    auto *group = new QActionGroup(this);
    const auto add = [&](Theme theme, const QString &text) {
        QAction *action = menu.addAction(text);
        action->setCheckable(true);
        action->setChecked(theme == wantedTheme());
        group->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, theme] { Q_EMIT themeChosen(int(theme)); });
    };
    add(Theme::System, tr("Follow &system theme"));
    add(Theme::Light, tr("&Light"));
    add(Theme::Dark, tr("&Dark"));
}

void WindowActions::fillToolBar(QToolBar &bar)
{
    bar.addActions({m_orders.value(Order::Deploy), m_orders.value(Order::Backup)});
    bar.addSeparator();
    bar.addAction(m_orders.value(Order::Cancel));
    bar.addSeparator();
    bar.addActions({m_orders.value(Order::Reboot), m_orders.value(Order::Identify),
                    m_orders.value(Order::Rearm)});
}

void WindowActions::fillContextMenu(QMenu &menu)
{
    menu.addActions({m_orders.value(Order::Deploy), m_orders.value(Order::Backup),
                     m_orders.value(Order::Cancel)});
    menu.addSeparator();
    menu.addActions({m_orders.value(Order::Reboot), m_orders.value(Order::PowerOff),
                     m_orders.value(Order::Identify), m_orders.value(Order::Rearm)});
    menu.addSeparator();
    menu.addActions({m_orders.value(Order::Accept), m_orders.value(Order::Forget)});
}

void WindowActions::follow(const Situation &situation)
{
    m_orders.value(Order::Accept)->setText(acceptText(situation.selected));
    for (const Order order : allOrders) {
        QAction *action = m_orders.value(order);
        const Verdict verdict = judge(order, situation);
        action->setEnabled(verdict.allowed());
        explain(action, verdict.allowed() ? withKey(purpose(order), action) : verdict.whyNot);
    }
}

} // namespace ui
