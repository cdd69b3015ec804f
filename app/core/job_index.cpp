// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/job_index.h"

namespace core
{

void JobIndex::add(const Job &job, Position at)
{
    m_byId.insert(job.id, at);
    m_byDevice[job.mac].append(at);
    if (!isEnded(job.state))
        m_open.append(at);
}

void JobIndex::close(const JobId &id)
{
    if (const auto at = find(id))
        m_open.removeOne(*at);
}

std::optional<JobIndex::Position> JobIndex::find(const JobId &id) const
{
    const auto found = m_byId.constFind(id);
    return found == m_byId.constEnd() ? std::nullopt : std::optional(*found);
}

std::optional<JobIndex::Position> JobIndex::latest(MacAddress mac) const
{
    const auto found = m_byDevice.constFind(mac);
    return found == m_byDevice.constEnd() ? std::nullopt : std::optional(found->last());
}

} // namespace core
