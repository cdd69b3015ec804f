// SPDX-License-Identifier: GPL-3.0-or-later
// Spanning tree messages (BPDUs) as switches send them: IEEE 802.1D-2004 clause 9 (STP, RSTP),
// 802.1Q-2018 clause 14 (MSTP), and the same under SNAP as Cisco's per-VLAN variants. A switch that
// sends them may hold a port back for half a minute after its device was switched on. Parses
// hostile bytes.
#pragma once

#include "protocol/mac_address.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace netboot
{

// Where they are sent to: 802.1D's group address, and Cisco's.
inline constexpr std::array<unsigned char, 6> bridgeGroup{0x01, 0x80, 0xc2, 0x00, 0x00, 0x00};
inline constexpr std::array<unsigned char, 6> perVlanGroup{0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcd};

struct Bpdu {
    enum class Kind { Stp, Rstp, Mstp, TopologyChange };
    Kind kind = Kind::Stp;
    bool perVlan = false;
    protocol::MacAddress sender; // of the frame: the switch's port
    // Not told by TopologyChange:
    protocol::MacAddress root;
    protocol::MacAddress bridge;
    int helloMs = 0;        // between two of them
    int forwardDelayMs = 0; // a port waits this long twice before it forwards

    friend bool operator==(const Bpdu &, const Bpdu &) = default;
};

// `frame`: from the destination address on. nullopt: something else, cut off or malformed.
[[nodiscard]] std::optional<Bpdu> parseBpdu(std::span<const std::byte> frame);

} // namespace netboot
