// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/dhcp_discover.h"

#include <QDataStream>
#include <QIODevice>

namespace netboot
{
namespace
{

constexpr quint16 clientPort = 68;
constexpr quint16 serverPort = 67;
constexpr int ipHeaderBytes = 20;
constexpr int udpHeaderBytes = 8;
constexpr qsizetype addressFieldBytes = 16; // chaddr
constexpr qsizetype serverNameBytes = 64;
constexpr qsizetype fileNameBytes = 128;
constexpr qsizetype smallestBootp = 300; // RFC 1542, 2.1; some servers drop shorter ones

QByteArray option(quint8 code, const QByteArray &value)
{
    return QByteArray(1, char(code)) + QByteArray(1, char(value.size())) + value;
}

QByteArray options(Asking asking)
{
    QByteArray all = QByteArray::fromHex("63825363");         // the magic cookie
    all += option(53, QByteArray(1, 1));                      // DISCOVER
    all += option(55, QByteArray::fromHex("0103062b363c42")); // mask, router, DNS, 43, 54, 60, 66
    if (asking == Asking::PxeClient) {
        all += option(60, "PXEClient:Arch:00000:UNDI:002001");
        all += option(93, QByteArray::fromHex("0000"));
        all += option(94, QByteArray::fromHex("010201"));
    }
    return all + QByteArray(1, '\xff');
}

QByteArray bootp(const protocol::MacAddress &mac, quint32 transaction, Asking asking)
{
    QByteArray message;
    QDataStream out(&message, QIODevice::WriteOnly);
    out << quint8(1) << quint8(1) << quint8(6) << quint8(0); // request, Ethernet, 6 octets, no hops
    out << transaction << quint16(0) << quint16(0x8000);     // answer by broadcast
    out << quint32(0) << quint32(0) << quint32(0) << quint32(0);
    const QByteArray address = QByteArray::fromHex(mac.toString().remove(u':').toLatin1());
    message += address.leftJustified(addressFieldBytes, '\0');
    message += QByteArray(serverNameBytes + fileNameBytes, '\0');
    message += options(asking);
    return message.leftJustified(smallestBootp, '\0');
}

quint16 checksum(const QByteArray &header)
{
    quint32 sum = 0;
    for (qsizetype i = 0; i + 1 < header.size(); i += 2)
        sum += quint32(quint8(header[i])) << 8 | quint8(header[i + 1]);
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return quint16(~sum);
}

QByteArray ipHeader(quint16 payloadBytes)
{
    QByteArray header;
    QDataStream out(&header, QIODevice::WriteOnly);
    out << quint8(0x45) << quint8(0x10) << quint16(ipHeaderBytes + payloadBytes);
    out << quint16(0) << quint16(0) << quint8(64) << quint8(17) << quint16(0);
    out << quint32(0) << quint32(0xffffffff);
    const quint16 sum = checksum(header);
    header[10] = char(sum >> 8);
    header[11] = char(sum & 0xff);
    return header;
}

} // namespace

QByteArray dhcpDiscover(const protocol::MacAddress &mac, quint32 transaction, Asking asking)
{
    const QByteArray message = bootp(mac, transaction, asking);
    const auto udpBytes = quint16(udpHeaderBytes + message.size());
    QByteArray udp;
    QDataStream out(&udp, QIODevice::WriteOnly);
    out << clientPort << serverPort << udpBytes << quint16(0); // no checksum: RFC 768 allows that
    return ipHeader(udpBytes) + udp + message;
}

} // namespace netboot
