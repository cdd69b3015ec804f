// SPDX-License-Identifier: GPL-3.0-or-later
// MAC addresses cost nothing to make up: how many devices are kept, and how many jobs automatic
// mode gives at a time. Devices that were given a job count no more, and are always let in.
#include "core/station.h"

#include "protocol/limits.h"

#include <QDir>

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

// Jobs of automatic mode that are not ended: each has a place in memory, a backup its file and
// descriptor too. Behind one address there may be a bench of forty-eight.
constexpr int maxAutomaticJobs = 256;
constexpr int maxAutomaticJobsPerAddress = 64;

// Rows are dropped some at a time: each time costs a look at all of them.
constexpr qsizetype rowsAtATime = 32;
constexpr qint64 lookAgainMs = 1'000; // when there was nothing to find
// Who has fewer idle rows than this is no crowd.
constexpr int crowd = 16;

} // namespace

void Station::noteIdle(const Device &device)
{
    if (device.isRegistered() && !m_jobs.hadAny(device.mac))
        m_idle.note(device.mac, device.address);
}

// Rows of devices that never had a job and are gone; `alsoOnline`: or are not. Those that were
// heard of longest ago come first.
QSet<MacAddress> Station::dispensable(const QString &address, bool alsoOnline, qsizetype most) const
{
    struct Row {
        qint64 silentMs;
        QDateTime lastSeen;
        qsizetype position; // in order of first appearance
        MacAddress mac;
    };
    QList<Row> rows;
    for (const Device &device : m_devices.list()) {
        const bool isCandidate = m_idle.contains(device.mac) &&
                                 (address.isEmpty() || device.address == address) &&
                                 (alsoOnline || !isOnline(device));
        if (isCandidate)
            rows.append({silentMs(device), device.lastSeen, rows.size(), device.mac});
    }
    const auto isOlder = [](const Row &a, const Row &b) {
        if (a.silentMs != b.silentMs)
            return a.silentMs > b.silentMs;
        return a.lastSeen != b.lastSeen ? a.lastSeen < b.lastSeen : a.position < b.position;
    };
    const qsizetype count = std::min(most, rows.size());
    std::partial_sort(rows.begin(), rows.begin() + count, rows.end(), isOlder);
    QSet<MacAddress> macs;
    for (const Row &row : rows.first(count))
        macs.insert(row.mac);
    return macs;
}

// Where it is crowded from one address, that address makes room for others. To look for rows costs
// a look at all of them: not for each of a flood that is refused.
Result<void> Station::makeRoom(const QString &peer)
{
    const int here = m_idle.countAt(peer);
    const bool isFullHere = here >= protocol::maxIdleDevicesPerAddress;
    if (!isFullHere && m_idle.count() < protocol::maxIdleDevices)
        return {};
    const qint64 found = m_foundCrowded.value(peer, -lookAgainMs);
    if (steady() - found >= lookAgainMs) {
        if (const auto gone = rowsToDrop(peer, here, isFullHere); !gone.isEmpty()) {
            removeRows(gone);
            return {};
        }
        if (m_foundCrowded.size() >= protocol::maxIdleDevices)
            m_foundCrowded.clear();
        m_foundCrowded.insert(peer, steady());
    }
    return Failure{
        FailureCode::TooManyDevices, Stage::Register,
        u"%1 devices without a job, %2 of them at %3"_s.arg(m_idle.count()).arg(here).arg(peer)};
}

QSet<MacAddress> Station::rowsToDrop(const QString &peer, int here, bool isFullHere) const
{
    QSet<MacAddress> gone = dispensable(isFullHere ? peer : QString(), false, rowsAtATime);
    if (!gone.isEmpty() || isFullHere)
        return gone;
    const QString crowded = m_idle.mostCrowded();
    const int there = m_idle.countAt(crowded);
    if (there < std::max(crowd, 2 * here))
        return {};
    return dispensable(crowded, true, std::clamp<qsizetype>((there - here) / 4, 1, rowsAtATime));
}

void Station::removeRows(const QSet<MacAddress> &macs)
{
    bool hadOtherUnit = false;
    for (const MacAddress mac : macs) {
        const Device *device = findDevice(mac);
        if (!device)
            continue;
        hadOtherUnit = hadOtherUnit || !device->otherUnit.isEmpty();
        forgetSerial(*device);
        m_idle.drop(mac);
        m_oneShots.remove(mac);
        m_takenShots.remove(mac);
        m_leaving.remove(mac);
        m_presence.remove(mac);
        m_otherUnits.remove(mac);
        m_logs.remove(mac);
        m_store.removeDevice(mac);
    }
    m_devices.remove(macs);
    if (hadOtherUnit)
        saveUnits();
    for (const MacAddress mac : macs)
        Q_EMIT deviceRemoved(mac);
}

