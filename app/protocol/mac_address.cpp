// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/mac_address.h"

namespace protocol
{

using namespace Qt::StringLiterals;

std::optional<MacAddress> MacAddress::parse(QStringView text)
{
    constexpr int octets = 6;
    constexpr quint64 groupBit = quint64(1) << 40;
    QString plain = text.trimmed().toString();
    plain.replace("%3A"_L1, ":"_L1, Qt::CaseInsensitive);
    if (plain.size() != octets * 3 - 1)
        return std::nullopt;
    const QChar separator = plain.at(2);
    if (separator != u':' && separator != u'-')
        return std::nullopt;

    quint64 value = 0;
    for (int octet = 0; octet < octets; ++octet) {
        if (octet > 0 && plain.at(octet * 3 - 1) != separator)
            return std::nullopt;
        for (int digit = 0; digit < 2; ++digit) {
            const char16_t c = plain.at(octet * 3 + digit).toLower().unicode();
            if (c >= u'0' && c <= u'9')
                value = value << 4 | quint64(c - u'0');
            else if (c >= u'a' && c <= u'f')
                value = value << 4 | quint64(c - u'a' + 10);
            else
                return std::nullopt;
        }
    }
    if (value == 0 || (value & groupBit))
        return std::nullopt;
    MacAddress mac;
    mac.m_value = value;
    return mac;
}

QString MacAddress::toString() const
{
    const QString digits = QString::number(m_value, 16).rightJustified(12, u'0');
    QString text;
    for (int i = 0; i < digits.size(); i += 2) {
        if (i > 0)
            text += u':';
        text += QStringView(digits).mid(i, 2);
    }
    return text;
}

} // namespace protocol
