// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/authority.h"

#include <QHostAddress>
#include <QRegularExpression>

namespace http
{

using namespace Qt::StringLiterals;

QString Authority::text() const
{
    QString text = host;
    if (isIpv6())
        text = u'[' + (zone.isEmpty() ? host : host + "%25"_L1 + zone) + u']';
    return port < 0 ? text : text + u':' + QString::number(port);
}

std::optional<Authority> parseAuthority(const QByteArray &text)
{
    static const QRegularExpression form(
        uR"(\A(?:([A-Za-z0-9._-]{1,253})|\[([0-9A-Fa-f:.]{2,45})(?:%(?:25)?+([A-Za-z0-9._~-]{1,32}))?\]))"
        uR"((?::([0-9]{1,5}))?\z)"_s);
    const auto match = form.match(QString::fromLatin1(text));
    if (!match.hasMatch())
        return std::nullopt;
    Authority authority{match.captured(1) + match.captured(2), match.captured(3), -1};
    if (match.hasCaptured(4))
        authority.port = match.captured(4).toInt();
    const bool isBracketed = text.startsWith('[');
    const bool isIpv6 = QHostAddress(authority.host).protocol() == QHostAddress::IPv6Protocol;
    if (authority.port > 65535 || isBracketed != isIpv6)
        return std::nullopt;
    return authority;
}

} // namespace http
