// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/ipv4.h"

#include <arpa/inet.h>

namespace netboot
{

using namespace Qt::StringLiterals;

std::optional<quint32> parseIpv4(QStringView text)
{
    in_addr address{};
    const QByteArray latin = text.toUtf8();
    // An embedded zero would end the text for inet_pton and hide what follows.
    if (latin.contains('\0') || inet_pton(AF_INET, latin.constData(), &address) != 1)
        return std::nullopt;
    return ntohl(address.s_addr);
}

QString ipv4Text(quint32 address)
{
    return u"%1.%2.%3.%4"_s.arg(address >> 24)
        .arg(address >> 16 & 0xff)
        .arg(address >> 8 & 0xff)
        .arg(address & 0xff);
}

std::optional<Subnet> Subnet::parse(QStringView text)
{
    const qsizetype slash = text.indexOf(u'/');
    if (slash < 0 || text.size() - slash > 3)
        return std::nullopt;
    const auto address = parseIpv4(text.left(slash));
    for (const QChar c : text.sliced(slash + 1)) {
        if (c < u'0' || c > u'9')
            return std::nullopt;
    }
    bool ok = false;
    const int prefix = text.sliced(slash + 1).toInt(&ok);
    if (!address || !ok || prefix < 1 || prefix > 32)
        return std::nullopt;
    return Subnet{*address, prefix};
}

QString Subnet::toString() const
{
    return u"%1/%2"_s.arg(ipv4Text(address)).arg(prefix);
}

} // namespace netboot
