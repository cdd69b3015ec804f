// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's neighbour table as it tells it over a socket, rtnetlink(7): of IPv6 there is no
// file in /proc.
#pragma once

#include "protocol/mac_address.h"

#include <QByteArray>
#include <QString>

#include <cstddef>
#include <optional>
#include <span>

namespace core
{

// Who is at an IPv6 address, in the answer to a request for the whole table.
class NeighbourSearch
{
public:
    // `address`: 16 bytes; `interface`: its number, 0: any.
    NeighbourSearch(QByteArray address, int interface);

    // One datagram of the answer. True: more are to come.
    bool take(std::span<const std::byte> datagram);
    // Entries that the kernel has an address of the link layer of, and does not doubt; none, where
    // they disagree (a link-local address on two interfaces).
    [[nodiscard]] std::optional<protocol::MacAddress> found() const;

private:
    void takeEntry(std::span<const std::byte> message);
    void note(std::span<const std::byte> linkAddress);

    const QByteArray m_address;
    const int m_interface;
    std::optional<protocol::MacAddress> m_found;
    bool m_disagree = false;
};

// Of this machine, now. `address` may have a zone ("fe80::5%eth1").
[[nodiscard]] std::optional<protocol::MacAddress> ipv6Neighbour(const QString &address);

} // namespace core
