// SPDX-License-Identifier: GPL-3.0-or-later
// What the window and the operator level ask. The devices' side is in station_devices.cpp, the
// course of jobs in station_jobs.cpp.
#include "core/station.h"

#include "core/image_fit.h"
#include "protocol/limits.h"

#include <QRandomGenerator>
#include <QTimeZone>

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

constexpr int tickMs = 200;
constexpr qsizetype maxMessages = 1000;
// Of them, what anybody on the network can cause.
constexpr qsizetype maxNoise = maxMessages / 2;
// Online devices poll; this many intervals may be missed before one is shown as gone.
constexpr int missedPolls = 3;
constexpr qint64 minOnlineMs = 10'000;

Failure refusal(FailureCode code, const QString &detail = {})
{
    return {code, Stage::None, detail};
}

} // namespace

QString newSecret()
{
    auto *random = QRandomGenerator::system();
    return u"%1%2"_s.arg(random->generate64(), 16, 16, '0'_L1)
        .arg(random->generate64(), 16, 16, '0'_L1);
}

Station::Station(Store &store, ImageLibrary &library, TransferBoard &board,
                 const Snapshot &snapshot, StationOptions options, Clocks clocks, QObject *parent)
    : QObject(parent),
      m_store(store),
      m_library(library),
      m_board(board),
      m_options(std::move(options)),
      m_clocks(std::move(clocks)),
      m_startedAt(m_clocks.steady()),
      m_golden(library, store),
      m_lostHistory(store),
      m_register(m_options.dataDir.isEmpty() ? QString() : m_options.dataDir + "/backups"_L1),
      m_openings(m_errands, m_register, m_options.openDestination,
                 [this](const JobId &id, const SinkResult &result) { takeDestination(id, result); })
{
    qRegisterMetaType<TransferEvent>();
    restore(snapshot);
    if (m_options.namesImage)
        m_golden.hold();
    m_board.setEventHandler([this](const TransferEvent &event) {
        m_transferEvents.post([this, event] { handleTransferEvent(event); });
    });
    connect(&m_library, &ImageLibrary::imageAdded, this, [this](const QString &id) {
        post({now(), MessageKind::ImportStarted, {}, {}, id, {}, {}});
    });
    connect(&m_library, &ImageLibrary::imageChanged, this, &Station::handleImageChange);
    connect(&m_library, &ImageLibrary::packDamaged, this, &Station::failBeforeTheWipe);
    connect(&m_library, &ImageLibrary::imageRemoved, this,
            [this](const QString &id) { m_imageStates.remove(id); });
    connect(&m_golden, &GoldenChoice::changed, this, [this] {
        Q_EMIT goldenImageChanged();
        automateAll();
    });
    connect(&m_golden, &GoldenChoice::nextChanged, this, &Station::nextGoldenImageChanged);
    connect(&m_ticker, &QTimer::timeout, this, &Station::tick);
    m_ticker.start(tickMs);
}

Station::~Station()
{
    // What the lane has done is done: a backup that has its name is not to be made again.
    m_board.setEventHandler({});
    m_transferEvents.deliver();
    // The lane's threads must not outlive what they write to; the jobs themselves go on at the next
    // start.
    for (const Job *job : m_jobs.active())
        m_board.remove(job->token);
}

QDateTime Station::now() const
{
    return QDateTime::fromMSecsSinceEpoch(m_clocks.wall(), QTimeZone::utc());
}

QList<Device> Station::devices() const
{
    return m_devices.list();
}

const Device *Station::device(MacAddress mac) const
{
    return m_devices.find(mac);
}

bool Station::isOnline(const Device &device) const
{
    const Job *job = latestJob(device.mac);
    if (job && !isEnded(job->state)) {
        const auto transfer = m_board.find(job->token);
        if (transfer && transfer->isAttached())
            return true;
    }
    const auto interval =
        device.level == Level::Full ? protocol::fullPollInterval : protocol::plainPollInterval;
    const qint64 patience = std::max<qint64>(minOnlineMs, missedPolls * interval.count() * 1000);
    const auto presence = m_presence.constFind(device.mac);
    return presence != m_presence.constEnd() && presence->heard >= 0 &&
           steady() - presence->heard < patience;
}

QList<Job> Station::jobs() const
{
    return m_jobs.list();
}

QList<Job> Station::jobsOf(MacAddress mac, qsizetype most) const
{
    return m_jobs.of(mac, most);
}

qsizetype Station::jobCountOf(MacAddress mac) const
{
    return m_jobs.countOf(mac);
}

const Job *Station::job(const JobId &id) const
{
    return const_cast<Station *>(this)->m_jobs.find(id);
}

const Job *Station::latestJob(MacAddress mac) const
{
    return m_jobs.latest(mac);
}

Result<void> Station::checkFit(const Device &device, const imaging::PackReader &pack,
                               const JobOptions &options)
{
    return core::checkFit(device, pack, options, nullptr);
}

