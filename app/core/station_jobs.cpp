// SPDX-License-Identifier: GPL-3.0-or-later
// The course of jobs: what the lane tells, deadlines, and what lives on over a restart.
#include "core/station.h"

#include "protocol/limits.h"
#include "protocol/names.h"

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Phase;
using protocol::Result;
using protocol::Stage;

namespace
{

// Told at once, also when the device goes on a moment later: whoever looks wants to know why it
// stood still.
const Failure stationRestarted{FailureCode::StationRestarted, Stage::None, {}};

constexpr qint64 presumedMs = 15'000;

bool readsTwice(const Job &job, Level level)
{
    return job.kind == JobKind::Backup && level == Level::Full &&
           job.options.verify == protocol::VerifyScope::Full;
}

// A client that knows nothing of a second read does not say that it has done it.
QString noteOf(const Job &job, const TransferEvent &event)
{
    if (!readsTwice(job, Level::Full) || event.note.contains(protocol::names::readTwice))
        return event.note;
    const QString once = u"read once only, although it was to be read twice"_s;
    return event.note.isEmpty() ? once : once + "; "_L1 + event.note;
}

} // namespace

void Station::restore(const Snapshot &snapshot)
{
    m_devices = DeviceTable(snapshot.devices);
    restoreUnits(snapshot);
    for (const Device &device : m_devices.list()) {
        noteIdle(device);
        presume(device);
    }
    m_golden.restore(snapshot);
    clearLeftovers(); // before another job is at their paths
    m_lostHistory.restore(snapshot, m_options.autoMode != AutoMode::Off);
    for (Job *unfinished : m_jobs.active()) {
        Job &job = *unfinished;
        m_meters.insert(job.id, ProgressMeter(steady()));
        const bool wasRunning = job.started.isValid();
        if (job.kind == JobKind::Backup) {
            openDestination(job, true);
        } else if (const auto opened = openPackTransfer(job); !opened) {
            fail(job, opened.failure());
            continue;
        }
        keepImage(job);
        if (wasRunning)
            interrupt(job, stationRestarted);
    }
    m_library.removeOrphans();
    restoreImageStates();
    restoreOwedReboots(snapshot);
    restoreMaxDeploys(snapshot);
    if (m_options.guard == GuardMode::Off)
        allowAll();
}

// Who was there a moment before the restart most likely is there still.
void Station::presume(const Device &device)
{
    const qint64 awayMs = device.lastSeen.msecsTo(now());
    if (device.lastSeen.isValid() && awayMs >= 0 && awayMs < presumedMs)
        m_presence[device.mac].heard = std::max<qint64>(0, steady() - awayMs);
}

void Station::restoreImageStates()
{
    for (const Image &image : m_library.images()) {
        m_imageStates.insert(image.id, image.state);
        if (image.state == ImageState::Failed && image.failure.code == FailureCode::PackDamaged)
            post({now(), MessageKind::ImageDamaged, {}, {}, image.id, image.failure, {}});
    }
}

void Station::keepImage(const Job &job)
{
    if (job.kind == JobKind::Deploy)
        m_library.keepForJob(job.imageIdentity);
}

void Station::identify(Job &job) const
{
    job.id = newSecret();
    job.token = newSecret();
    job.created = now();
}

Result<void> Station::openPackTransfer(const Job &job)
{
    Transfer::Description description;
    description.pack = m_library.pack(job.image);
    // Its image may have been taken off the library meanwhile.
    if (!description.pack)
        description.pack = m_library.packOf(job.imageIdentity);
    if (!description.pack)
        return Failure{FailureCode::PackDamaged, Stage::Check, job.imageName};
    addTransfer(std::move(description), job);
    return {};
}

void Station::addTransfer(Transfer::Description description, const Job &job)
{
    description.token = job.token;
    description.job = job.id;
    description.mac = job.mac;
    description.kind = job.kind;
    const auto transfer = std::make_shared<Transfer>(std::move(description));
    if (const Device *device = findDevice(job.mac))
        transfer->setPeer(device->address, device->session);
    m_board.add(transfer);
}

bool Station::move(Job &job, JobEvent event)
{
    const auto next = nextState(job.state, event);
    if (!next)
        return false;
    job.state = *next;
    return true;
}

