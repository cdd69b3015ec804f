// SPDX-License-Identifier: GPL-3.0-or-later
// Deploys and the station's copy of their image: none begins before that was found to be good.
#include "core/station.h"

#include <utility>

namespace core
{

using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

// Devices that have begun may have what they need already; if not, they will hear it.
void Station::failBeforeTheWipe(const QString &identity, const Failure &failure)
{
    for (const JobId &id : m_jobs.activeIds()) {
        Job *job = m_jobs.find(id);
        if (!job || job->kind != JobKind::Deploy || job->imageIdentity != identity)
            continue;
        const bool waits = job->state == JobState::Queued || job->state == JobState::Offered;
        if (waits && !job->started.isValid())
            fail(*job, failure);
    }
}

bool Station::isPackGood(Job &job)
{
    if (job.kind != JobKind::Deploy || job.started.isValid())
        return true;
    if (const auto known = m_library.checkPack(job.imageIdentity); !known) {
        fail(job, known.failure());
        return false;
    }
    return !m_library.isBeingChecked(job.imageIdentity);
}

// So that a device that asks for it need not wait; damage is found although nobody asks.
void Station::watchPack(Job &job)
{
    const bool waits = job.state == JobState::Queued || job.state == JobState::Offered;
    const Device *target = findDevice(job.mac);
    const bool isWanted = waits && job.kind == JobKind::Deploy && !job.started.isValid() &&
                          target && isOnline(*target);
    if (isWanted)
        (void)m_library.checkPack(job.imageIdentity);
    watchLibrary(job,
                 isWanted ? m_library.waitingFor(job.imageIdentity) : std::chrono::milliseconds(0));
}

// As with a backup's disk: said soon, and given up in the end, for all that wait for it.
void Station::watchLibrary(Job &job, std::chrono::milliseconds waiting)
{
    if (waiting >= destinationDeadline) {
        const QString identity = job.imageIdentity; // the job may move while others hear of it
        const QString path = m_library.giveUpWaiting(identity);
        failBeforeTheWipe(identity, {FailureCode::StationIoError, Stage::Check, path});
        return;
    }
    using std::chrono::duration_cast, std::chrono::seconds;
    const qint64 shown =
        waiting >= destinationPatience ? qint64(duration_cast<seconds>(waiting).count()) : 0;
    if (std::exchange(job.imageSeconds, shown) != shown)
        Q_EMIT deviceChanged(job.mac);
}

} // namespace core
