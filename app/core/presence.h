// SPDX-License-Identifier: GPL-3.0-or-later
// What the station has heard of a device since it was started itself. Nothing of it is kept, and
// every moment is the steady clock's: somebody may set the other one.
#pragma once

#include <QString>

#include <chrono>
#include <optional>

namespace core
{

// An operator's accept() holds for so long.
inline constexpr std::chrono::minutes acceptanceLifetime{10};
// A conflict is shown for so long after the other one was last heard of.
inline constexpr std::chrono::minutes conflictLifetime{5};

struct Presence {
    qint64 heard = -1;          // ms; the last sign of the device itself; -1: none
    std::optional<bool> online; // as it was last told
    bool polled = false;        // since it registered
    QString usedSession;        // the last one that the device has used: it got its answer
    qint64 booted = -1;         // ms; our DHCP saw it begin to boot; -1: did not
    qint64 refused = -1;        // ms; somebody at its own address was, and none got in since
    qint64 conflict = -1;       // ms; the other address was heard of last
    QString accepted;           // by the operator: this address gets in
    qint64 acceptedUntil = -1;  // ms
};

} // namespace core