void Station::begin(Job &job, Level level)
{
    const bool fresh = job.state != JobState::Transferring && job.state != JobState::Verifying;
    if (!move(job, JobEvent::Begin))
        return;
    markAlive(job);
    job.level = level;
    if (!fresh && !job.interrupted)
        return;
    Gauge &gauge = m_gauges[job.id];
    gauge.rhythm.begin(steady());
    gauge.wasAttached = false;
    if (gauge.overall.total() == 0)
        gauge.overall = OverallProgress(level == Level::Full ? dataBytesOf(job) : 0);
    const bool first = !job.started.isValid();
    if (first)
        job.started = now();
    job.interrupted = false;
    job.failure = {};
    job.phase = job.kind == JobKind::Backup ? Phase::Reading
                : level == Level::Plain     ? Phase::Writing
                                            : Phase::Checking;
    m_store.save(job);
    if (first)
        post(MessageKind::JobStarted, job);
    Q_EMIT deviceChanged(job.mac);
}

// What a job that is not at work has not.
void Station::standStill(Job &job)
{
    job.destinationSeconds = 0;
    job.imageSeconds = 0;
    job.bytesPerSecond = 0;
    job.wireBytesPerSecond = 0;
    job.secondsLeft = -1;
    job.overallSecondsLeft = -1;
    job.silentSeconds = 0;
    job.bottleneck = protocol::Bottleneck::None;
    if (const auto gauge = m_gauges.find(job.id); gauge != m_gauges.end())
        gauge->waits.stop();
}

void Station::interrupt(Job &job, const Failure &why)
{
    if (!move(job, JobEvent::Interrupt))
        return;
    const bool repeated = job.interrupted;
    job.interrupted = true;
    job.failure = why;
    standStill(job);
    Gauge &gauge = m_gauges[job.id];
    gauge.rhythm.breakOff(steady());
    gauge.rounds.breakOff(why, steady());
    gauge.overall.pause();
    m_store.save(job);
    if (!repeated)
        post(MessageKind::JobInterrupted, job);
    Q_EMIT deviceChanged(job.mac);
}

void Station::succeed(Job &job, Outcome outcome)
{
    if (!move(job, JobEvent::Succeed))
        return;
    job.outcome = outcome;
    job.failure = {};
    Device *target = findDevice(job.mac);
    if (target && job.kind == JobKind::Deploy && target->armed) {
        target->armed = false; // endless re-flashing starts with forgetting this
        m_store.save(*target);
    }
    closeJob(job, MessageKind::JobSucceeded);
    guard(job);
}

void Station::fail(Job &job, const Failure &failure)
{
    if (!move(job, JobEvent::Fail))
        return;
    job.failure = failure;
    const bool readWrong = failure.code == FailureCode::PackDamaged ||
                           failure.code == FailureCode::ImageCorrupt ||
                           failure.code == FailureCode::StationIoError;
    if (job.kind == JobKind::Deploy && readWrong)
        m_library.suspectPack(job.imageIdentity);
    closeJob(job, MessageKind::JobFailed);
}

void Station::closeJob(Job &job, MessageKind message)
{
    job.ended = now();
    job.interrupted = false;
    job.place = 0;
    standStill(job);
    job.bottleneck = m_gauges.value(job.id).waits.longest();
    if (job.state == JobState::Succeeded)
        job.overallDone = job.overallTotal;
    releaseTransfer(job);
    m_jobs.noteEnd(job);
    m_store.save(job);
    post(message, job);
    Q_EMIT deviceChanged(job.mac);
    updatePlaces();
}

// Everything that only a job that is not ended has.
void Station::releaseTransfer(const Job &job)
{
    auto transfer = m_board.find(job.token);
    m_board.remove(job.token);
    if (transfer && transfer->description().sink)
        endSink(job, std::move(transfer));
    if (job.kind == JobKind::Deploy)
        m_library.letGoOfJob(job.imageIdentity);
    else if (!m_openings.cancel(job.id))
        clearRecord(job.id);
    m_meters.remove(job.id);
    m_gauges.remove(job.id);
    m_automatic.drop(job.mac);
}

bool Station::stopTransfer(const Job &job) const
{
    const auto transfer = m_board.find(job.token);
    return !transfer || transfer->stop();
}

