// SPDX-License-Identifier: GPL-3.0-or-later
// What the netboot service tells the station, and the loop guard.
#include "core/station.h"

#include "protocol/limits.h"

#include <utility>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

// Rows of machines that were seen and have not registered.
constexpr int maxOnTheWay = 256;

// Who has not asked for so long after its deploy has been restarted by hand.
constexpr qint64 rebootPatienceMs = 300'000;

constexpr auto owedRebootsKey = "owed-reboots"_L1; // MAC addresses, separated by spaces

// The first step is the boot ROM's own: what an installed system asks for later is none.
bool isAnotherBoot(const BootTimeline &before, const BootTimeline &now)
{
    if (now.steps.isEmpty() || now.state == BootState::OwnSystem)
        return false;
    return before.steps.isEmpty() || before.steps.first().began != now.steps.first().began;
}

} // namespace

// Each trouble is told when it begins, not for as long as it lasts.
void Station::setNetbootStatus(const NetbootStatus &status)
{
    const NetbootStatus before = std::exchange(m_netboot, status);
    const auto isTrouble = [](const NetbootStatus &each) {
        return each.state == NetbootState::Waiting || each.state == NetbootState::Failed;
    };
    const bool same = isTrouble(before) && before.failure.code == status.failure.code;
    if (isTrouble(status) && !same)
        post({now(), MessageKind::StationWarning, {}, {}, {}, status.failure, {}});
    if (status.poolFull && !before.poolFull)
        post({now(),
              MessageKind::StationWarning,
              {},
              {},
              {},
              protocol::Failure{protocol::FailureCode::AddressPoolFull, protocol::Stage::None,
                                status.range},
              {}});
    Q_EMIT netbootChanged();
}

// Addresses can be invented without end: whoever was quiet for longest on its way up goes.
void Station::makeRoomOnTheWay()
{
    const Device *oldest = nullptr;
    int count = 0;
    for (const Device &device : m_devices.list()) {
        // One that never was on its way here is what a lost row has left: it keeps automatic mode
        // off a device that may be done.
        if (device.isRegistered() || m_jobs.hadAny(device.mac) || device.bootTimeline.mac.isNull())
            continue;
        ++count;
        if (!oldest || device.bootTimeline.changed < oldest->bootTimeline.changed)
            oldest = &device;
    }
    if (count < maxOnTheWay)
        return;
    const auto gone = forget(MacAddress(oldest->mac));
    Q_ASSERT(gone.ok());
}

void Station::noteBoot(const BootTimeline &timeline)
{
    Device *known = findDevice(timeline.mac);
    const bool isNew = known == nullptr;
    if (isNew) {
        // Not saved: whoever never arrives is not worth remembering.
        makeRoomOnTheWay();
        known = &addDevice(timeline.mac);
    }
    if (known->bootTimeline == timeline)
        return;
    if (isAnotherBoot(known->bootTimeline, timeline))
        m_presence[timeline.mac].booted = steady();
    known->bootTimeline = timeline;
    if (isNew)
        Q_EMIT deviceAdded(timeline.mac);
    Q_EMIT deviceChanged(timeline.mac);
}

QList<MacAddress> Station::refusedNetboots() const
{
    QList<MacAddress> refused;
    for (const Device &device : m_devices.list()) {
        if (device.netbootRefused)
            refused.append(device.mac);
    }
    return refused;
}

void Station::setNetbootRefused(Device &device, bool refused)
{
    if (device.netbootRefused == refused)
        return;
    device.netbootRefused = refused;
    dropOwedReboot(device.mac);
    m_store.save(device);
    const MacAddress mac = device.mac; // who hears of it may touch the list
    const auto kind = refused ? MessageKind::NetbootRefused : MessageKind::NetbootAllowed;
    post({now(), kind, mac, {}, {}, {}, {}});
    Q_EMIT netbootRefusalChanged(mac, refused);
    Q_EMIT deviceChanged(mac);
}

void Station::allowAll()
{
    const QList<MacAddress> refused = refusedNetboots();
    for (const MacAddress mac : refused) {
        if (Device *device = findDevice(mac))
            setNetbootRefused(*device, false);
    }
}

// Who orders a job for a device that is to boot from its own storage wants it back here. One that
// is still here does the job first.
void Station::allowForJob(Device &device)
{
    if (activeJob(device.mac) && (m_leaving.contains(device.mac) || !isOnline(device)))
        setNetbootRefused(device, false);
}

// An order without transfer has reached the device. A job may have been made meanwhile.
void Station::noteTaken(Device &device, protocol::ActionKind action)
{
    const MacAddress mac = device.mac;
    if (action != protocol::ActionKind::Identify) {
        dropOwedReboot(mac);
        m_leaving.insert(mac);
        allowForJob(device);
    }
    post({now(), MessageKind::ActionSent, mac, {}, {}, {}, protocol::toWire(action)});
    Q_EMIT deviceChanged(mac);
}

// A device whose BOOT_ORDER has the network first would be back here at once, for ever. Told to
// reboot and not answered, its boot ROM goes on to the eMMC.
void Station::guard(const Job &job)
{
    const bool sure = job.outcome == Outcome::Verified;
    const bool wanted =
        m_options.guard == GuardMode::AnyDeploy || (m_options.guard == GuardMode::Verified && sure);
    Device *device = findDevice(job.mac);
    if (job.kind != JobKind::Deploy || !wanted || !m_netboot.isServing() || !device)
        return;
    setNetbootRefused(*device, true);
    m_rebootsOwed.insert(job.mac, steady() + rebootPatienceMs);
    saveOwedReboots();
}

void Station::dropOwedReboot(MacAddress mac)
{
    if (m_rebootsOwed.remove(mac))
        saveOwedReboots();
}

void Station::saveOwedReboots()
{
    QStringList owed;
    for (auto it = m_rebootsOwed.keyBegin(); it != m_rebootsOwed.keyEnd(); ++it)
        owed.append(it->toString());
    m_store.saveSetting(owedRebootsKey, owed.join(u' '));
}

// The patience begins anew: while the station was away nobody could take what is owed.
void Station::restoreOwedReboots(const Snapshot &snapshot)
{
    const QString owed = snapshot.settings.value(owedRebootsKey);
    for (const auto part : qTokenize(owed, u' ', Qt::SkipEmptyParts)) {
        const auto mac = MacAddress::parse(part);
        const Device *device = mac ? findDevice(*mac) : nullptr;
        if (device && device->netbootRefused)
            m_rebootsOwed.insert(*mac, steady() + rebootPatienceMs);
    }
}

// Unlike an operator's order it outlives a missed poll and a registration within the same boot:
// else the device would sit there, deployed and done, until somebody pulls its plug.
void Station::orderOwedReboot(MacAddress mac)
{
    const auto owed = m_rebootsOwed.constFind(mac);
    if (owed == m_rebootsOwed.constEnd() || m_oneShots.contains(mac))
        return;
    if (*owed < steady())
        return dropOwedReboot(mac);
    const auto lifetime = std::chrono::milliseconds(protocol::oneShotLifetime).count();
    m_oneShots.insert(mac, {newSecret(), protocol::ActionKind::Reboot, steady() + lifetime});
}

} // namespace core
