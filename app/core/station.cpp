// SPDX-License-Identifier: GPL-3.0-or-later
// What the window and the operator level ask. The devices' side is in station_devices.cpp, the
// course of jobs in station_jobs.cpp.
#include "core/station.h"

#include "protocol/limits.h"

#include <QDir>
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
constexpr auto goldenImageKey = "golden-image"_L1;
// Online devices poll; this many intervals may be missed before one is shown as gone.
constexpr int missedPolls = 3;
constexpr qint64 minOnlineMs = 10'000;

Failure refusal(FailureCode code, const QString &detail = {})
{
    return {code, Stage::None, detail};
}

// One past the last byte of the image that must be written; what follows reads as zero.
qint64 dataEnd(const imaging::BlockMap &map)
{
    for (quint64 index = map.count(); index-- > 0;) {
        if (map.entry(index).kind == imaging::ChunkKind::Data)
            return qint64(index) * imaging::chunkBytes + map.length(index);
    }
    return 0;
}

} // namespace

qint64 systemClock()
{
    return QDateTime::currentMSecsSinceEpoch();
}

QString newSecret()
{
    auto *random = QRandomGenerator::system();
    return u"%1%2"_s.arg(random->generate64(), 16, 16, '0'_L1)
        .arg(random->generate64(), 16, 16, '0'_L1);
}

Station::Station(Store &store, ImageLibrary &library, TransferBoard &board,
                 const Snapshot &snapshot, StationOptions options, Clock clock, QObject *parent)
    : QObject(parent),
      m_store(store),
      m_library(library),
      m_board(board),
      m_options(std::move(options)),
      m_clock(std::move(clock))
{
    qRegisterMetaType<TransferEvent>();
    restore(snapshot);
    m_board.setEventHandler([this](const TransferEvent &event) {
        m_transferEvents.post([this, event] { handleTransferEvent(event); });
    });
    connect(&m_library, &ImageLibrary::imageAdded, this, [this](const QString &id) {
        post({now(), MessageKind::ImportStarted, {}, {}, id, {}, {}});
    });
    connect(&m_library, &ImageLibrary::imageChanged, this, &Station::handleImageChange);
    connect(&m_library, &ImageLibrary::imageRemoved, this, [this](const QString &id) {
        m_imageStates.remove(id);
        if (m_goldenImage == id)
            setGoldenImage({});
    });
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
    for (const Job &job : std::as_const(m_jobs)) {
        if (!isEnded(job.state))
            m_board.remove(job.token);
    }
    m_discards.drain();
}

QDateTime Station::now() const
{
    return QDateTime::fromMSecsSinceEpoch(m_clock(), QTimeZone::utc());
}

QList<Device> Station::devices() const
{
    return m_devices;
}

const Device *Station::device(MacAddress mac) const
{
    return const_cast<Station *>(this)->findDevice(mac);
}

Device *Station::findDevice(MacAddress mac)
{
    const auto it = std::find_if(m_devices.begin(), m_devices.end(),
                                 [mac](const Device &d) { return d.mac == mac; });
    return it == m_devices.end() ? nullptr : &*it;
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
    return device.lastSeen.isValid() && m_clock() - device.lastSeen.toMSecsSinceEpoch() < patience;
}

QList<Job> Station::jobs() const
{
    return m_jobs;
}

QList<Job> Station::jobsOf(MacAddress mac, qsizetype most) const
{
    const QList<JobIndex::Position> all = m_jobIndex.of(mac);
    QList<Job> own;
    for (const auto at : all.last(std::min(most, all.size())))
        own.append(m_jobs.at(at));
    return own;
}

qsizetype Station::jobCountOf(MacAddress mac) const
{
    return m_jobIndex.of(mac).size();
}

const Job *Station::job(const JobId &id) const
{
    return const_cast<Station *>(this)->findJob(id);
}

Job *Station::findJob(const JobId &id)
{
    const auto at = m_jobIndex.find(id);
    return at ? &m_jobs[*at] : nullptr;
}

// A token dies with its job.
Job *Station::findOpenJobByToken(const QString &token)
{
    for (const auto at : m_jobIndex.open()) {
        if (m_jobs.at(at).token == token)
            return &m_jobs[at];
    }
    return nullptr;
}

const Job *Station::latestJob(MacAddress mac) const
{
    const auto at = m_jobIndex.latest(mac);
    return at ? &m_jobs.at(*at) : nullptr;
}

