// SPDX-License-Identifier: GPL-3.0-or-later
// What devices ask of the station: registration, poll and report. Whether they may is in
// station_takeover.cpp.
#include "core/station.h"

#include "core/image_fit.h"
#include "core/pack_folder.h"
#include "protocol/limits.h"
#include "protocol/names.h"

#include <algorithm>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Action;
using protocol::ActionKind;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Phase;
using protocol::Report;
using protocol::ReportKind;
using protocol::Result;
using protocol::Stage;

namespace
{

// Where it is, and how it speaks.
void takeSeat(Device &device, const protocol::RegisterRequest &request, const QString &peer)
{
    device.address = peer;
    device.level = request.isFullLevel() ? Level::Full : Level::Plain;
    device.bootId = request.bootId;
    device.clientVersion = request.clientVersion;
    device.boot = request.boot;
}

void takeFacts(Device &device, const protocol::RegisterRequest &request)
{
    device.storage = request.storage;
    // A plain script on the same hardware does not know these; what is known stays.
    if (!request.serial.isEmpty())
        device.serial = request.serial;
    if (!request.model.isEmpty())
        device.model = request.model;
    if (!request.boardRevision.isEmpty())
        device.boardRevision = request.boardRevision;
}

QString transferUrl(const QString &base, const QString &token, QLatin1StringView what)
{
    return base + protocol::names::transferPrefix + token + u'/' + what;
}

// A card that had to be written twice is on its way out; the technician should know.
QString noteOf(const Report &report)
{
    QStringList notes;
    if (report.proof.repairedChunks > 0)
        notes << u"%1 MiB read back wrong and were written again"_s.arg(
            report.proof.repairedChunks);
    if (!report.note.isEmpty())
        notes << report.note;
    return notes.join(u"; "_s);
}

QString reportUrl(const QString &base, const JobId &job)
{
    return base + protocol::names::jobReport + u"?job="_s + job;
}

} // namespace

// The device may have told another size, or another kind of card, than when the job was made.
void Station::checkStillFits(Job &job, const Device &device)
{
    const auto transfer = m_board.find(job.token);
    if (job.kind != JobKind::Deploy || !transfer)
        return;
    auto fits = core::checkFit(device, *transfer->description().pack, job.options,
                               m_library.image(job.image));
    if (fits)
        return;
    Failure why = fits.failure();
    why.stage = Stage::Check;
    fail(job, why);
}

Device &Station::addDevice(MacAddress mac)
{
    Device device;
    device.mac = mac;
    device.firstSeen = now();
    // The history remembers what forgetting took off the list: seen again, a device that had a job
    // is not deployed anew unasked. One that the history may have lost is not, either.
    device.armed = !m_jobs.hadAny(mac) && !m_lostHistory.isInDoubt();
    return m_devices.add(device);
}

void Station::tellOfDoubt(const Device &device)
{
    const bool inDoubt = m_lostHistory.isInDoubt() && !device.armed && !m_jobs.hadAny(device.mac);
    if (inDoubt && m_options.autoMode != AutoMode::Off)
        post({now(), MessageKind::AutomaticPaused, device.mac, {}, {}, {}, {}});
}

