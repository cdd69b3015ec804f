// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device_pane.h"

#include "ui/device_cells.h"
#include "ui/device_filter.h"
#include "ui/empty_state.h"
#include "ui/progress_delegate.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace ui
{
namespace
{

constexpr std::array<int, DeviceModel::ColumnCount> columnWidths{150, 160, 150, 105,
                                                                 250, 150, 180, 85};

// It is not said that a device boots from the network while nothing lets it.
QString connectText(bool networkBoot)
{
    if (networkBoot)
        return DevicePane::tr("Connect a device to the bench network and switch it on. It boots "
                              "from the network and appears here by itself.");
    return DevicePane::tr("Network boot is off: start it with Tools > Network boot, unless another "
                          "server lets the devices boot. Then connect a device to the bench "
                          "network and switch it on. It appears here by itself.");
}

EmptyText nextStepText(NextStep step, const QString &listening, bool networkBoot)
{
    const QString connect = connectText(networkBoot);
    const QString where =
        listening.isEmpty() ? QString() : u'\n' + DevicePane::tr("This station: %1").arg(listening);
    switch (step) {
    case NextStep::ChooseImage:
        return {Glyph::Image, DevicePane::tr("First, choose a golden image"),
                DevicePane::tr(
                    "Drop an image file anywhere on this window, or choose one. Devices appear "
                    "here by themselves; a backup needs no image."),
                DevicePane::tr("Choose image…")};
    case NextStep::WaitForImport:
        return {Glyph::Device,
                DevicePane::tr("The golden image is being imported"),
                connect + where,
                {}};
    case NextStep::ConnectDevice:
        return {Glyph::Device, DevicePane::tr("Waiting for devices"), connect + where, {}};
    }
    return {};
}

EmptyText nothingFoundText(const QString &words)
{
    return {Glyph::None,
            DevicePane::tr("No device matches “%1”").arg(words),
            {},
            DevicePane::tr("Show all devices")};
}

} // namespace

DevicePane::DevicePane(DeviceModel &model, QWidget *parent)
    : QWidget(parent),
      m_model(model),
      m_filter(new DeviceFilter(this)),
      m_filterLine(new QLineEdit),
      m_view(new QTreeView),
      m_empty(new EmptyState),
      m_stack(new QStackedWidget)
{
    m_filter->setSourceModel(&model);
    m_filterLine->setPlaceholderText(tr("Filter devices by any word: MAC, serial, model, stage…"));
    m_filterLine->setAccessibleName(tr("Filter devices"));
    m_filterLine->setClearButtonEnabled(true);
    m_filterLine->setAcceptDrops(false); // a dropped file is for the window
    makeView();
    m_empty->setAutoFillBackground(true);
    m_empty->setBackgroundRole(QPalette::Base);
    m_stack->setFrameShape(QFrame::StyledPanel);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_filterLine);
    layout->addWidget(m_stack, 1);
    connect(m_filterLine, &QLineEdit::textChanged, this, &DevicePane::filter);
    connect(m_empty, &EmptyState::buttonClicked, this, &DevicePane::act);
    connect(m_filter, &DeviceFilter::rowsInserted, this, &DevicePane::showWhatThereIs);
    connect(m_filter, &DeviceFilter::rowsRemoved, this, &DevicePane::showWhatThereIs);
    connect(m_filter, &DeviceFilter::rowsRemoved, this, &DevicePane::selectionChanged);
    showWhatThereIs();
}

void DevicePane::makeView()
{
    m_view->setModel(m_filter);
    m_view->setObjectName(QStringLiteral("devices"));
    m_view->setAccessibleName(tr("Devices"));
    m_view->setItemDelegateForColumn(DeviceModel::ProgressColumn, new ProgressDelegate(this));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setAlternatingRowColors(true);
    m_view->setAllColumnsShowFocus(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setSortingEnabled(true);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    makeHeader();
    setDefaultColumns();
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DevicePane::selectionChanged);
    connect(m_view, &QTreeView::customContextMenuRequested, this, [this](const QPoint &position) {
        Q_EMIT contextMenuRequested(m_view->viewport()->mapToGlobal(position));
    });
}

