// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/neighbours.h"

#include "core/neighbour_search.h"

#include <QFile>
#include <QStringTokenizer>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::MacAddress;

namespace
{

constexpr uint complete = 0x2; // ATF_COM of linux/if_arp.h

bool isLoopback(const QString &address)
{
    return address.startsWith("127."_L1) || address == "::1"_L1;
}

} // namespace

// Columns: address, type of hardware, flags, MAC address, mask, interface.
std::optional<MacAddress> macInArpTable(QStringView table, QStringView address)
{
    for (const auto line : qTokenize(table, u'\n')) {
        const QStringList columns = line.toString().split(u' ', Qt::SkipEmptyParts);
        if (columns.size() < 4 || columns.at(0) != address)
            continue;
        if (columns.at(2).toUInt(nullptr, 16) & complete)
            return MacAddress::parse(columns.at(3));
    }
    return std::nullopt;
}

Neighbour kernelNeighbour(const QString &address)
{
    if (isLoopback(address))
        return {true, {}};
    if (address.contains(u':'))
        return {false, ipv6Neighbour(address)};
    QFile file(u"/proc/net/arp"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return {false, macInArpTable(QString::fromLatin1(file.readAll()), address)};
}

} // namespace core
