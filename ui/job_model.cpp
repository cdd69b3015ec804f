// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/job_model.h"

#include "ui/bottleneck_text.h"
#include "ui/format.h"
#include "ui/glyph_icon.h"
#include "ui/job_text.h"
#include "ui/plain_text.h"

#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

using core::Job;

namespace ui
{
namespace
{

QString cellText(const Job &job, int column)
{
    switch (column) {
    case JobModel::TimeColumn:
        return format::time(job.created, QDateTime::currentDateTimeUtc());
    case JobModel::KindColumn:
        return jobKindName(job.kind);
    case JobModel::SubjectColumn:
        return jobSubject(job);
    case JobModel::ResultColumn:
        return jobResultText(job).text;
    case JobModel::DurationColumn:
        return jobDuration(job);
    case JobModel::BottleneckColumn:
        return bottleneckName(job.bottleneck);
    default:
        return {};
    }
}

QString toolTip(const Job &job, int column)
{
    if (column == JobModel::BottleneckColumn)
        return bottleneckMeaning(job);
    if (column != JobModel::ResultColumn)
        return cellText(job, column);
    const StageText result = jobResultText(job);
    QStringList lines{result.text, result.nextStep, job.failure.detail};
    lines.removeAll(QString());
    return lines.join(u'\n');
}

// Rows from the top on that may look other than they did.
qsizetype liveRows(const QList<Job> &newestFirst)
{
    qsizetype live = 0;
    for (qsizetype i = 0; i < newestFirst.size(); ++i) {
        if (!core::isEnded(newestFirst.at(i).state))
            live = i + 1;
    }
    return live;
}

} // namespace

void JobModel::setJobs(const QList<Job> &jobs)
{
    const QList<Job> newestFirst(jobs.rbegin(), jobs.rend());
    if (!isContinuedBy(newestFirst)) {
        beginResetModel();
        m_jobs = newestFirst;
        endResetModel();
        return;
    }
    const qsizetype live = liveRows(m_jobs);
    if (const qsizetype added = newestFirst.size() - m_jobs.size(); added > 0) {
        beginInsertRows({}, 0, int(added) - 1);
        m_jobs = newestFirst;
        endInsertRows();
    } else {
        m_jobs = newestFirst;
    }
    if (live > 0)
        Q_EMIT dataChanged(index(0, 0), index(int(live) - 1, ColumnCount - 1));
}

bool JobModel::isContinuedBy(const QList<Job> &newestFirst) const
{
    const qsizetype added = newestFirst.size() - m_jobs.size();
    return added >= 0 && std::equal(m_jobs.begin(), m_jobs.end(), newestFirst.begin() + added,
                                    [](const Job &a, const Job &b) { return a.id == b.id; });
}

int JobModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_jobs.size());
}

int JobModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Job &job = m_jobs.at(index.row());
    const bool result = index.column() == ResultColumn;
    switch (role) {
    case Qt::DisplayRole:
        return cellText(job, index.column());
    case Qt::ToolTipRole:
        return plain(toolTip(job, index.column()));
    case Qt::DecorationRole:
        return result ? QVariant(glyphIcon(jobResultText(job).glyph, jobResultText(job).tone))
                      : QVariant();
    case Qt::ForegroundRole:
        return result ? QVariant(toneColor(jobResultText(job).tone, QGuiApplication::palette()))
                      : QVariant();
    default:
        return {};
    }
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Ordered");
    case KindColumn:
        return tr("What");
    case SubjectColumn:
        return tr("Image or file");
    case ResultColumn:
        return tr("Result");
    case DurationColumn:
        return tr("Took");
    case BottleneckColumn:
        return tr("Limited by");
    default:
        return {};
    }
}

} // namespace ui
