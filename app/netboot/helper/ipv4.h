// SPDX-License-Identifier: GPL-3.0-or-later
// IPv4 addresses and networks as numbers in host byte order, without QtNetwork: the root helper has
// QtCore alone.
#pragma once

#include <QString>

#include <optional>

namespace netboot
{

// A dotted quad, strictly: four decimal numbers without leading zeros.
[[nodiscard]] std::optional<quint32> parseIpv4(QStringView text);
[[nodiscard]] QString ipv4Text(quint32 address);

// An interface's address together with its network, "10.20.50.1/24".
struct Subnet {
    quint32 address = 0;
    int prefix = 0; // bits; 0: none given

    [[nodiscard]] static std::optional<Subnet> parse(QStringView text);
    [[nodiscard]] QString toString() const;

    [[nodiscard]] quint32 mask() const { return prefix == 0 ? 0 : ~quint32(0) << (32 - prefix); }
    [[nodiscard]] quint32 network() const { return address & mask(); }
    [[nodiscard]] quint32 broadcast() const { return network() | ~mask(); }
    [[nodiscard]] bool contains(quint32 other) const { return (other & mask()) == network(); }
    // A host's own address, neither the network's name nor its broadcast address.
    [[nodiscard]] bool hasHost(quint32 other) const
    {
        return contains(other) && other != network() && other != broadcast();
    }
    [[nodiscard]] bool overlaps(const Subnet &other) const
    {
        return contains(other.address) || other.contains(address);
    }

    friend bool operator==(const Subnet &, const Subnet &) = default;
};

} // namespace netboot
