// SPDX-License-Identifier: GPL-3.0-or-later
// Where the window's parts stand, and how that is remembered.
#include "ui/auto_banner.h"
#include "ui/deploy_limit.h"
#include "ui/details_pane.h"
#include "ui/device_pane.h"
#include "ui/image_panel.h"
#include "ui/main_window.h"
#include "ui/message_pane.h"
#include "ui/window_actions.h"

#include <QAction>
#include <QLabel>
#include <QMenuBar>
#include <QSettings>
#include <QSplitter>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

constexpr QSize defaultSize(1360, 820);
// Of these columns: widths that were kept for others would cut the contents.
constexpr auto tableKey = "window/table-2"_L1;

} // namespace

void MainWindow::layOut()
{
    m_actions->fillMenuBar(*menuBar());
    QToolBar *bar = addToolBar(tr("Orders"));
    bar->setObjectName(u"orders"_s);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize(QSize(20, 20));
    bar->setMovable(false);
    m_actions->fillToolBar(*bar);
    bar->addWidget(new DeployLimit(m_station)); // takes the room that is left, at the right

    m_bottom = new QSplitter(Qt::Horizontal);
    m_bottom->addWidget(m_details);
    m_bottom->addWidget(m_messages);
    m_rows = new QSplitter(Qt::Vertical);
    m_rows->addWidget(m_devices);
    m_rows->addWidget(m_bottom);
    m_rows->setStretchFactor(0, 1);
    m_columns = new QSplitter(Qt::Horizontal);
    m_columns->addWidget(m_images);
    auto *right = new QWidget;
    auto *column = new QVBoxLayout(right);
    column->setContentsMargins({});
    column->addWidget(m_banner);
    column->addWidget(m_rows, 1);
    m_columns->addWidget(right);
    m_columns->setStretchFactor(1, 1);
    m_images->setMinimumWidth(250);
    for (QSplitter *splitter : {m_bottom, m_rows, m_columns})
        splitter->setChildrenCollapsible(false);
    m_columns->setContentsMargins(0, 0, 8, 0);
    setCentralWidget(m_columns);
}

void MainWindow::fillStatusBar()
{
    m_actions->netboot->setEnabled(false); // until there is a service
    for (QLabel *label : {m_listeningLabel, m_netbootLabel, m_devicesLabel, m_jobsLabel}) {
        label->setContentsMargins(8, 2, 8, 2);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    statusBar()->addWidget(m_listeningLabel);
    statusBar()->addWidget(m_netbootLabel);
    statusBar()->addPermanentWidget(m_devicesLabel);
    statusBar()->addPermanentWidget(m_jobsLabel);
}

void MainWindow::restoreLayout()
{
    const QSettings settings;
    resize(defaultSize);
    m_columns->setSizes({300, defaultSize.width() - 300});
    m_rows->setSizes({defaultSize.height() * 55 / 100, defaultSize.height() * 45 / 100});
    m_bottom->setSizes({defaultSize.width() * 57 / 100, defaultSize.width() * 43 / 100});
    restoreGeometry(settings.value("window/geometry"_L1).toByteArray());
    m_columns->restoreState(settings.value("window/columns"_L1).toByteArray());
    m_rows->restoreState(settings.value("window/rows"_L1).toByteArray());
    m_bottom->restoreState(settings.value("window/bottom"_L1).toByteArray());
    m_devices->restoreColumns(settings.value(tableKey).toByteArray());
    m_actions->exactCopy->setChecked(settings.value("backup/exact"_L1).toBool());
    m_actions->readTwice->setChecked(settings.value("backup/twice"_L1).toBool());
}

void MainWindow::saveLayout() const
{
    QSettings settings;
    settings.setValue("window/geometry"_L1, saveGeometry());
    settings.setValue("window/columns"_L1, m_columns->saveState());
    settings.setValue("window/rows"_L1, m_rows->saveState());
    settings.setValue("window/bottom"_L1, m_bottom->saveState());
    settings.setValue(tableKey, m_devices->saveColumns());
    settings.setValue("backup/exact"_L1, m_actions->exactCopy->isChecked());
    settings.setValue("backup/twice"_L1, m_actions->readTwice->isChecked());
}

} // namespace ui
