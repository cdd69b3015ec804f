// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/job_table.h"

#include <algorithm>

namespace core
{

JobTable::JobTable(QList<Job> jobs, QHash<MacAddress, JobId> formers)
    : m_list(std::move(jobs)), m_formers(std::move(formers))
{
    index();
}

void JobTable::index()
{
    m_index = {};
    for (qsizetype i = 0; i < m_list.size(); ++i)
        m_index.add(m_list.at(i), i);
}

Job *JobTable::find(const JobId &id)
{
    const auto at = m_index.find(id);
    return at ? &m_list[*at] : nullptr;
}

// A token dies with its job.
Job *JobTable::findByToken(const QString &token)
{
    for (const auto at : m_index.open()) {
        if (m_list.at(at).token == token)
            return &m_list[at];
    }
    return nullptr;
}

const Job *JobTable::latest(MacAddress mac) const
{
    const auto at = m_index.latest(mac);
    if (!at || m_list.at(*at).id == m_formers.value(mac))
        return nullptr;
    return &m_list.at(*at);
}

Job *JobTable::active(MacAddress mac)
{
    // A device gets no second job while it has one, so that only its latest can be active.
    const auto at = m_index.latest(mac);
    return at && !isEnded(m_list.at(*at).state) ? &m_list[*at] : nullptr;
}

QList<Job> JobTable::of(MacAddress mac, qsizetype most) const
{
    const QList<JobIndex::Position> all = m_index.of(mac);
    QList<Job> own;
    for (const auto at : all.last(std::min(most, all.size())))
        own.append(m_list.at(at));
    return own;
}

QList<Job *> JobTable::active()
{
    QList<Job *> jobs;
    for (const auto at : m_index.open())
        jobs.append(&m_list[at]);
    return jobs;
}

QList<JobId> JobTable::activeIds() const
{
    QList<JobId> ids;
    for (const auto at : m_index.open())
        ids.append(m_list.at(at).id);
    return ids;
}

Job &JobTable::add(const Job &job)
{
    m_index.add(job, m_list.size());
    m_list.append(job);
    return m_list.last();
}

void JobTable::remove(const QSet<JobId> &ids)
{
    m_list.removeIf([&ids](const Job &job) { return ids.contains(job.id); });
    index();
}

void JobTable::separate(MacAddress mac)
{
    if (const Job *last = latest(mac))
        m_formers.insert(mac, last->id);
}

} // namespace core