Result<protocol::RegisterAnswer> Station::registerDevice(const protocol::RegisterRequest &request,
                                                         const QString &peer,
                                                         const QString &session)
{
    Device *known = findDevice(request.mac);
    // A row may be from its way up.
    const bool isNew = !known || !known->isRegistered();
    if (isNew) {
        if (const auto room = makeRoom(peer); !room) {
            post({now(), MessageKind::StationWarning, {}, {}, {}, room.failure(), {}});
            return room.failure();
        }
        known = findDevice(request.mac); // rows have moved
    }
    const bool hasRow = known != nullptr;
    if (!hasRow)
        known = &addDevice(request.mac);
    const Takeover taken = isNew ? Takeover::Moved : judgeNewcomer(*known, request, peer, session);
    if (taken == Takeover::Refused)
        return refuse(*known, request, peer);

    const bool isOther = taken == Takeover::OtherUnit;
    const bool restarted = !isNew && !isOther && known->bootId != request.bootId;
    const bool moved = !isNew && known->address != peer;
    if (taken == Takeover::Shown)
        showTakeover(*known, peer);
    if (isOther)
        takeOtherUnit(*known, request, peer);
    else
        returnToUnit(*known);
    takeSeat(*known, request, peer);
    if (!isOther)
        takeFacts(*known, request);
    else if (isAccepted(*known, peer))
        adoptUnit(*known);
    m_presence[known->mac].accepted.clear();
    known->session = known->level == Level::Full ? newSecret() : QString();
    noteHeard(*known);
    m_presence[known->mac].polled = false;
    noteSerial(*known);
    m_store.save(*known);
    noteIdle(*known);
    m_oneShots.remove(known->mac); // meant for the boot before
    m_takenShots.remove(known->mac);
    m_leaving.remove(known->mac);
    if (isNew || restarted || known->level == Level::Plain)
        dropOwedReboot(known->mac); // done, as far as one can tell

    if (!hasRow)
        Q_EMIT deviceAdded(known->mac);
    if (isNew) {
        post({now(), MessageKind::DeviceAppeared, known->mac, {}, {}, {}, {}});
        tellOfDoubt(*known);
    } else if (restarted) {
        post({now(), MessageKind::DeviceRestarted, known->mac, {}, {}, {}, {}});
    }
    Job *job = activeJob(known->mac);
    if (const auto transfer = m_board.find(job ? job->token : QString())) {
        transfer->setPeer(peer, known->session);
        transfer->expectSize(known->storage.size);
    }
    const bool atWork = job && job->state != JobState::Queued && job->state != JobState::Offered;
    if (atWork && restarted)
        interrupt(*job, {FailureCode::ConnectionLost, Stage::None, u"the device restarted"_s});
    else if (atWork && moved)
        interrupt(*job, {FailureCode::AddressChanged, Stage::None, peer});
    if (job)
        checkStillFits(*job, *known);

    protocol::RegisterAnswer answer;
    answer.session = known->session;
    answer.time = known->level == Level::Full ? m_clocks.wall() / 1000 : 0;
    answer.pollIntervalSeconds =
        int((known->level == Level::Full ? protocol::fullPollInterval : protocol::plainPollInterval)
                .count());
    const MacAddress mac = known->mac;
    Q_EMIT deviceRegistered(mac);
    Q_EMIT deviceChanged(mac);
    return answer;
}

Result<Action> Station::poll(MacAddress mac, const QString &peer, const QString &session,
                             const QString &base)
{
    Device *known = findDevice(mac);
    if (!known || !known->isRegistered())
        return Failure{FailureCode::UnknownDevice, Stage::None, mac.toString()};
    if (known->address != peer && isAway(*known))
        moveTo(*known, peer);
    if (const auto allowed = authenticate(*known, peer, session); !allowed) {
        if (known->address != peer && !hasSession(*known, session))
            noteConflict(*known, peer);
        return allowed.failure();
    }
    noteUsed(*known);
    m_presence[mac].polled = true;
    if (!activeJob(mac))
        automate(mac);
    known = findDevice(mac);

    Job *job = activeJob(mac);
    if (!job)
        return takeOneShot(*known, base);
    // A plain device polls on while its dd runs. Ours polls only when it is idle: then it lost the
    // job.
    const bool working = job->state == JobState::Transferring || job->state == JobState::Verifying;
    if (working && known->level == Level::Plain)
        return Action{};
    if (working)
        interrupt(*job, {FailureCode::ConnectionLost, Stage::None, u"the client asked again"_s});
    if (job->state == JobState::Queued)
        updatePlaces(); // it is here now, and may stand before others again
    // Ours was cut off by a restart of the station: told "none", it would take its job for over.
    if (isOpening(job->id) && job->started.isValid() && known->level == Level::Full)
        return Failure{FailureCode::StationBusy, Stage::None,
                       u"the backup's folder has not answered yet"_s};
    if (job->place > 0 || isOpening(job->id) || !isPackGood(*job))
        return Action{};
    if (isHopeless(*job) && stopTransfer(*job)) {
        fail(*job, m_gauges[job->id].rounds.cause());
        return Action{};
    }
    offer(*job);
    return actionFor(*job, *known, base);
}

