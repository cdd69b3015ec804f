// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine is: read from the kernel's files, never guessed.
#pragma once

#include "protocol/messages.h"

namespace netclient
{

// Where the kernel tells. Tests have their own copies.
struct SystemPaths {
    QString bootId = QStringLiteral("/proc/sys/kernel/random/boot_id");
    QString deviceTree = QStringLiteral("/proc/device-tree");
    QString cpuInfo = QStringLiteral("/proc/cpuinfo");
    QString netClass = QStringLiteral("/sys/class/net");
    QString sysBlock = QStringLiteral("/sys/block");
    QString dev = QStringLiteral("/dev");
    QString leds = QStringLiteral("/sys/class/leds");
    QString watchdog = QStringLiteral("/dev/watchdog0");
    QString initLog = QStringLiteral("/run/provisioning.log"); // the netboot image's init writes it
};

// The interface and address by which packets to a numeric address leave; empty where there is no
// route.
struct Route {
    QString interface;
    QString address;
};
[[nodiscard]] Route routeTo(const QString &host);

// The MAC of `preferred` if it is an Ethernet interface, else of the first one that has a carrier,
// else of the first.
[[nodiscard]] std::optional<protocol::MacAddress> findMac(const SystemPaths &paths,
                                                          const QString &preferred);

// All of a full-level registration but MAC and IP. `device` as on the command line; what cannot be
// told stays empty.
[[nodiscard]] protocol::RegisterRequest readFacts(const SystemPaths &paths, const QString &device);

} // namespace netclient