void DevicePane::makeHeader()
{
    QHeaderView *header = m_view->header();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setStretchLastSection(false);
    header->setSectionResizeMode(DeviceModel::StageColumn, QHeaderView::Stretch);
    header->setMinimumSectionSize(60);
    header->setToolTip(tr("Click to sort, right-click to choose columns"));
    connect(header, &QHeaderView::customContextMenuRequested, this, &DevicePane::showColumnMenu);
}

void DevicePane::setDefaultColumns()
{
    for (size_t column = 0; column < columnWidths.size(); ++column)
        m_view->setColumnWidth(int(column), columnWidths.at(column));
    m_view->setColumnHidden(DeviceModel::SerialColumn, true);
    m_view->sortByColumn(DeviceModel::DeviceColumn, Qt::AscendingOrder);
}

void DevicePane::showColumnMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = 1; column < DeviceModel::ColumnCount; ++column) {
        QAction *action = menu->addAction(columnTitle(DeviceModel::Column(column)));
        action->setCheckable(true);
        action->setChecked(!m_view->isColumnHidden(column));
        connect(action, &QAction::toggled, m_view,
                [this, column](bool shown) { m_view->setColumnHidden(column, !shown); });
    }
    menu->popup(m_view->header()->mapToGlobal(position));
}

QList<DeviceRow> DevicePane::selectedRows() const
{
    QModelIndexList indexes = m_view->selectionModel()->selectedRows();
    std::sort(indexes.begin(), indexes.end(),
              [](const QModelIndex &a, const QModelIndex &b) { return a.row() < b.row(); });
    QList<DeviceRow> rows;
    for (const QModelIndex &index : std::as_const(indexes)) {
        if (const DeviceRow *row =
                m_model.row(index.data(DeviceModel::MacRole).value<core::MacAddress>()))
            rows.append(*row);
    }
    return rows;
}

const DeviceRow *DevicePane::currentRow() const
{
    const QItemSelectionModel *selection = m_view->selectionModel();
    QModelIndex index = selection->currentIndex();
    if (!selection->isRowSelected(index.row())) {
        const QModelIndexList selected = selection->selectedRows();
        index = selected.isEmpty() ? QModelIndex() : selected.first();
    }
    if (!index.isValid())
        return nullptr;
    return m_model.row(
        index.siblingAtColumn(0).data(DeviceModel::MacRole).value<core::MacAddress>());
}

void DevicePane::setNextStep(NextStep step, const QString &listening)
{
    m_nextStep = step;
    m_listening = listening;
    showWhatThereIs();
}

void DevicePane::setNetworkBoot(bool serving)
{
    m_networkBoot = serving;
    showWhatThereIs();
}

void DevicePane::focusFilter()
{
    m_filterLine->setFocus(Qt::ShortcutFocusReason);
    m_filterLine->selectAll();
}

QByteArray DevicePane::saveColumns() const
{
    return m_view->header()->saveState();
}

void DevicePane::restoreColumns(const QByteArray &state)
{
    if (!state.isEmpty())
        m_view->header()->restoreState(state);
}

void DevicePane::filter(const QString &text)
{
    m_filter->setWords(text);
    showWhatThereIs();
}

void DevicePane::showWhatThereIs()
{
    if (m_filter->rowCount() > 0) {
        m_stack->setCurrentWidget(m_view);
        return;
    }
    m_empty->setContents(m_model.rowCount() > 0
                             ? nothingFoundText(m_filterLine->text())
                             : nextStepText(m_nextStep, m_listening, m_networkBoot));
    m_stack->setCurrentWidget(m_empty);
}

void DevicePane::act()
{
    if (m_model.rowCount() > 0)
        m_filterLine->clear();
    else
        Q_EMIT chooseImageRequested();
}

} // namespace ui
