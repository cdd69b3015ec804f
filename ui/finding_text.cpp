// SPDX-License-Identifier: GPL-3.0-or-later
// A finding's sentences.
#include "ui/format.h"
#include "ui/preflight_text.h"

#include <QCoreApplication>
#include <QDir>

using namespace Qt::StringLiterals;
using netboot::Check;
using netboot::Finding;
using netboot::Reason;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::PreflightText)
};

QString detail(const Finding &finding, qsizetype index)
{
    return finding.details.value(index);
}

QString bytesAt(const Finding &finding, qsizetype index)
{
    return format::bytes(detail(finding, index).toLongLong());
}

QString folderAt(const Finding &finding, qsizetype index)
{
    return QDir::toNativeSeparators(detail(finding, index));
}

QString list(const QStringList &items)
{
    return items.join(u", "_s);
}

// "dnsmasq (process 812)", or what can be said without knowing.
QString holder(const Finding &finding)
{
    if (detail(finding, 2).isEmpty())
        return Tr::tr("another program");
    return Tr::tr("%1 (process %2)", "program, number").arg(detail(finding, 1), detail(finding, 2));
}

QString netbootText(const Finding &finding)
{
    const QString interface = detail(finding, 0);
    if (finding.reason == Reason::NetbootServes)
        return Tr::tr("Network boot is on at %1.").arg(interface);
    return interface.isEmpty()
               ? Tr::tr("Network boot is off, and its parts were not checked. Choose the interface "
                        "to the bench, unless the devices are started in another way.")
               : Tr::tr("Network boot is off. Start it with Tools, Network boot…");
}

QString rangeText(const Finding &finding)
{
    const QString addresses = detail(finding, 0);
    const QString devices = detail(finding, 1);
    if (finding.reason == Reason::RangeEnough)
        return Tr::tr("Addresses in the range: %1. Devices seen: %2.").arg(addresses, devices);
    return Tr::tr("Too few addresses in the range: %1. Devices seen: %2. Devices without an "
                  "address cannot boot. Choose a larger range.")
        .arg(addresses, devices);
}

QString interfaceText(const Finding &finding)
{
    const QStringList others = finding.details.mid(1);
    const QString wrong =
        finding.reason == Reason::InterfaceMissing
            ? Tr::tr("There is no interface %1.").arg(detail(finding, 0))
        : finding.reason == Reason::InterfaceUplink
            ? Tr::tr("%1 leads this computer to the office or the internet. DHCP there would "
                     "disturb everybody.")
                  .arg(detail(finding, 0))
            : Tr::tr("%1 is no Ethernet interface.").arg(detail(finding, 0));
    return others.isEmpty() ? wrong
                            : wrong + u' ' + Tr::tr("This machine has: %1.").arg(list(others));
}

QString refusalText(const Finding &finding)
{
    return Tr::tr("The netboot service will refuse this: %1.").arg(detail(finding, 0));
}

QString uplinkText(const Finding &finding)
{
    const QString bench = detail(finding, 0);
    const QString uplink = detail(finding, 1);
    switch (finding.reason) {
    case Reason::UplinkOpen:
        return Tr::tr("Devices get out by %1.").arg(uplink);
    case Reason::ForwardBlocked:
        return Tr::tr("This computer's firewall drops what is to be passed on from %1 to %2, as "
                      "Docker and ufw set it up. Devices get no internet until it allows that.")
            .arg(bench, uplink);
    default:
        return Tr::tr("The firewall's rules do not tell for sure whether devices get out from %1 "
                      "by %2.")
            .arg(bench, uplink);
    }
}

QString linkText(const Finding &finding)
{
    const QString speed = detail(finding, 0);
    switch (finding.reason) {
    case Reason::LinkUp:
        return speed == "0"_L1 ? Tr::tr("Connected.")
                               : Tr::tr("Connected, at %1 Mbit/s.").arg(speed);
    case Reason::LinkSlow:
        return Tr::tr("Connected at %1 Mbit/s only, so that all devices together are slow. Check "
                      "cable and switch.")
            .arg(speed);
    case Reason::LinkDown:
        return Tr::tr("No link on %1. Connect the cable and switch on the switch.").arg(speed);
    default:
        return Tr::tr("%1 is switched off. Network boot switches it on. The cable can be checked "
                      "only after that.")
            .arg(speed);
    }
}

