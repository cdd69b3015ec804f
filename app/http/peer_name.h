// SPDX-License-Identifier: GPL-3.0-or-later
// One spelling per peer: a device that comes over a dual-stack socket is the same device.
#pragma once

#include <QHostAddress>
#include <QNetworkInterface>
#include <QString>

#include <netinet/in.h>
#include <sys/socket.h>

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

// As QTcpSocket tells it: a link-local address with the interface that it is behind.
inline QHostAddress addressOf(const sockaddr_storage &storage)
{
    QHostAddress address(reinterpret_cast<const sockaddr *>(&storage));
    const auto *v6 = reinterpret_cast<const sockaddr_in6 *>(&storage);
    if (storage.ss_family == AF_INET6 && v6->sin6_scope_id != 0)
        address.setScopeId(QNetworkInterface::interfaceNameFromIndex(int(v6->sin6_scope_id)));
    return normalized(address);
}

inline QString peerName(const QHostAddress &address)
{
    return normalized(address).toString();
}

} // namespace http
