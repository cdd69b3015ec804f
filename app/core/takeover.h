// SPDX-License-Identifier: GPL-3.0-or-later
// Who registers with a MAC that is known: the device itself, or somebody who says so? MAC, serial
// number and IP address are no secrets. A running job goes to another address or session only with
// a proof: the old session; the operator's word; a boot that our own DHCP service has seen since;
// at the same address, the kernel's word for who is there, once the old session is silent.
#pragma once

#include <QtGlobal>

namespace core
{

inline constexpr qint64 silentSessionMs = 15'000; // reports come twice a second, polls once
inline constexpr qint64 plainAwayMs = 60'000;     // polls come every 5 s
inline constexpr qint64 unknownNeighbourMs = 60'000;

enum class Takeover {
    Same,      // the device itself, at its address
    Moved,     // the device itself, or a device of which nothing was heard lately, elsewhere
    Shown,     // let in, and told of: the device was heard of elsewhere a moment ago
    OtherUnit, // another board, let in without what the one before had
    Refused,
};

struct Newcomer {
    bool sameAddress = false;
    bool ownSession = false; // it has the old one
    bool accepted = false;   // the operator says so
    bool bootSeen = false;   // our DHCP service saw the device boot, after its last sign
    bool otherUnit = false;  // another serial number or CID
    // Of the device as it is known:
    bool wasPlain = false; // it has no session
    bool running = false;  // its job has begun and has not ended
    bool online = false;   // heard of within a few polls
    bool attached = false; // a connection of its transfer is there
    qint64 silentMs = 0;
    // Who the kernel has found at the newcomer's address:
    bool neighbourAgrees = false; // the MAC itself, or this machine
    bool neighbourKnown = false;  // anybody
};

[[nodiscard]] Takeover judge(const Newcomer &newcomer);

} // namespace core