void Station::offer(Job &job)
{
    if (job.state == JobState::Queued)
        m_meters[job.id].markAlive(steady());
    if (!move(job, JobEvent::Offer))
        return;
    m_store.save(job);
    Q_EMIT deviceChanged(job.mac);
    updatePlaces();
}

Action Station::actionFor(const Job &job, const Device &device, const QString &base) const
{
    namespace names = protocol::names;
    Action action;
    action.job = job.id;
    action.reportUrl = reportUrl(base, job.id);
    action.allowSd = job.options.allowSd;
    if (job.kind == JobKind::Deploy) {
        action.kind = ActionKind::Deploy;
        action.url = transferUrl(base, job.token, names::rawImage);
        action.verify = job.options.verify;
        action.eraseRest = job.options.eraseRest;
        action.imageIdentity = job.imageIdentity;
        if (device.level == Level::Full) {
            action.mapUrl = transferUrl(base, job.token, names::map);
            action.packUrl = transferUrl(base, job.token, names::pack);
            nameOrigin(action, job);
        }
    } else {
        action.kind = ActionKind::Backup;
        action.uploadUrl = transferUrl(base, job.token, names::upload);
        action.scope = job.options.scope;
        action.verify = job.options.verify;
    }
    return action;
}

// Whether the pack lies there, and is this one, the device finds out.
void Station::nameOrigin(Action &action, const Job &job) const
{
    const auto transfer = m_board.find(job.token);
    if (m_options.imageOrigin.isEmpty() || !transfer)
        return;
    const imaging::PackReader &pack = *transfer->description().pack;
    const QUrl name(PackFolder::packName(job.imageIdentity));
    action.originUrl = m_options.imageOrigin.resolved(name).toString(QUrl::FullyEncoded);
    action.originMapOffset = pack.tail().tailOffset();
    action.originSize = pack.fileSize();
}

Action Station::takeOneShot(Device &device, const QString &base)
{
    orderOwedReboot(device.mac);
    const auto shot = m_oneShots.constFind(device.mac);
    if (shot == m_oneShots.constEnd())
        return {};
    Action action;
    action.kind = shot->action;
    if (device.level == Level::Full) {
        // Gone when accepted.
        action.job = shot->id;
        action.reportUrl = reportUrl(base, shot->id);
        return action;
    }
    m_oneShots.erase(shot);
    noteTaken(device, action.kind);
    return action;
}

// The answer to an earlier copy of "accepted" was lost; told that there is no such order, the
// device would not carry it out.
bool Station::wasTaken(const JobId &id, const QString &session) const
{
    const MacAddress mac = m_takenShots.key(id);
    const Device *device = mac.isNull() ? nullptr : this->device(mac);
    return device && !session.isEmpty() && device->session == session;
}

