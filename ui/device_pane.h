// SPDX-License-Identifier: GPL-3.0-or-later
// The table of devices with its filter line, and what to do next while it is empty.
#pragma once

#include "ui/device_row.h"

#include <QWidget>

class QLineEdit;
class QMenu;
class QStackedWidget;
class QTreeView;

namespace ui
{

class DeviceFilter;
class DeviceModel;
class EmptyState;

// What the empty table leads to.
enum class NextStep { ChooseImage, WaitForImport, ConnectDevice };

class DevicePane : public QWidget
{
    Q_OBJECT

public:
    // `model` outlives the pane.
    explicit DevicePane(DeviceModel &model, QWidget *parent = nullptr);

    [[nodiscard]] QList<DeviceRow> selectedRows() const; // in the order shown
    [[nodiscard]] const DeviceRow *currentRow() const;   // of the selected ones; null: none
    [[nodiscard]] QTreeView *view() const { return m_view; }
    [[nodiscard]] const EmptyState *emptyState() const { return m_empty; }

    void setNextStep(NextStep step, const QString &listening);
    void setNetworkBoot(bool serving); // this station's own; another server may do it
    void focusFilter();
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);

Q_SIGNALS:
    void selectionChanged();
    void chooseImageRequested();
    void contextMenuRequested(const QPoint &globalPosition);

private:
    void makeView();
    void makeHeader();
    void setDefaultColumns();
    void showColumnMenu(const QPoint &position);
    void filter(const QString &text);
    void showWhatThereIs();
    void act(); // the empty state's button

    DeviceModel &m_model;
    DeviceFilter *m_filter;
    QLineEdit *m_filterLine;
    QTreeView *m_view;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
    NextStep m_nextStep = NextStep::ChooseImage;
    QString m_listening;
    bool m_networkBoot = false;
};

} // namespace ui