// The size may have been told when the stream had ended already: then nobody has compared it.
bool Station::isAsLongAsExpected(const Job &job, qint64 received) const
{
    const auto transfer = m_board.find(job.token);
    return transfer && transfer->expectedSize() > 0 && received >= transfer->expectedSize();
}

void Station::handleTransferEvent(const TransferEvent &event)
{
    Job *job = m_jobs.findByToken(event.token);
    if (!job || isEnded(job->state))
        return;
    switch (event.kind) {
    case TransferEvent::Kind::Began:
        begin(*job, event.level);
        break;
    case TransferEvent::Kind::Interrupted:
        interrupt(*job, event.failure);
        break;
    case TransferEvent::Kind::Failed:
        fail(*job, event.failure);
        break;
    case TransferEvent::Kind::Completed:
        begin(*job, event.level);
        job->note = noteOf(*job, event);
        if (job->kind == JobKind::Deploy) {
            job->done = job->total;
            succeed(*job, Outcome::SentNotVerified);
            break;
        }
        job->imageIdentity = event.backup.identity;
        job->done = job->total = event.backup.size;
        if (event.level == Level::Full)
            succeed(*job, Outcome::BackupVerified);
        else if (isAsLongAsExpected(*job, event.backup.size))
            succeed(*job, Outcome::BackupReceived);
        else
            succeed(*job, Outcome::BackupLengthUnknown);
        break;
    }
}

void Station::handleImageChange(const QString &id)
{
    const Image *image = m_library.image(id);
    if (!image)
        return;
    const ImageState before = m_imageStates.value(id, ImageState::Importing);
    m_imageStates.insert(id, image->state);
    if (before == image->state)
        return;
    if (image->state == ImageState::Failed) {
        const bool damaged = image->failure.code == FailureCode::PackDamaged;
        post({now(),
              damaged ? MessageKind::ImageDamaged : MessageKind::ImportFailed,
              {},
              {},
              id,
              image->failure,
              {}});
    } else if (image->state == ImageState::Ready) {
        post({now(), MessageKind::ImportFinished, {}, {}, id, {}, {}});
        automateAll();
    }
}

void Station::tick()
{
    const qint64 nowMs = steady();
    bool busy = false;
    // By their ids: who hears of a change may touch the list.
    for (const JobId &id : m_jobs.activeIds()) {
        if (Job *job = m_jobs.find(id))
            watchPack(*job);
        Job *job = m_jobs.find(id);
        if (!job)
            continue;
        sampleJob(*job, nowMs);
        busy = busy || job->state == JobState::Transferring || job->state == JobState::Verifying;
    }
    m_library.setBusy(busy);
    watchOpenings(nowMs);
    expireOneShots(nowMs);
    watchOnline();
    forgetConflicts();
    updatePlaces();
    if (const auto error = m_store.takeError())
        post({now(), MessageKind::StationWarning, {}, {}, {}, *error, {}});
}

void Station::sampleJob(Job &job, qint64 nowMs)
{
    if (job.state != JobState::Transferring && job.state != JobState::Verifying)
        return;
    ProgressMeter &meter = m_meters[job.id];
    const auto transfer = m_board.find(job.token);
    if (transfer) {
        const qint64 moved = transfer->moved.exchange(0);
        if (moved > 0)
            markAlive(job);
        if (moved > 0)
            m_presence[job.mac].heard = nowMs;
        sampleWire(job, moved, nowMs);
        // Our client tells its own progress; of a plain one, and of a backup, the station knows it
        // first hand.
        const bool readAgain = job.phase == Phase::Verifying; // of that the device alone knows
        if (job.level == Level::Plain || (job.kind == JobKind::Backup && !readAgain))
            job.done = transfer->done;
        if (job.level == Level::Plain)
            samplePlain(job, *transfer, nowMs);
        if (!watchDestination(job, *transfer))
            return;
    }
    meter.sample(job.phase, job.done, nowMs);
    job.bytesPerSecond = meter.bytesPerSecond();
    job.secondsLeft = meter.secondsLeft(job.done, job.total);
    sampleOverall(job);
    // A plain transfer's deadline is the lane's: it alone sees the connection.
    const std::chrono::milliseconds silence(meter.silentMs(nowMs));
    if (job.level == Level::Full) {
        watchConnection(job, transfer && transfer->isAttached(), silence);
        watchSilence(job, silence);
    }
    Q_EMIT deviceChanged(job.mac);
}

