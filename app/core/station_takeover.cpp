// SPDX-License-Identifier: GPL-3.0-or-later
// Who may speak for a device, and what is shown of those who may not. The rules are in takeover.h.
#include "core/station.h"

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

bool begun(const Job *job)
{
    return job && job->started.isValid();
}

Failure foreign(const QString &detail)
{
    return {FailureCode::ForeignAddress, Stage::None, detail};
}

// All that the row names.
QStringList claimants(const Device &device)
{
    QStringList addresses{device.address, device.otherUnitAddress, device.otherAddress};
    addresses.removeAll(QString());
    addresses.removeDuplicates();
    return addresses;
}

// From power-on to the first request of the client it takes a real board longer.
constexpr qint64 bootSilenceMs = 5'000;

} // namespace

qint64 Station::silentMs(const Device &device) const
{
    const auto presence = m_presence.constFind(device.mac);
    const qint64 heard = presence == m_presence.constEnd() ? -1 : presence->heard;
    return steady() - std::max(heard, m_startedAt);
}

void Station::noteHeard(Device &device)
{
    device.lastSeen = now();
    Presence &presence = m_presence[device.mac];
    presence.heard = steady();
    presence.refused = -1;
}

void Station::noteUsed(Device &device)
{
    noteHeard(device);
    m_presence[device.mac].usedSession = device.session;
}

bool Station::isAccepted(const Device &device, const QString &peer) const
{
    const Presence presence = m_presence.value(device.mac);
    return presence.accepted == peer && presence.acceptedUntil > steady();
}

bool Station::hasSession(const Device &device, const QString &session) const
{
    return !session.isEmpty() && session == device.session;
}

Result<void> Station::authenticateSession(const Device &device, const QString &peer,
                                          const QString &session)
{
    if (session.isEmpty() || session != device.session)
        return Failure{FailureCode::Unauthorized, Stage::None, u"unknown session"_s};
    if (!peer.isEmpty() && device.address != peer)
        return foreign(u"the session is another address's: register again, with it"_s);
    return {};
}

Result<void> Station::authenticate(const Device &device, const QString &peer,
                                   const QString &session) const
{
    if (device.level == Level::Full)
        return authenticateSession(device, peer, session);
    if (device.address != peer)
        return foreign(u"registered from another address"_s);
    return {};
}

// By its own DHCP service the station knows the board that boots, and which address it has.
bool Station::hasBootedSince(const Device &device, const QString &peer) const
{
    const Presence presence = m_presence.value(device.mac);
    const BootTimeline &boot = device.bootTimeline;
    const bool isBoot = boot.state == BootState::Booting || boot.state == BootState::Registered;
    if (!isBoot || presence.booted < 0 || presence.booted <= presence.heard)
        return false;
    // One broadcast can be made up while the device is at work; a real boot is silent for longer,
    // and its ROM has fetched the firmware from us.
    if (silentMs(device) < bootSilenceMs ||
        boot.stage().value_or(BootStage::Seen) < BootStage::Firmware)
        return false;
    const bool sameBoard =
        device.serial.isEmpty() ||
        (!boot.serial.isEmpty() && device.serial.endsWith(boot.serial, Qt::CaseInsensitive));
    return sameBoard && boot.address == peer;
}

Takeover Station::judgeNewcomer(const Device &device, const protocol::RegisterRequest &request,
                                const QString &peer, const QString &session)
{
    const Presence presence = m_presence.value(device.mac);
    const Job *job = activeJob(device.mac);
    const auto transfer = m_board.find(job ? job->token : QString());
    Newcomer newcomer;
    newcomer.sameAddress = device.address == peer;
    // The answer with the newer one may have been lost: then the one before is the device's.
    newcomer.ownSession =
        hasSession(device, session) || (!session.isEmpty() && session == presence.usedSession);
    newcomer.accepted = isAccepted(device, peer);
    newcomer.bootSeen = hasBootedSince(device, peer);
    newcomer.otherUnit = isOtherUnit(device, request);
    newcomer.wasPlain = device.level == Level::Plain;
    newcomer.running = begun(job);
    newcomer.online = isOnline(device);
    newcomer.attached = transfer && transfer->isAttached();
    newcomer.silentMs = silentMs(device);
    if (newcomer.running && newcomer.sameAddress) {
        const Neighbour neighbour = m_options.neighbour(peer);
        newcomer.neighbourAgrees = neighbour.isLocal || neighbour.mac == device.mac;
        newcomer.neighbourKnown = neighbour.isLocal || neighbour.mac.has_value();
    }
    return judge(newcomer);
}

