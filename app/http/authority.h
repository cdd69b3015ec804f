// SPDX-License-Identifier: GPL-3.0-or-later
// The host that a request names (RFC 9110, 7.2; RFC 3986, 3.2.2; RFC 6874).
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace http
{

struct Authority {
    QString host; // a name or an address, without brackets
    QString zone; // of an IPv6 address: the peer's own name for its interface; empty: none
    int port = -1;

    [[nodiscard]] bool isIpv6() const { return host.contains(u':'); }
    // As it stands in a URL: "[fe80::1%25eth0]:5000".
    [[nodiscard]] QString text() const;
};

// "host", "host:port", "[v6]" or "[v6%25zone]:port"; nullopt: malformed. A zone means something to
// the peer alone and should not be sent; where it is, a bare "%" before it is taken, too.
[[nodiscard]] std::optional<Authority> parseAuthority(const QByteArray &text);

} // namespace http