QString addressText(const Finding &finding)
{
    const QString first = detail(finding, 0);
    const QString second = detail(finding, 1);
    switch (finding.reason) {
    case Reason::AddressThere:
        return Tr::tr("%1 is there.").arg(first);
    case Reason::AddressMissing:
        return Tr::tr("Network boot gives %1 the address %2 when it starts.").arg(first, second);
    case Reason::AddressNone:
        return Tr::tr("%1 has no IPv4 address.").arg(first);
    default:
        return Tr::tr("%1 is in the same network already, with %2. Choose another network for the "
                      "bench.")
            .arg(first, second);
    }
}

QString dhcpText(const Finding &finding)
{
    const QString servers = list(finding.details);
    switch (finding.reason) {
    case Reason::AloneOnWire:
        return Tr::tr("Nobody else answers on this wire.");
    case Reason::OtherDhcpServer:
        return Tr::tr("Another DHCP server answers here: %1. Two of them give devices wrong "
                      "addresses at random. Unplug or stop it, or work beside it.")
            .arg(servers);
    case Reason::OtherBootServer:
        return Tr::tr("Another server tells devices where to boot from: %1. A device takes whoever "
                      "answers first.")
            .arg(servers);
    case Reason::DhcpServerThere:
        return Tr::tr("The DHCP server to work beside is there: %1.").arg(servers);
    default:
        return Tr::tr("No DHCP server answers. Working beside one needs one.");
    }
}

QString treeText(const Finding &finding)
{
    if (finding.reason == Reason::NoSpanningTree)
        return Tr::tr("No switch was heard to run it.");
    return Tr::tr("The switch %2 runs %1. It holds a port back for about %3 s after a device was "
                  "switched on, unless the port is set to “edge” or “PortFast”; meanwhile the "
                  "device gives up looking for a server. Set the bench's ports so, or switch "
                  "spanning tree off.")
        .arg(detail(finding, 0), detail(finding, 1), detail(finding, 2));
}

QString portText(const Finding &finding)
{
    const QString port = detail(finding, 0);
    switch (finding.reason) {
    case Reason::ListensHereOnly:
        return Tr::tr("Only this computer reaches the station; start it with --listen 0.0.0.0:%1.")
            .arg(port);
    case Reason::ListensElsewhere:
        return Tr::tr("The station listens on %1 only, and devices look for it at %2; start it "
                      "with --listen 0.0.0.0:%3.")
            .arg(detail(finding, 0), detail(finding, 1), detail(finding, 2));
    case Reason::PortFree:
        return Tr::tr("Port %1 is free.").arg(port);
    case Reason::PortOwn:
        return Tr::tr("Port %1 is this station's.").arg(port);
    case Reason::PortShared:
        return Tr::tr("%2 uses port %1. That does no harm if it serves other interfaces only, for "
                      "instance virtual machines.")
            .arg(port, holder(finding));
    default:
        return Tr::tr("Port %1 is taken by %2.").arg(port, holder(finding));
    }
}

