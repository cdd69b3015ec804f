// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/boot_tracker.h"

#include <QRegularExpression>

#include <algorithm>
#include <utility>

namespace netboot
{

using namespace Qt::StringLiterals;
using core::BootFile;
using core::BootStage;
using core::BootState;
using core::BootStep;
using core::BootTimeline;

namespace
{

constexpr qsizetype maxMachines = 512;
constexpr qsizetype maxFiles = 200;
constexpr qsizetype maxMissing = 100;

// So long after its last file a machine that asks for an address is still the one that was booted
// over the network; later it has fallen through to its own storage.
constexpr qint64 kernelStartSeconds = 180;

// A boot ROM without an answer asks again within a minute, a system within a few.
constexpr qint64 withoutAddressSeconds = 300;

// What the system in the netboot kit's initramfs calls itself
// (installer/netboot/initramfs/init.sh).
constexpr auto kitVendorClass = "provisioning-client"_L1;

bool isBootRom(const DhcpSeen &seen)
{
    return seen.raspberry || seen.vendorClass.startsWith("PXEClient"_L1);
}

void step(BootTimeline &timeline, BootStage stage, const QDateTime &began, const QDateTime &now)
{
    if (!timeline.steps.isEmpty())
        timeline.steps.last().ended = began;
    timeline.steps.append(BootStep{stage, began, {}});
    timeline.changed = now;
    timeline.asked = 0;
}

bool has(const BootTimeline &timeline, BootStage stage)
{
    return std::any_of(timeline.steps.begin(), timeline.steps.end(),
                       [stage](const BootStep &s) { return s.stage == stage; });
}

bool isWaiting(const BootTimeline &timeline)
{
    const auto stage = timeline.stage();
    return timeline.state == BootState::Booting && stage &&
           (*stage == BootStage::Seen || *stage == BootStage::Offered);
}

// It has what it needs to start, and not long ago: who asks now is the system in the initramfs.
bool isComingUp(const BootTimeline &timeline, const QDateTime &now)
{
    const auto stage = timeline.stage();
    const bool loaded = has(timeline, BootStage::Kernel) || has(timeline, BootStage::Initramfs);
    return timeline.state == BootState::Booting && stage && *stage < BootStage::NetworkUp &&
           loaded && timeline.changed.secsTo(now) < kernelStartSeconds;
}

bool hasArrived(const BootTimeline &timeline)
{
    const auto stage = timeline.stage();
    return (timeline.state == BootState::Booting || timeline.state == BootState::Registered) &&
           stage && *stage >= BootStage::NetworkUp;
}

// What is known of the machine stays; what belongs to one boot goes.
void beginBoot(BootTimeline &timeline, BootStage stage, const QDateTime &now)
{
    BootTimeline fresh;
    fresh.mac = timeline.mac;
    fresh.serial = timeline.serial;
    fresh.boardRevision = timeline.boardRevision;
    fresh.raspberry = timeline.raspberry;
    fresh.vendorClass = timeline.vendorClass;
    fresh.state = BootState::Booting;
    timeline = fresh;
    step(timeline, stage, now, now);
}

void takeSerial(BootTimeline &timeline, const QString &file)
{
    static const QRegularExpression folder(uR"(\A([0-9a-f]{8})/)"_s);
    const auto match = folder.match(file);
    if (match.hasMatch())
        timeline.serial = match.captured(1);
}

void takeIdentity(BootTimeline &timeline, const DhcpSeen &seen)
{
    timeline.vendorClass = seen.vendorClass;
    if (!seen.raspberry)
        return;
    timeline.raspberry = true;
    if (timeline.serial.isEmpty())
        timeline.serial = seen.serial;
    timeline.boardRevision = seen.boardRevision;
}

} // namespace

BootTracker::BootTracker(QString tftpRoot, bool raspberriesOnly)
    : m_root(std::move(tftpRoot)), m_raspberriesOnly(raspberriesOnly)
{
}

const BootTimeline *BootTracker::find(MacAddress mac) const
{
    const auto it = m_timelines.constFind(mac);
    return it == m_timelines.constEnd() ? nullptr : &*it;
}

void BootTracker::forget(MacAddress mac)
{
    m_timelines.remove(mac);
    m_withoutAddress.remove(mac);
    m_leases.removeIf([mac](const auto &lease) { return lease.value() == mac; });
}

bool BootTracker::isPoolFull(const QDateTime &now) const
{
    return std::any_of(
        m_withoutAddress.begin(), m_withoutAddress.end(),
        [&now](const QDateTime &asked) { return asked.secsTo(now) < withoutAddressSeconds; });
}

// Addresses of those whom nobody answers can be invented without end.
void BootTracker::noteEnd(const LogLine &line)
{
    if (m_ended.size() >= maxMachines)
        m_ended.clear();
    m_ended.insert(line.address, line.kind);
}

MacAddress BootTracker::noteNoAddress(BootTimeline &timeline, const QDateTime &now)
{
    m_withoutAddress.insert(timeline.mac, now);
    if (std::exchange(timeline.poolFull, true))
        return {};
    return timeline.mac;
}

// True: it had none before.
bool BootTracker::noteAddress(BootTimeline &timeline)
{
    m_withoutAddress.remove(timeline.mac);
    return std::exchange(timeline.poolFull, false);
}

void BootTracker::setRefused(MacAddress mac, bool refused)
{
    if (refused)
        m_refused.insert(mac);
    else
        m_refused.remove(mac);
}

// Addresses can be invented without end: whoever was quiet for longest and never arrived goes.
void BootTracker::makeRoom()
{
    if (m_timelines.size() < maxMachines)
        return;
    auto oldest = m_timelines.begin();
    for (auto it = m_timelines.begin(); it != m_timelines.end(); ++it) {
        const bool arrived = it->state == BootState::Registered;
        const bool oldestArrived = oldest->state == BootState::Registered;
        if (arrived < oldestArrived || (arrived == oldestArrived && it->changed < oldest->changed))
            oldest = it;
    }
    forget(MacAddress(oldest.key()));
}

BootTimeline &BootTracker::entry(MacAddress mac)
{
    const auto it = m_timelines.find(mac);
    if (it != m_timelines.end())
        return *it;
    makeRoom();
    BootTimeline timeline;
    timeline.mac = mac;
    return *m_timelines.insert(mac, timeline);
}

MacAddress BootTracker::take(const Event &event, const QDateTime &now)
{
    if (event.kind == Event::Kind::Dhcp && event.dhcp.fromClient && !event.mac.isNull())
        return takeClient(event.mac, event.dhcp, now);
    if (event.kind != Event::Kind::Log)
        return {};
    const auto line = parseLogLine(event.text);
    return line ? takeLog(*line, event, now) : MacAddress();
}

MacAddress BootTracker::takeClient(MacAddress mac, const DhcpSeen &seen, const QDateTime &now)
{
    const bool asks = seen.type == DhcpType::Discover || seen.type == DhcpType::Request ||
                      seen.type == DhcpType::Inform;
    const bool kit = seen.vendorClass == kitVendorClass;
    if (!asks || (m_raspberriesOnly && !seen.raspberry && !kit && !find(mac)))
        return {};
    if (kit)
        return takeKit(mac, seen, now);
    return isBootRom(seen) ? takeBootRom(mac, seen, now) : takeSystem(mac, seen, now);
}

MacAddress BootTracker::takeBootRom(MacAddress mac, const DhcpSeen &seen, const QDateTime &now)
{
    BootTimeline &timeline = entry(mac);
    takeIdentity(timeline, seen);
    const bool discovers = seen.type == DhcpType::Discover;
    const bool stillRefused = timeline.state == BootState::Refused && m_refused.contains(mac);
    // A discover in the middle of a boot is a new boot; a request belongs to the one that runs.
    if (timeline.steps.isEmpty() || (discovers && !isWaiting(timeline) && !stillRefused))
        beginBoot(timeline, BootStage::Seen, now);
    else if (discovers)
        ++timeline.asked;
    if (seen.type == DhcpType::Request) {
        // Beside another server it takes that one's address, and our word where to boot from.
        timeline.otherServer = !m_raspberriesOnly && !seen.server.isEmpty() && !seen.bySelf;
        timeline.accepted = !timeline.otherServer;
    }
    return mac;
}

// It was booted over the network, however much was seen of that: the station may have been started
// meanwhile.
MacAddress BootTracker::takeKit(MacAddress mac, const DhcpSeen &seen, const QDateTime &now)
{
    if (seen.type != DhcpType::Request)
        return {}; // no answer yet
    BootTimeline &timeline = entry(mac);
    timeline.vendorClass = seen.vendorClass;
    if (hasArrived(timeline))
        return {}; // it renews its lease
    if (timeline.state == BootState::Booting)
        step(timeline, BootStage::NetworkUp, now, now);
    else
        beginBoot(timeline, BootStage::NetworkUp, now);
    return mac;
}

MacAddress BootTracker::takeSystem(MacAddress mac, const DhcpSeen &seen, const QDateTime &now)
{
    BootTimeline &timeline = entry(mac);
    const bool sameSystem = timeline.vendorClass == seen.vendorClass;
    timeline.vendorClass = seen.vendorClass;
    if (isComingUp(timeline, now)) {
        if (seen.type != DhcpType::Request)
            return {};
        step(timeline, BootStage::NetworkUp, now, now);
        return mac;
    }
    if (hasArrived(timeline)) {
        // It renews its lease, or asked once more. A discover of one that had registered is another
        // system, which started without the boot ROM's asking us.
        const bool again =
            timeline.state == BootState::Registered && seen.type == DhcpType::Discover;
        if (sameSystem && !again)
            return {};
    }
    if (timeline.state == BootState::OwnSystem)
        return {};
    timeline.state = BootState::OwnSystem;
    timeline.changed = now;
    return mac;
}

MacAddress BootTracker::macOf(const LogLine &line, const Event &event) const
{
    if (!line.mac.isNull())
        return line.mac;
    return event.mac.isNull() ? m_leases.value(line.address) : event.mac;
}

MacAddress BootTracker::takeLog(const LogLine &line, const Event &event, const QDateTime &now)
{
    if (line.kind == LogLine::Kind::Ended || line.kind == LogLine::Kind::Error) {
        noteEnd(line);
        return {};
    }
    const MacAddress mac = macOf(line, event);
    const auto it = m_timelines.find(mac);
    // Whoever speaks was seen on the wire before; the log alone makes no machine.
    if (it == m_timelines.end())
        return {};
    BootTimeline &timeline = *it;
    switch (line.kind) {
    case LogLine::Kind::NoAddress:
        return noteNoAddress(timeline, now);
    case LogLine::Kind::Offer: {
        const bool hadNone = noteAddress(timeline);
        if (timeline.stage() != BootStage::Seen || timeline.state != BootState::Booting)
            return hadNone ? mac : MacAddress();
        step(timeline, BootStage::Offered, now, now);
        return mac;
    }
    case LogLine::Kind::Ack:
        (void)noteAddress(timeline);
        timeline.address = line.address;
        m_leases.removeIf([mac](const auto &lease) { return lease.value() == mac; });
        m_leases.insert(line.address, mac);
        return mac;
    case LogLine::Kind::Refused:
        if (!m_refused.contains(mac) || timeline.state == BootState::Refused)
            return {};
        timeline.state = BootState::Refused;
        timeline.changed = now;
        return mac;
    case LogLine::Kind::Sent:
    case LogLine::Kind::NotFound:
    case LogLine::Kind::Broken:
        return takeFile(timeline, line, event.bytes, now);
    case LogLine::Kind::Ended:
    case LogLine::Kind::Error:
        break;
    }
    return {};
}

// dnsmasq counts a transfer as sent, too, that the machine ended before its first block: a question
// for the file's size.
MacAddress BootTracker::takeFile(BootTimeline &timeline, const LogLine &line, qint64 bytes,
                                 const QDateTime &now)
{
    if (timeline.state != BootState::Booting)
        return {};
    const QString file =
        line.file.startsWith(m_root + u'/') ? line.file.mid(m_root.size() + 1) : line.file;
    takeSerial(timeline, file);
    timeline.address = line.address;
    timeline.accepted = true;
    const bool absent = line.kind == LogLine::Kind::NotFound;
    const auto end = m_ended.constFind(line.address);
    const bool ended = !absent && end != m_ended.constEnd();
    const bool sent = line.kind == LogLine::Kind::Sent && !ended;
    const bool broken = ended ? *end == LogLine::Kind::Error : line.kind == LogLine::Kind::Broken;
    if (ended)
        m_ended.erase(end);
    // The log tells of a file when its last block has been sent: it was begun when the one before
    // ended.
    const QDateTime began = timeline.changed;
    if (!has(timeline, BootStage::Firmware))
        step(timeline, BootStage::Firmware, now, now);
    const BootStage stage = core::stageOfFile(file);
    if (sent && stage != BootStage::Firmware && !has(timeline, stage))
        step(timeline, stage, began, now);
    timeline.changed = now;
    if (sent) {
        if (timeline.files.size() < maxFiles)
            timeline.files.append(BootFile{file, bytes, now});
        if (timeline.broken == file)
            timeline.broken.clear();
    } else if (broken) {
        timeline.broken = file;
    } else if (absent && timeline.missing.size() < maxMissing && !timeline.missing.contains(file)) {
        timeline.missing.append(file);
    }
    return timeline.mac;
}

MacAddress BootTracker::takeRegistration(MacAddress mac, const QDateTime &now)
{
    const auto it = m_timelines.find(mac);
    // A system of its own may run the client, too: then this boot was none of ours.
    if (it == m_timelines.end() || it->state != BootState::Booting)
        return {};
    step(*it, BootStage::Registered, now, now);
    it->state = BootState::Registered;
    return mac;
}

} // namespace netboot