// A device that was restarted at its address waits until its old session has fallen silent: that
// alone is no conflict.
Failure Station::refuse(Device &device, const protocol::RegisterRequest &request,
                        const QString &peer)
{
    Presence &presence = m_presence[device.mac];
    if (presence.refused < 0)
        presence.refused = steady();
    if (isOtherUnit(device, request))
        noteOtherUnit(device, unitOf(device, request), peer);
    if (device.address != peer || steady() - presence.refused > silentSessionMs)
        noteConflict(device, peer);
    Failure failure = foreign(u"%1 is at work at %2"_s.arg(device.mac.toString(), device.address));
    failure.stage = Stage::Register;
    return failure;
}

// The one that has the device's seat is the one to decide about: a third is an address more.
void Station::noteOtherUnit(Device &device, const QString &unit, const QString &peer)
{
    m_presence[device.mac].conflict = steady();
    post({now(), MessageKind::UnitReplaced, device.mac, {}, {}, {}, unit});
    const bool isKnown = device.otherUnit == unit && device.otherUnitAddress == peer;
    if (isKnown || m_otherUnits.contains(device.mac))
        return;
    device.otherUnit = unit;
    device.otherUnitAddress = peer;
    Q_EMIT deviceChanged(device.mac);
}

void Station::noteConflict(Device &device, const QString &peer)
{
    m_presence[device.mac].conflict = steady();
    post({now(), MessageKind::AddressConflict, device.mac, {}, {}, {}, peer});
    if (device.otherAddress == peer)
        return;
    device.otherAddress = peer;
    Q_EMIT deviceChanged(device.mac);
}

// Two machines that take the device from each other keep it warm.
void Station::forgetConflicts()
{
    const qint64 patience = std::chrono::milliseconds(conflictLifetime).count();
    QList<MacAddress> calmed;
    for (auto it = m_presence.begin(); it != m_presence.end(); ++it) {
        if (it->conflict < 0 || steady() - it->conflict < patience)
            continue;
        it->conflict = -1;
        if (Device *device = findDevice(it.key()))
            calmed.append(device->mac);
    }
    for (const MacAddress mac : std::as_const(calmed)) {
        Device *device = findDevice(mac);
        device->otherAddress.clear();
        if (!m_otherUnits.contains(mac))
            returnToUnit(*device);
        Q_EMIT deviceChanged(mac);
    }
}

// Who pretends to be a device that is there and idle gets in, but nobody's work without a word.
void Station::showTakeover(Device &device, const QString &peer)
{
    device.takeoverShown = true;
    device.otherAddress = device.address;
    m_presence[device.mac].conflict = steady();
    post({now(), MessageKind::DeviceMoved, device.mac, {}, {}, {}, peer});
    stopAutomatic(device);
}

// Until it is re-armed.
void Station::stopAutomatic(Device &device)
{
    const Job *job = activeJob(device.mac);
    const bool hasAutomaticJob = job && m_automatic.contains(device.mac) && !begun(job);
    if (m_options.autoMode != AutoMode::Off && (device.armed || hasAutomaticJob))
        post({now(), MessageKind::AutomaticPaused, device.mac, {}, {}, {}, {}});
    if (hasAutomaticJob)
        withdraw({job->id});
    device.armed = false;
}

bool Station::isAway(const Device &device) const
{
    const Job *job = m_jobs.latest(device.mac);
    const auto transfer = m_board.find(job ? job->token : QString());
    return device.level == Level::Plain && !(transfer && transfer->isAttached()) &&
           silentMs(device) >= plainAwayMs;
}

void Station::moveTo(Device &device, const QString &peer)
{
    device.address = peer;
    if (m_otherUnits.contains(device.mac)) {
        device.otherUnitAddress = peer; // it is that one that moves
        saveUnits();
    }
    if (device.otherAddress == peer)
        device.otherAddress.clear();
    const Job *job = activeJob(device.mac);
    if (const auto transfer = m_board.find(job ? job->token : QString()))
        transfer->setPeer(peer);
    m_store.save(device);
    noteIdle(device);
    Q_EMIT deviceChanged(device.mac);
}

Result<void> Station::accept(MacAddress mac, const QString &address)
{
    Device *device = findDevice(mac);
    if (!device)
        return Failure{FailureCode::UnknownDevice, Stage::None, mac.toString()};
    const QStringList known = claimants(*device);
    if (!known.contains(address))
        return Failure{FailureCode::AddressChanged, Stage::Register,
                       u"%1 is claimed by %2"_s.arg(mac.toString(), known.join(", "_L1))};
    const bool isOtherUnits = address == device->otherUnitAddress;
    Presence &presence = m_presence[mac];
    presence.accepted = address;
    presence.acceptedUntil = steady() + std::chrono::milliseconds(acceptanceLifetime).count();
    presence.conflict = -1;
    device->otherAddress.clear();
    device->takeoverShown = false;
    if (isOtherUnits)
        adoptUnit(*device);
    else if (!m_otherUnits.contains(mac))
        returnToUnit(*device); // it is not the one that was meant; nor does it wait in the seat
    m_store.save(*device);
    Q_EMIT deviceChanged(mac);
    return {};
}

} // namespace core
