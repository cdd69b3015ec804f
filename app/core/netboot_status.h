// SPDX-License-Identifier: GPL-3.0-or-later
// Whether DHCP and TFTP are served, as the station tells it to whoever asks.
#pragma once

#include "protocol/failure.h"

#include <QString>

namespace core
{

enum class NetbootState {
    Off,
    Starting,
    Serving,
    Stopping,
    Failed,
    Waiting, // serves again by itself when the interface is back, or has a link
};

struct NetbootStatus {
    NetbootState state = NetbootState::Off;
    QString interface;
    QString address; // "10.20.50.1/24"
    QString tftpRoot;
    QString uplink; // empty: devices have no way out
    bool proxy = false;
    protocol::Failure failure; // Failed; Waiting: InterfaceDown or InterfaceGone
    bool poolFull = false;     // a device asks for an address, and the range has none left
    QString range{};           // of addresses for devices, "10.20.50.100-10.20.50.200"; proxy: none

    // DHCP and TFTP run, also while nobody can be reached by the interface.
    [[nodiscard]] bool isServing() const
    {
        return state == NetbootState::Serving || state == NetbootState::Waiting;
    }
};

} // namespace core
