// SPDX-License-Identifier: GPL-3.0-or-later
// Whether DHCP and TFTP are served, as the station tells it to whoever asks.
#pragma once

#include "protocol/failure.h"

#include <QString>

namespace core
{

enum class NetbootState { Off, Starting, Serving, Stopping, Failed };

struct NetbootStatus {
    NetbootState state = NetbootState::Off;
    QString interface;
    QString address; // "10.20.50.1/24"
    QString tftpRoot;
    QString uplink; // empty: devices have no way out
    bool proxy = false;
    protocol::Failure failure; // Failed

    [[nodiscard]] bool isServing() const { return state == NetbootState::Serving; }
};

} // namespace core
