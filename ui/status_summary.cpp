// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/status_summary.h"

#include "ui/format.h"

#include <QCoreApplication>

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::StatusSummary)
};

} // namespace

StatusSummary summarize(const QList<DeviceRow> &rows)
{
    StatusSummary summary;
    summary.devices = int(rows.size());
    for (const DeviceRow &row : rows) {
        summary.online += row.isOnline() ? 1 : 0;
        summary.activeJobs += row.hasActiveJob() ? 1 : 0;
        summary.waitingJobs += row.isInQueue() ? 1 : 0;
        summary.bytesPerSecond += row.isMoving() ? row.job->bytesPerSecond : 0;
    }
    return summary;
}

QString devicesText(const StatusSummary &summary)
{
    if (summary.devices == 0)
        return Tr::tr("No devices");
    if (summary.online == summary.devices)
        return Tr::tr("%n device(s) online", nullptr, summary.devices);
    if (summary.online == 0)
        return Tr::tr("%n device(s), none online", nullptr, summary.devices);
    return Tr::tr("%n device(s), %1 online", nullptr, summary.devices).arg(summary.online);
}

QString jobsText(const StatusSummary &summary)
{
    if (summary.activeJobs == 0)
        return Tr::tr("No jobs");
    QString jobs = Tr::tr("%n job(s)", nullptr, summary.activeJobs);
    if (summary.waitingJobs > 0)
        jobs = Tr::tr("%1, %2 queued", "12 jobs, 8 queued").arg(jobs).arg(summary.waitingJobs);
    if (summary.bytesPerSecond <= 0)
        return jobs;
    return Tr::tr("%1, %2", "2 jobs, 84.2 MiB/s").arg(jobs, format::speed(summary.bytesPerSecond));
}

} // namespace ui