bool Station::isBudgetUsed(const QString &address) const
{
    return m_automatic.count() >= maxAutomaticJobs ||
           m_automatic.countAt(address) >= maxAutomaticJobsPerAddress;
}

bool Station::hasAutomaticRoom(const QString &address)
{
    if (!isBudgetUsed(address))
        return true;
    if (m_foundBusy >= 0 && steady() - m_foundBusy < lookAgainMs)
        return false;
    m_foundBusy = steady();
    withdrawAbandoned();
    return !isBudgetUsed(address);
}

// What automatic mode has given to devices that went away before they began.
void Station::withdrawAbandoned()
{
    QSet<JobId> abandoned;
    for (const MacAddress mac : m_automatic.macs()) {
        const Job *job = activeJob(mac);
        const Device *target = findDevice(mac);
        if (job && !job->started.isValid() && (!target || !isOnline(*target)))
            abandoned.insert(job->id);
    }
    if (!abandoned.isEmpty())
        withdraw(abandoned);
}

// As if they had never been.
QList<MacAddress> Station::takeBack(const QSet<JobId> &ids)
{
    QSet<JobId> gone;
    QList<MacAddress> macs;
    for (const JobId &id : ids) {
        const Job *job = m_jobs.find(id);
        if (!job || !stopTransfer(*job))
            continue;
        releaseTransfer(*job);
        m_store.removeJob(id);
        macs.append(job->mac);
        gone.insert(id);
    }
    m_jobs.remove(gone);
    for (const MacAddress mac : std::as_const(macs)) {
        if (const Device *device = findDevice(mac))
            noteIdle(*device);
        Q_EMIT deviceChanged(mac);
    }
    updatePlaces();
    return macs;
}

// The devices are armed as before.
void Station::withdraw(const QSet<JobId> &ids)
{
    const QList<MacAddress> macs = takeBack(ids);
    for (const MacAddress mac : macs) {
        Device *device = findDevice(mac);
        if (!device)
            continue;
        device->armed = true;
        m_store.save(*device);
        Q_EMIT deviceChanged(mac);
    }
}

void Station::setGoldenImage(const ImageId &id)
{
    m_golden.choose(id);
    if (m_options.autoMode == AutoMode::Deploy && awaitsGoldenImage() && !id.isEmpty())
        post({now(), MessageKind::AutomaticWaits, {}, {}, awaitedGoldenImage(), {}, {}});
}

void Station::automateAll()
{
    QList<MacAddress> macs;
    for (const Device &device : m_devices.list())
        macs.append(device.mac);
    for (const MacAddress mac : std::as_const(macs))
        automate(mac);
}

// Only who has asked for work: registering alone costs nothing. What the budget does not allow yet
// is asked for again by the next poll.
void Station::automate(MacAddress mac)
{
    const Device *target = findDevice(mac);
    if (m_options.autoMode == AutoMode::Off || !target || !target->armed || activeJob(mac) ||
        !target->otherUnit.isEmpty() || !isOnline(*target) || !m_presence.value(mac).polled)
        return;
    const Image *image = m_library.image(goldenImage());
    const bool hasImage = image && image->state == ImageState::Ready && !awaitsGoldenImage();
    if (m_options.autoMode == AutoMode::Deploy && !hasImage)
        return; // comes back here when it is
    if (!hasAutomaticRoom(target->address))
        return;
    const QString name =
        u"%1-%2.img.zst"_s.arg(mac.toString().remove(u':'), now().toString(u"yyyyMMdd-HHmmss"_s));
    const Result<JobId> made = m_options.autoMode == AutoMode::Deploy
                                   ? deploy(mac, goldenImage(), {})
                                   : backup(mac, QDir(m_options.backupDir).filePath(name), {});
    if (made)
        m_automatic.note(mac, target->address);
    // Disarmed also when it was refused or fails later: automatic mode tries once, the operator
    // re-arms.
    Device *device = findDevice(mac);
    device->armed = false;
    m_store.save(*device);
    if (!made)
        post({now(), MessageKind::StationWarning, mac, {}, {}, made.failure(), {}});
    Q_EMIT deviceChanged(mac);
}

} // namespace core
