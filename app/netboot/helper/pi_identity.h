// SPDX-License-Identifier: GPL-3.0-or-later
// How a Raspberry Pi's boot ROM names itself in DHCP option 97 (client machine identifier, RFC
// 4578), before it has loaded a single file: 00, then four words of four bytes: a mark, the board's
// revision, the tail of its MAC, its serial number. (Raspberry Pi documentation,
// "eeprom-bootloader", DHCP_OPTION97.) Older bootloaders repeat the serial number four times
// instead. Matching by the MAC's first half instead has broken with every new batch of boards.
#pragma once

#include "protocol/mac_address.h"

#include <QByteArray>
#include <QString>

#include <array>
#include <optional>
#include <span>

namespace netboot
{

struct MachineMark {
    std::array<unsigned char, 4> bytes;
    bool littleEndian; // of the words that follow
};

// All marks that boards are known to send; a new batch is a new row.
[[nodiscard]] std::span<const MachineMark> machineMarks();

struct PiIdentity {
    QString serial;        // 8 hex digits, the name of the board's folder below the TFTP root
    QString boardRevision; // 8 hex digits; empty: not told
};

// nullopt: not a Raspberry Pi. `machineId` is option 97's value.
[[nodiscard]] std::optional<PiIdentity> piIdentity(const QByteArray &machineId,
                                                   protocol::MacAddress mac);

} // namespace netboot