QString tftpText(const Finding &finding)
{
    const QString file = folderAt(finding, 0);
    switch (finding.reason) {
    case Reason::TftpRefused:
        return refusalText(finding);
    case Reason::TftpComplete:
        return Tr::tr("%1 holds all that a device fetches, and nothing is too large.").arg(file);
    case Reason::TftpNoFolder:
        return file.isEmpty() ? Tr::tr("No folder with the netboot kit was named.")
                              : Tr::tr("There is no folder %1.").arg(file);
    case Reason::TftpMissing:
        return Tr::tr("%1 is missing. Build the netboot kit again, or choose its folder.")
            .arg(file);
    case Reason::TftpEmpty:
        return Tr::tr("%1 is empty. Build the netboot kit again.").arg(file);
    case Reason::TftpUnreadable:
        return Tr::tr("%1 is not readable for everybody, as the TFTP service needs it.").arg(file);
    case Reason::TftpTooLarge:
        return Tr::tr("%1 has %2. Boot ROMs fetch at most %3 by TFTP.")
            .arg(file, bytesAt(finding, 1), bytesAt(finding, 2));
    case Reason::FirmwareInvalid:
        return Tr::tr("%1 is not the boot firmware of a Raspberry Pi, or it is incomplete. Build "
                      "the netboot kit again.")
            .arg(file);
    case Reason::FirmwareOld:
        return Tr::tr("%1 is from %2. Current Compute Modules 4 need firmware from %3 or later. "
                      "Build the netboot kit again.")
            .arg(file, detail(finding, 1), detail(finding, 2));
    case Reason::FirmwareDoubtful:
        return Tr::tr("%1 is from %2. Newer Compute Modules 4 may need firmware from %3 or later.")
            .arg(file, detail(finding, 1), detail(finding, 2));
    case Reason::KernelInvalid:
        return Tr::tr("%1 is not a kernel for a Raspberry Pi. Build the netboot kit again.")
            .arg(file);
    case Reason::DeviceTreeInvalid:
        return Tr::tr("%1 is not a device tree. Build the netboot kit again.").arg(file);
    case Reason::InitramfsInvalid:
        return Tr::tr("%1 is not an initramfs. Build the netboot kit again.").arg(file);
    case Reason::TftpNoInitramfs:
        return Tr::tr("%1 names no initramfs, so that the kernel would have nothing to run.")
            .arg(file);
    default:
        return Tr::tr("Kernel and initramfs have %1 together, more than %2: each MB costs up to "
                      "0.6 s whenever a device starts.")
            .arg(bytesAt(finding, 0), bytesAt(finding, 1));
    }
}

QString firewallText(const Finding &finding)
{
    switch (finding.reason) {
    case Reason::FirewallOpen:
        return Tr::tr("It lets devices in.");
    case Reason::FirewallBlocks:
        return Tr::tr("As far as its rules can be read, it keeps devices out of these ports: %1.")
            .arg(list(finding.details));
    default:
        return Tr::tr("Its rules do not tell for sure whether devices are let in to these ports: "
                      "%1.")
            .arg(list(finding.details));
    }
}

QString diskText(const Finding &finding)
{
    const QString folder = folderAt(finding, 0);
    switch (finding.reason) {
    case Reason::DiskEnough:
        return Tr::tr("%2 are free in %1.").arg(folder, bytesAt(finding, 1));
    case Reason::DiskLow:
        return Tr::tr("Only %2 are free in %1. That is enough for a few images at most.")
            .arg(folder, bytesAt(finding, 1));
    case Reason::DiskFull:
        return Tr::tr("Only %2 are free in %1. Make room first.").arg(folder, bytesAt(finding, 1));
    case Reason::DiskReadOnly:
        return Tr::tr("%1 cannot be written to.").arg(folder);
    default:
        return Tr::tr("How much is free in %1 could not be found out.").arg(folder);
    }
}

QString textOfCheck(const Finding &finding)
{
    switch (finding.check) {
    case Check::Netboot:
        return netbootText(finding);
    case Check::Range:
        return rangeText(finding);
    case Check::Interface:
        return finding.reason == Reason::InterfaceThere
                   ? Tr::tr("%1 is there.").arg(detail(finding, 0))
                   : interfaceText(finding);
    case Check::Link:
        return linkText(finding);
    case Check::Address:
        return addressText(finding);
    case Check::OtherDhcp:
        return dhcpText(finding);
    case Check::SpanningTree:
        return treeText(finding);
    case Check::HttpPort:
    case Check::DhcpPort:
    case Check::TftpPort:
        return portText(finding);
    case Check::TftpRoot:
        return tftpText(finding);
    case Check::Firewall:
        return firewallText(finding);
    case Check::Uplink:
        return uplinkText(finding);
    case Check::DataDisk:
    case Check::BackupDisk:
        return diskText(finding);
    }
    return {};
}

} // namespace

QString findingText(const Finding &finding)
{
    if (finding.reason == Reason::NeedsRights)
        return Tr::tr("Requires administrator rights.");
    if (finding.reason == Reason::CannotTell)
        return Tr::tr("The check failed: %1").arg(detail(finding, 0));
    if (finding.reason == Reason::HelperRefuses)
        return refusalText(finding);
    return textOfCheck(finding);
}

} // namespace ui
