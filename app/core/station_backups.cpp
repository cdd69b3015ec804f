// SPDX-License-Identifier: GPL-3.0-or-later
// Backups' side of the disk: their destinations are opened, watched and cleared. What a disk or
// share has to be asked is asked by errands: none may hold the station up.
#include "core/backup_path.h"
#include "core/station.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

void ignore(const Result<void> &) {}

qint64 toSeconds(std::chrono::milliseconds time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

} // namespace

Result<JobId> Station::backup(MacAddress mac, const QString &path, const JobOptions &options)
{
    Device *source = findDevice(mac);
    if (!source)
        return Failure{FailureCode::UnknownDevice, Stage::None, mac.toString()};
    if (activeJob(mac))
        return Failure{FailureCode::DeviceBusy, Stage::None, mac.toString()};
    if (!QDir::isAbsolutePath(path))
        return Failure{FailureCode::BadRequest, Stage::None, u"path is missing or not absolute"_s};
    if (const auto where = BackupPath::parse(path); !where)
        return where.failure();
    if (options.verify == protocol::VerifyScope::Full && source->isRegistered() &&
        source->level == Level::Plain)
        return Failure{FailureCode::Unsupported, Stage::None,
                       u"curl does not read a device twice"_s};
    adoptUnit(*source);

    Job job;
    job.mac = mac;
    job.kind = JobKind::Backup;
    job.path = path;
    job.phase = protocol::Phase::Reading;
    job.total = source->storage.size;
    job.options = options;
    job.level = source->level;
    identify(job);
    openDestination(job, false);
    return addJob(std::move(job));
}

void Station::openDestination(const Job &job, bool resumed)
{
    BackupOrder order;
    order.job = job.id;
    order.path = job.path;
    order.size = job.total;
    order.overwrite = job.options.overwrite;
    order.resumed = resumed;
    // The thread may not have come to it yet.
    order.before = m_discarding.take(QDir::cleanPath(job.path)).lock();
    m_openings.open(order, steady());
}

void Station::takeDestination(const JobId &id, const SinkResult &result)
{
    Job *job = m_jobs.find(id);
    if (!job || isEnded(job->state)) { // nobody waits for it any more
        clearRecord(id);
        return;
    }
    job->destinationSeconds = 0;
    if (result) {
        Transfer::Description description;
        description.sink = *result;
        const Device *source = findDevice(job->mac);
        description.registeredSize = source ? source->storage.size : 0;
        addTransfer(std::move(description), *job);
        Q_EMIT deviceChanged(job->mac);
    } else {
        fail(*job, result.failure());
    }
    Q_EMIT destinationOpened(id);
}

void Station::watchOpenings(qint64 nowMs)
{
    for (const BackupOpenings::Waiting &opening : m_openings.waiting(nowMs)) {
        Job *job = m_jobs.find(opening.job);
        if (!job)
            continue;
        if (opening.time >= destinationDeadline) {
            fail(*job, {FailureCode::DestinationStalled, Stage::Receive, job->path});
            Q_EMIT destinationOpened(opening.job);
        } else if (toSeconds(opening.time) != job->destinationSeconds) {
            job->destinationSeconds = toSeconds(opening.time);
            Q_EMIT deviceChanged(job->mac);
        }
    }
}

// A disk or share that takes nothing: said soon, and ended in the end. Until then it is not the
// device that is silent.
bool Station::watchDestination(Job &job, const Transfer &transfer)
{
    const auto &sink = transfer.description().sink;
    const auto stalled = sink ? sink->stalledFor() : std::chrono::milliseconds(0);
    if (stalled >= destinationDeadline && stopTransfer(job)) {
        fail(job, {FailureCode::DestinationStalled, Stage::Receive, job.path});
        return false;
    }
    const bool shown = stalled >= destinationPatience;
    job.destinationSeconds = shown ? toSeconds(stalled) : 0;
    if (shown)
        markAlive(job);
    return true;
}

// Not here: removing gigabytes takes its time, and so does closing what has no name, or what lies
// on a share.
void Station::endSink(const Job &job, std::shared_ptr<Transfer> transfer)
{
    const bool isKept = job.state == JobState::Succeeded;
    if (!isKept) {
        m_discarding.removeIf([](const auto &entry) { return entry.value().expired(); });
        m_discarding.insert(QDir::cleanPath(job.path), transfer->description().sink);
    }
    auto end = [transfer = std::move(transfer), isKept]() -> Result<void> {
        if (!isKept)
            transfer->description().sink->discard();
        return {}; // the thread is the last that has it
    };
    m_errands.run<void>(QFileInfo(job.path).path(), std::move(end), ignore);
}

// Of backups that ended in the last moment before a crash, or that nobody was told of.
void Station::clearLeftovers()
{
    for (const QString &id : m_register.jobs()) {
        const Job *job = m_jobs.find(id);
        if (!job || isEnded(job->state))
            clearFiles(id);
    }
}

// Once the database knows that it has ended: until then it may have to be gone on with. Where it
// could not be told, the next start does it.
void Station::clearRecord(const JobId &id)
{
    m_flushes.submit([this, id] {
        if (m_store.flush(id))
            m_transferEvents.post([this, id] { clearFiles(id); });
    });
}

void Station::clearFiles(const JobId &id)
{
    const auto entry = m_register.read(id); // none, or one that was cut off by a crash: to go, too
    const QString path = entry ? entry->path : QString();
    m_openings.clear(id, path, [this, path] { return isWrittenTo(path); });
}

bool Station::isWrittenTo(const QString &path)
{
    const auto jobs = m_jobs.active();
    return std::any_of(jobs.begin(), jobs.end(), [&](const Job *job) {
        return job->kind == JobKind::Backup && m_board.find(job->token) &&
               QDir::cleanPath(job->path) == QDir::cleanPath(path);
    });
}

} // namespace core