Result<void> Station::report(const JobId &id, const QString &session, const Report &report,
                             const QString &peer)
{
    const auto shot = std::find_if(m_oneShots.begin(), m_oneShots.end(),
                                   [&id](const OneShot &s) { return s.id == id; });
    Job *job = shot == m_oneShots.end() ? m_jobs.find(id) : nullptr;
    const MacAddress mac = job ? job->mac : shot != m_oneShots.end() ? shot.key() : MacAddress();
    Device *known = findDevice(mac);
    if (!known && wasTaken(id, session))
        return {};
    if (!known)
        return Failure{FailureCode::UnknownJob, Stage::None, id};
    if (const auto allowed = authenticateSession(*known, peer, session); !allowed)
        return allowed;
    noteUsed(*known);

    if (!job) {
        const ActionKind action = shot->action;
        m_oneShots.erase(shot);
        m_takenShots.insert(mac, id);
        noteTaken(*known, action);
        return {};
    }
    if (isEnded(job->state)) {
        // The answer to an earlier copy of this report was lost: the device only wants to hear that
        // it has arrived.
        const bool repeated =
            report.kind == ReportKind::Deployed && job->state == JobState::Succeeded;
        const bool repeatedFailure =
            report.kind == ReportKind::Failed && job->state == JobState::Failed;
        if (repeated || repeatedFailure)
            return {};
        return Failure{FailureCode::UnknownJob, Stage::None, u"the job has ended"_s};
    }
    markAlive(*job);
    const bool ends = report.kind == ReportKind::Deployed || report.kind == ReportKind::Failed;
    if (!ends && isOpening(id))
        return {}; // from before the station was restarted; it will have to ask again
    if (ends && !stopTransfer(*job))
        return {}; // the lane has more to say about this one than the device knows
    switch (report.kind) {
    case ReportKind::Accepted:
        begin(*job, Level::Full);
        break;
    case ReportKind::Progress:
        noteProgress(*job, report);
        break;
    case ReportKind::Deployed:
        finishDeploy(*job, report);
        break;
    case ReportKind::Failed:
        fail(*job, report.failure);
        break;
    }
    return {};
}

Result<void> Station::takeLog(const protocol::DeviceLog &log, const QString &session,
                              const QString &peer)
{
    Device *known = findDevice(log.mac);
    if (!known)
        return Failure{FailureCode::UnknownDevice, Stage::None, log.mac.toString()};
    if (const auto allowed = authenticateSession(*known, peer, session); !allowed)
        return allowed;
    noteUsed(*known);
    m_logs.add(log.mac, log.lines, now());
    Q_EMIT deviceLogged(log.mac);
    return {};
}

void Station::noteProgress(Job &job, const Report &report)
{
    const bool readBack = report.phase == Phase::Verifying || report.phase == Phase::Repairing ||
                          report.phase == Phase::Finishing;
    if (readBack && job.state != JobState::Verifying) {
        begin(job, Level::Full);
        if (move(job, JobEvent::ReadBack))
            m_store.save(job);
    } else if (!readBack && job.state != JobState::Transferring) {
        begin(job, Level::Full);
    }
    if (job.phase != report.phase)
        Q_EMIT deviceChanged(job.mac);
    job.phase = report.phase;
    job.bottleneck = report.bottleneck;
    m_gauges[job.id].waits.note(report.bottleneck, steady());
    job.done = report.done;
    job.total = report.total;
    sampleOverall(job);
}

void Station::finishDeploy(Job &job, const Report &report)
{
    // The transfer's own pack: the library may have dropped the image while it was on its way.
    const auto transfer = m_board.find(job.token);
    const auto pack = transfer ? transfer->description().pack : nullptr;
    if (!pack || job.kind != JobKind::Deploy || report.proof.imageIdentity != job.imageIdentity) {
        fail(job, {FailureCode::ImageCorrupt, Stage::Verify,
                   u"the device verified another image: %1"_s.arg(report.proof.imageIdentity)});
        return;
    }
    const qint64 dataBytes = pack->tail().map().dataBytes();
    if (report.proof.verifiedBytes < dataBytes) {
        fail(job, {FailureCode::VerifyMismatch, Stage::Verify,
                   u"the device read back %1 of %2 bytes"_s.arg(report.proof.verifiedBytes)
                       .arg(dataBytes)});
        return;
    }
    job.note = noteOf(report);
    job.done = job.total = pack->tail().map().imageSize();
    succeed(job, Outcome::Verified);
}

} // namespace core
