// SPDX-License-Identifier: GPL-3.0-or-later
// What dnsmasq's TFTP log does not say: how large the file was, and which machine the address is.
#pragma once

#include "protocol/mac_address.h"

#include <QString>

namespace netboot
{

struct TftpNotes {
    qint64 bytes = -1; // of a file that was sent; -1: none, or not known
    protocol::MacAddress mac;
};

// `root` is the TFTP root; nothing outside it is looked at. `neighbours` is the text of
// /proc/net/arp.
[[nodiscard]] TftpNotes notesOn(const QString &line, const QString &root,
                                const QByteArray &neighbours);
[[nodiscard]] bool isTftpLine(const QString &line);
[[nodiscard]] protocol::MacAddress neighbourIn(const QByteArray &neighbours,
                                               const QString &address);

} // namespace netboot