void Station::setAutoMode(AutoMode mode)
{
    if (m_options.autoMode == mode)
        return;
    m_options.autoMode = mode;
    m_lostHistory.follow(mode != AutoMode::Off);
    Q_EMIT autoModeChanged();
    automateAll();
}

Result<JobId> Station::deploy(MacAddress mac, const ImageId &imageId, const JobOptions &options)
{
    Device *target = findDevice(mac);
    if (!target)
        return refusal(FailureCode::UnknownDevice, mac.toString());
    if (activeJob(mac))
        return refusal(FailureCode::DeviceBusy, mac.toString());
    const Image *image = m_library.image(imageId);
    if (!image)
        return refusal(FailureCode::UnknownImage, imageId);
    const auto pack = m_library.pack(imageId);
    if (image->state != ImageState::Ready || !pack)
        return refusal(FailureCode::ImageNotReady, image->name);
    if (const auto known = m_library.checkPack(image->identity); !known)
        return known.failure();
    adoptUnit(*target); // whose board it is, whoever orders for it has decided
    if (const auto fits = core::checkFit(*target, *pack, options, image); !fits)
        return fits.failure();

    Job job;
    job.mac = mac;
    job.kind = JobKind::Deploy;
    job.image = imageId;
    job.imageName = image->name;
    job.imageIdentity = image->identity;
    job.warnings = image->warnings;
    job.total = image->size;
    job.options = options;
    job.level = target->level;
    identify(job);
    if (const auto opened = openPackTransfer(job); !opened)
        return opened.failure();
    return addJob(std::move(job));
}

JobId Station::addJob(Job job)
{
    m_jobs.add(job);
    m_idle.drop(job.mac);
    m_meters.insert(job.id, ProgressMeter(steady()));
    keepImage(job);
    m_store.save(job);
    post(MessageKind::JobCreated, job);
    if (Device *device = findDevice(job.mac))
        allowForJob(*device);
    Q_EMIT deviceChanged(job.mac);
    updatePlaces();
    return job.id;
}

Result<void> Station::cancel(const JobId &id, const QString &by)
{
    Job *job = m_jobs.find(id);
    if (!job || isEnded(job->state))
        return refusal(FailureCode::UnknownJob, id);
    if (!stopTransfer(*job))
        return refusal(FailureCode::JobCommitting, job->path);
    if (!move(*job, JobEvent::Cancel))
        return refusal(FailureCode::UnknownJob, id);
    job->cancelledBy = by;
    closeJob(*job, MessageKind::JobCancelled);
    return {};
}

Result<void> Station::requestAction(MacAddress mac, protocol::ActionKind action)
{
    using protocol::ActionKind;
    if (!findDevice(mac))
        return refusal(FailureCode::UnknownDevice, mac.toString());
    if (action != ActionKind::Reboot && action != ActionKind::PowerOff &&
        action != ActionKind::Identify)
        return refusal(FailureCode::BadRequest, protocol::toWire(action));
    if (activeJob(mac))
        return refusal(FailureCode::DeviceBusy, mac.toString());
    const auto lifetime = std::chrono::milliseconds(protocol::oneShotLifetime).count();
    m_oneShots.insert(mac, {newSecret(), action, steady() + lifetime});
    Q_EMIT deviceChanged(mac);
    return {};
}

Result<void> Station::rearm(MacAddress mac)
{
    Device *target = findDevice(mac);
    if (!target)
        return refusal(FailureCode::UnknownDevice, mac.toString());
    adoptUnit(*target);
    target->armed = true;
    target->takeoverShown = false;
    target->otherAddress.clear();
    m_store.save(*target);
    // Told also when nothing is refused: who re-arms has a device before him that does not start.
    if (target->netbootRefused)
        setNetbootRefused(*target, false);
    else
        Q_EMIT netbootRefusalChanged(mac, false);
    Q_EMIT deviceChanged(mac);
    automate(mac);
    return {};
}

Result<void> Station::forget(MacAddress mac)
{
    Device *known = findDevice(mac);
    if (!known)
        return refusal(FailureCode::UnknownDevice, mac.toString());
    if (activeJob(mac))
        return refusal(FailureCode::DeviceBusy, mac.toString());
    setNetbootRefused(*known, false); // nobody could lift it afterwards
    removeRows({mac});
    return {};
}

void Station::post(Message message)
{
    if (!message.time.isValid())
        message.time = now();
    if (!m_gate.admit(message, steady()))
        return;
    m_messages.append(message);
    if (m_messages.size() > maxMessages) {
        const auto noise = std::ranges::count_if(m_messages, MessageGate::isNoise);
        const auto oldest = noise > maxNoise
                                ? std::ranges::find_if(m_messages, MessageGate::isNoise)
                                : m_messages.begin();
        m_messages.erase(oldest);
    }
    Q_EMIT messagePosted(message);
}

void Station::post(MessageKind kind, const Job &job)
{
    post({now(), kind, job.mac, job.id, job.image, job.failure, {}});
}

} // namespace core
