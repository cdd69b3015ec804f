// SPDX-License-Identifier: GPL-3.0-or-later
// One spelling per peer: a device that comes over a dual-stack socket is the same device.
#pragma once

#include <QHostAddress>
#include <QString>

namespace http
{

inline QHostAddress normalized(const QHostAddress &address)
{
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4);
    if (isV4)
        return QHostAddress(v4);
    return address == QHostAddress(QHostAddress::LocalHostIPv6)
               ? QHostAddress(QHostAddress::LocalHost)
               : address;
}

inline QString peerName(const QHostAddress &address)
{
    return normalized(address).toString();
}

} // namespace http
