// SPDX-License-Identifier: GPL-3.0-or-later
// What the service changed on this machine, on disk before it is changed, so that whoever comes
// after a crash can put it back.
#pragma once

#include "netboot/helper/ipv4.h"
#include "protocol/result.h"

#include <QList>
#include <QString>

namespace netboot
{

// A process, named so that another one that got its number later is not mistaken for it.
struct ProcessMark {
    qint64 pid = 0;      // 0: none
    quint64 started = 0; // clock ticks after boot, field 22 of /proc/PID/stat

    friend bool operator==(const ProcessMark &, const ProcessMark &) = default;
};

// started == 0: there is no such process.
[[nodiscard]] ProcessMark markProcess(qint64 pid);
[[nodiscard]] bool isAlive(const ProcessMark &mark);

struct Journal {
    QString interface;
    Subnet address;            // that was added to the interface; prefix 0: none
    bool linkRaised = false;   // the interface was down before
    QStringList forwarding;    // interfaces on which forwarding was off before
    bool packetFilter = false; // our table of nftables
    ProcessMark dnsmasq;

    [[nodiscard]] bool isEmpty() const;
    friend bool operator==(const Journal &, const Journal &) = default;
};

// Durable and atomic. NetbootFailed.
[[nodiscard]] protocol::Result<void> saveJournal(const QString &path, const Journal &journal);
// Empty when there is none. NetbootFailed when it is there and makes no sense: then nothing is
// known and nothing may be touched.
[[nodiscard]] protocol::Result<Journal> loadJournal(const QString &path);

} // namespace netboot
