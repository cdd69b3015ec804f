// SPDX-License-Identifier: GPL-3.0-or-later
// One line of dnsmasq's log (2.85 to 2.91, log-dhcp, untranslated), as far as it says where a
// device stands. What clients themselves say is seen on the wire, see netboot/helper/event.h.
#pragma once

#include "protocol/mac_address.h"

#include <QString>

#include <optional>

namespace netboot
{

struct LogLine {
    enum class Kind {
        Offer,     // DHCPOFFER, or the answer of proxy-DHCP: mac, address
        Ack,       // mac, address
        Refused,   // the boot ROM is ignored by a rule: mac
        Sent,      // file, address
        NotFound,  // file, address
        Broken,    // a transfer broke off: file, address
        NoAddress, // asked for an address, and the range has none left: mac
        Ended,     // the machine itself ended the transfer: address. A line on the file follows
        Error,     // as Ended, because it could not go on
    };
    Kind kind = Kind::Offer;
    protocol::MacAddress mac;
    QString address;
    QString file; // the whole path
};

// nullopt: says nothing about a device. Takes any text.
[[nodiscard]] std::optional<LogLine> parseLogLine(const QString &line);

} // namespace netboot