Job *Station::activeJob(MacAddress mac)
{
    // A device gets no second job while it has one, so that only its latest can be active.
    const auto at = m_jobIndex.latest(mac);
    return at && !isEnded(m_jobs.at(*at).state) ? &m_jobs[*at] : nullptr;
}

void Station::setGoldenImage(const ImageId &id)
{
    if (m_goldenImage == id)
        return;
    m_goldenImage = id;
    m_store.saveSetting(goldenImageKey, id);
    Q_EMIT goldenImageChanged();
    automateAll();
}

Result<void> Station::checkFit(const Device &device, const imaging::PackReader &pack,
                               const JobOptions &options)
{
    if (device.level == Level::Full && device.storage.type == "SD"_L1 && !options.allowSd)
        return refusal(FailureCode::DeviceIsSdCard, device.storage.name);
    const qint64 room = device.storage.size;
    const imaging::BlockMap &map = pack.tail().map();
    if (room <= 0 || map.imageSize() <= room)
        return {};
    // Our client leaves out what reads as zero beyond the end; dd does not.
    if (device.level == Level::Full && dataEnd(map) <= room)
        return {};
    return refusal(FailureCode::DeviceTooSmall,
                   u"image has %1 bytes, device %2"_s.arg(map.imageSize()).arg(room));
}

void Station::setAutoMode(AutoMode mode)
{
    if (m_options.autoMode == mode)
        return;
    m_options.autoMode = mode;
    Q_EMIT autoModeChanged();
    automateAll();
}

Result<JobId> Station::deploy(MacAddress mac, const ImageId &imageId, const JobOptions &options)
{
    const Device *target = findDevice(mac);
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
    if (const auto fits = checkFit(*target, *pack, options); !fits)
        return fits.failure();

    Job job;
    job.mac = mac;
    job.kind = JobKind::Deploy;
    job.image = imageId;
    job.imageName = image->name;
    job.imageIdentity = image->identity;
    job.total = image->size;
    job.options = options;
    job.level = target->level;
    if (const auto opened = openTransfer(job, false); !opened)
        return opened.failure();
    return addJob(std::move(job));
}

Result<JobId> Station::backup(MacAddress mac, const QString &path, const JobOptions &options)
{
    const Device *source = findDevice(mac);
    if (!source)
        return refusal(FailureCode::UnknownDevice, mac.toString());
    if (activeJob(mac))
        return refusal(FailureCode::DeviceBusy, mac.toString());
    if (!QDir::isAbsolutePath(path))
        return refusal(FailureCode::BadRequest, u"path is missing or not absolute"_s);

    Job job;
    job.mac = mac;
    job.kind = JobKind::Backup;
    job.path = path;
    job.phase = protocol::Phase::Reading;
    job.total = source->storage.size;
    job.options = options;
    job.level = source->level;
    if (const auto opened = openTransfer(job, false); !opened)
        return opened.failure();
    return addJob(std::move(job));
}

JobId Station::addJob(Job job)
{
    m_jobIndex.add(job, m_jobs.size());
    m_jobs.append(job);
    m_meters.insert(job.id, ProgressMeter(m_clock()));
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
    Job *job = findJob(id);
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
    m_oneShots.insert(mac, {newSecret(), action, m_clock() + lifetime});
    Q_EMIT deviceChanged(mac);
    return {};
}

Result<void> Station::rearm(MacAddress mac)
{
    Device *target = findDevice(mac);
    if (!target)
        return refusal(FailureCode::UnknownDevice, mac.toString());
    target->armed = true;
    m_store.save(*target);
    // Told also when nothing is refused: who re-arms has a device before him that does not start.
    if (target->netbootRefused)
        setNetbootRefused(*target, false);
    else
        Q_EMIT netbootRefusalChanged(mac, false);
    Q_EMIT deviceChanged(mac);
    automate(*target);
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
    m_devices.removeIf([mac](const Device &d) { return d.mac == mac; });
    m_oneShots.remove(mac);
    m_takenShots.remove(mac);
    m_leaving.remove(mac);
    m_wasOnline.remove(mac);
    m_logs.remove(mac);
    m_store.removeDevice(mac);
    Q_EMIT deviceRemoved(mac);
    return {};
}

void Station::post(Message message)
{
    if (!message.time.isValid())
        message.time = now();
    m_messages.append(message);
    if (m_messages.size() > maxMessages)
        m_messages.removeFirst();
    Q_EMIT messagePosted(message);
}

void Station::post(MessageKind kind, const Job &job)
{
    post({now(), kind, job.mac, job.id, job.image, job.failure, {}});
}

} // namespace core
