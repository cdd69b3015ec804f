// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details_pane.h"

#include "ui/device_facts.h"
#include "ui/device_log_view.h"
#include "ui/empty_state.h"
#include "ui/job_model.h"
#include "ui/job_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace ui
{
namespace
{

QScrollArea *scrolled(QWidget *content)
{
    auto *area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->viewport()->setBackgroundRole(QPalette::Base);
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    return area;
}

} // namespace

DetailsPane::DetailsPane(QWidget *parent)
    : QWidget(parent),
      m_jobs(new JobModel(this)),
      m_device(new FactsForm),
      m_job(new FactsForm),
      m_log(new DeviceLogView),
      m_tabs(new QTabWidget),
      m_nothing(new EmptyState),
      m_stack(new QStackedWidget)
{
    m_tabs->addTab(makeFactsPage(), tr("Details"));
    m_tabs->addTab(makeHistoryPage(), tr("History"));
    m_tabs->addTab(m_log, tr("Log"));
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("The selected device"));
    connect(m_tabs, &QTabWidget::currentChanged, this, &DetailsPane::pageChanged);
    m_device->setHeading(tr("Device"));
    m_nothing->setContents(
        {Glyph::None, {}, tr("Select a device to see everything about it."), {}});
    m_nothing->setAutoFillBackground(true);
    m_nothing->setBackgroundRole(QPalette::Base);
    m_stack->setFrameShape(QFrame::StyledPanel);
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(m_tabs);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
}

QWidget *DetailsPane::makeFactsPage()
{
    auto *page = new QWidget;
    auto *layout = new QHBoxLayout(page);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_job, 1);
    layout->addWidget(m_device, 1);
    return scrolled(page);
}

QWidget *DetailsPane::makeHistoryPage()
{
    m_history = new QTreeView;
    m_history->setModel(m_jobs);
    m_history->setRootIsDecorated(false);
    m_history->setUniformRowHeights(true);
    m_history->setAllColumnsShowFocus(true);
    m_history->setFrameShape(QFrame::NoFrame);
    m_history->setAccessibleName(tr("History of the selected device"));
    // The pane is narrow: what can be long shares what the rest leaves.
    QHeaderView *header = m_history->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(JobModel::SubjectColumn, QHeaderView::Stretch);
    header->setSectionResizeMode(JobModel::ResultColumn, QHeaderView::Stretch);
    header->setResizeContentsPrecision(0); // by the rows in view
    m_older = new QLabel;
    m_older->setTextFormat(Qt::PlainText);
    m_older->setContentsMargins(8, 2, 8, 4);
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_history);
    layout->addWidget(m_older);
    return page;
}

bool DetailsPane::showsHistory() const
{
    return m_tabs->currentIndex() == History;
}

bool DetailsPane::showsLog() const
{
    return m_tabs->currentIndex() == Log;
}

void DetailsPane::setPage(Page page)
{
    m_tabs->setCurrentIndex(page);
}

void DetailsPane::showHistory(const QList<core::Job> &jobs, qsizetype all)
{
    m_jobs->setJobs(jobs);
    m_older->setVisible(all > jobs.size());
    if (all > jobs.size())
        m_older->setText(tr("The newest %1 of %2 jobs").arg(jobs.size()).arg(all));
}

void DetailsPane::showDevice(const DeviceRow &row)
{
    m_device->setFacts(deviceFacts(row));
    m_job->setVisible(row.job.has_value());
    if (row.job)
        m_job->setHeading(row.hasActiveJob() ? jobKindName(row.job->kind)
                                             : tr("Last job: %1").arg(jobKindName(row.job->kind)));
    m_job->setFacts(jobFacts(row));
    m_stack->setCurrentWidget(m_tabs);
}

void DetailsPane::showLog(const core::DeviceLogs::Log *log)
{
    m_log->showLog(log ? *log : core::DeviceLogs::Log());
}

void DetailsPane::showNothing()
{
    m_jobs->setJobs({});
    m_stack->setCurrentWidget(m_nothing);
}

} // namespace ui