// What it waits for only the station can tell.
void Station::samplePlain(Job &job, const Transfer &transfer, qint64 nowMs)
{
    Gauge &gauge = m_gauges[job.id];
    job.bottleneck = gauge.meter.sample(job.phase, job.done, transfer.clocks.times(job.kind),
                                        std::chrono::milliseconds(nowMs));
    gauge.waits.note(job.bottleneck, nowMs);
}

void Station::markAlive(Job &job)
{
    m_meters[job.id].markAlive(steady());
    job.silentSeconds = 0;
}

// A client that is killed closes its connection and says no more: that is known long before the
// deadline of one that may only be slow.
void Station::watchConnection(Job &job, bool attached, std::chrono::milliseconds silence)
{
    Gauge &gauge = m_gauges[job.id];
    gauge.wasAttached = gauge.wasAttached || attached;
    if (gauge.wasAttached && !attached && silence >= protocol::fullSilence)
        interrupt(job, {FailureCode::ConnectionLost, Stage::None,
                        u"its connection ended, and the device says nothing"_s});
}

void Station::watchSilence(Job &job, std::chrono::milliseconds silence)
{
    if (job.interrupted)
        return;
    if (silence > protocol::fullStallDeadline) {
        interrupt(job, {FailureCode::NotReported, Stage::None, {}});
    } else if (silence >= protocol::fullSilence) {
        standStill(job);
        job.silentSeconds = std::chrono::duration_cast<std::chrono::seconds>(silence).count();
    }
}

void Station::sampleWire(Job &job, qint64 moved, qint64 nowMs)
{
    Gauge &gauge = m_gauges[job.id];
    gauge.wireBytes += moved;
    gauge.wire.sample(job.phase, gauge.wireBytes, nowMs);
    job.wireBytesPerSecond = gauge.wire.bytesPerSecond();
}

void Station::expireOneShots(qint64 nowMs)
{
    for (auto shot = m_oneShots.begin(); shot != m_oneShots.end();) {
        if (shot->expires > nowMs) {
            ++shot;
            continue;
        }
        const MacAddress mac = shot.key();
        post({now(), MessageKind::ActionExpired, mac, {}, {}, {}, protocol::toWire(shot->action)});
        shot = m_oneShots.erase(shot);
        Q_EMIT deviceChanged(mac);
    }
}

void Station::watchOnline()
{
    QList<MacAddress> turned;
    for (const Device &known : m_devices.list()) {
        const bool online = isOnline(known);
        if (m_presence[known.mac].online == online)
            continue;
        m_presence[known.mac].online = online;
        turned.append(known.mac);
    }
    for (const MacAddress mac : std::as_const(turned)) {
        if (Device *device = findDevice(mac))
            allowForJob(*device);
        Q_EMIT deviceChanged(mac);
    }
}

// Of an image, what is written to the device and read back; 1 where there is none, for the sake of
// a total.
qint64 Station::dataBytesOf(const Job &job) const
{
    const auto transfer = m_board.find(job.token);
    if (job.kind != JobKind::Deploy || !transfer || !transfer->description().pack)
        return 0;
    return std::max<qint64>(1, transfer->description().pack->tail().map().dataBytes());
}

void Station::sampleOverall(Job &job)
{
    Gauge &gauge = m_gauges[job.id];
    const bool twice = readsTwice(job, job.level);
    const qint64 before = twice && job.phase == Phase::Verifying ? job.total : 0;
    gauge.overall.sample(job.phase, before + job.done, twice ? 2 * job.total : job.total, steady());
    gauge.rounds.reach(gauge.overall.done());
    job.rounds = gauge.rounds.count();
    job.overallDone = gauge.overall.done();
    job.overallTotal = gauge.overall.total();
    job.overallSecondsLeft = gauge.overall.secondsLeft();
}

// Asked for again, at once and again and again, with nothing gained.
bool Station::isHopeless(Job &job)
{
    if (!job.interrupted)
        return false;
    JobRounds &rounds = m_gauges[job.id].rounds;
    rounds.askAgain(steady());
    job.rounds = rounds.count();
    return rounds.isHopeless(steady());
}

} // namespace core
