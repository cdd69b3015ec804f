// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of deploys, as far as the station has to keep it: the limit, and each job's place.
#include "core/station.h"

#include <algorithm>
#include <utility>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

constexpr auto maxDeploysKey = "max-deploys"_L1;

} // namespace

void Station::restoreMaxDeploys(const Snapshot &snapshot)
{
    m_maxDeploys = std::max(0, snapshot.settings.value(maxDeploysKey).toInt());
    if (m_options.maxDeploys)
        setMaxDeploys(*m_options.maxDeploys);
    updatePlaces();
}

void Station::setMaxDeploys(int limit)
{
    limit = std::clamp(limit, 0, maxDeploysLimit);
    if (limit == m_maxDeploys)
        return;
    m_maxDeploys = limit;
    m_store.saveSetting(maxDeploysKey, QString::number(limit));
    updatePlaces();
    Q_EMIT maxDeploysChanged();
}

// Everything that moves the queue ends here, and so does time: a device that falls silent or goes
// away lets others pass.
void Station::updatePlaces()
{
    if (m_maxDeploys == 0 && m_waitingDeploys == 0)
        return;
    const qint64 nowMs = steady();
    QList<Job *> deploys;
    QList<SlotClaim> claims;
    for (Job *job : m_jobs.active()) {
        if (job->kind != JobKind::Deploy)
            continue;
        const Device *target = findDevice(job->mac);
        deploys.append(job);
        claims.append(slotClaim(*job, target && isOnline(*target),
                                m_meters.value(job->id).silentMs(nowMs),
                                m_gauges.value(job->id).rhythm.isSteady(nowMs)));
    }
    const QList<int> places = queuePlaces(m_maxDeploys, claims);
    const int waiting = int(places.size() - places.count(0));
    const bool otherLength = std::exchange(m_waitingDeploys, waiting) != waiting;
    QList<MacAddress> moved;
    for (qsizetype i = 0; i < places.size(); ++i) {
        const int before = std::exchange(deploys[i]->place, places.at(i));
        if (before != places.at(i) || (otherLength && places.at(i) > 0))
            moved.append(deploys[i]->mac);
    }
    for (const MacAddress mac : std::as_const(moved))
        Q_EMIT deviceChanged(mac);
}

} // namespace core
