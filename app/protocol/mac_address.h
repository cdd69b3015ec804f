// SPDX-License-Identifier: GPL-3.0-or-later
// A device's Ethernet address, the name under which the station knows it.
#pragma once

#include <QHashFunctions>
#include <QString>

#include <compare>
#include <optional>

namespace protocol
{

class MacAddress
{
public:
    MacAddress() = default; // null

    // Six octets of two hex digits, separated by ':' or '-' (not mixed), in any case; also
    // percent-encoded colons, since clients differ in what they escape. Refuses 00:…:00 and group
    // addresses: no device has one.
    [[nodiscard]] static std::optional<MacAddress> parse(QStringView text);

    // Canonical: lower case, colons.
    [[nodiscard]] QString toString() const;
    [[nodiscard]] quint64 value() const { return m_value; }
    [[nodiscard]] bool isNull() const { return m_value == 0; }

    friend auto operator<=>(const MacAddress &, const MacAddress &) = default;
    friend size_t qHash(const MacAddress &mac, size_t seed = 0)
    {
        return ::qHash(mac.m_value, seed);
    }

private:
    quint64 m_value = 0; // 48 bits
};

} // namespace protocol
