// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_flushes.h"

#include <variant>

namespace core
{

using namespace Qt::StringLiterals;

quint64 FlushTickets::take(const JobId &job)
{
    m_waiting.insert({++m_newest, {job, true}});
    return m_newest;
}

bool FlushTickets::collect(quint64 ticket)
{
    return m_waiting.extract(ticket).mapped().kept;
}

QSet<JobId> FlushTickets::jobsIn(const std::vector<Change> &changes)
{
    QSet<JobId> jobs;
    for (const Change &change : changes) {
        const Job *job = std::get_if<Job>(&change);
        const Removal *removal = std::get_if<Removal>(&change);
        if (job)
            jobs.insert(job->id);
        else if (removal && removal->table == "job"_L1)
            jobs.insert(removal->key);
    }
    return jobs;
}

void FlushTickets::noteWrite(const QSet<JobId> &tried, const std::vector<Change> &left,
                             const std::vector<Change> &dropped)
{
    m_left = !left.empty();
    m_dropped = m_dropped || !dropped.empty();
    m_leftJobs = jobsIn(left);
    m_droppedJobs.subtract(tried).unite(jobsIn(dropped));
}

bool FlushTickets::isKept(const JobId &job) const
{
    if (job.isEmpty())
        return !m_left && !m_dropped;
    return !m_leftJobs.contains(job) && !m_droppedJobs.contains(job);
}

void FlushTickets::answer(quint64 ticket)
{
    bool ofAll = false;
    const auto end = m_waiting.upper_bound(ticket);
    for (auto it = m_waiting.upper_bound(m_answered); it != end; ++it) {
        it->second.kept = isKept(it->second.job);
        ofAll = ofAll || it->second.job.isEmpty();
    }
    m_dropped = m_dropped && !ofAll;
    m_answered = ticket;
}

} // namespace core
