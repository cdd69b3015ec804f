// SPDX-License-Identifier: GPL-3.0-or-later
// The selected device in full: its facts, its job, the history of its jobs,
// and what its program says.
#pragma once

#include "core/device_logs.h"
#include "ui/device_row.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTabWidget;
class QTreeView;

namespace ui
{

class EmptyState;
class DeviceLogView;
class FactsForm;
class JobModel;

class DetailsPane : public QWidget
{
    Q_OBJECT

public:
    explicit DetailsPane(QWidget *parent = nullptr);

    static constexpr qsizetype historyLength = 1000; // jobs that are shown, the newest

    void showDevice(const DeviceRow &row);
    // Only the page that is in view is kept up to date: history and log can be long.
    [[nodiscard]] bool showsHistory() const;
    [[nodiscard]] bool showsLog() const;
    // The device's newest jobs, oldest first, of `all`.
    void showHistory(const QList<core::Job> &jobs, qsizetype all);
    // What the device's program said; null: nothing yet.
    void showLog(const core::DeviceLogs::Log *log);
    void showNothing();

    enum Page { Facts, History, Log };
    void setPage(Page page);

    [[nodiscard]] const FactsForm *jobForm() const { return m_job; }
    [[nodiscard]] const FactsForm *deviceForm() const { return m_device; }
    [[nodiscard]] const DeviceLogView *logView() const { return m_log; }

Q_SIGNALS:
    void pageChanged();

private:
    [[nodiscard]] QWidget *makeFactsPage();
    [[nodiscard]] QWidget *makeHistoryPage();

    JobModel *m_jobs;
    FactsForm *m_device;
    FactsForm *m_job;
    QTreeView *m_history = nullptr;
    QLabel *m_older = nullptr;
    DeviceLogView *m_log;
    QTabWidget *m_tabs;
    EmptyState *m_nothing;
    QStackedWidget *m_stack;
};

} // namespace ui
