// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/bpdu.h"

#include <algorithm>

namespace netboot
{
namespace
{

using Bytes = std::span<const std::byte>;
using protocol::MacAddress;

constexpr size_t addressBytes = 6;
constexpr size_t ethernetHeaderBytes = 14;
constexpr size_t vlanTagBytes = 4;
constexpr quint16 vlanTag = 0x8100;
constexpr quint16 longestLength = 1500; // above it is an EtherType, not a length
constexpr size_t notificationBytes = 4;
constexpr size_t configurationBytes = 35;

constexpr std::array<quint8, 3> bridgeHeader{0x42, 0x42, 0x03}; // LLC
// LLC for SNAP, Cisco's OUI, and its protocol number for per-VLAN spanning tree.
constexpr std::array<quint8, 8> perVlanHeader{0xaa, 0xaa, 0x03, 0x00, 0x00, 0x0c, 0x01, 0x0b};

enum MessageType : quint8 { Configuration = 0x00, Rapid = 0x02, Notification = 0x80 };

quint8 at(Bytes bytes, size_t offset)
{
    return quint8(bytes[offset]);
}

quint16 word(Bytes bytes, size_t offset)
{
    return quint16(at(bytes, offset) << 8 | at(bytes, offset + 1));
}

// Times are in 256ths of a second.
int milliseconds(Bytes bytes, size_t offset)
{
    return int(word(bytes, offset)) * 1000 / 256;
}

MacAddress mac(Bytes bytes, size_t offset)
{
    const auto part = bytes.subspan(offset, addressBytes);
    const QByteArray octets(reinterpret_cast<const char *>(part.data()), qsizetype(part.size()));
    return MacAddress::parse(QString::fromLatin1(octets.toHex(':'))).value_or(MacAddress());
}

template<size_t N>
bool beginsWith(Bytes bytes, const std::array<quint8, N> &head)
{
    return bytes.size() >= N && std::equal(head.begin(), head.end(), bytes.begin(),
                                           [](quint8 a, std::byte b) { return a == quint8(b); });
}

// What an 802.3 frame carries, without its padding.
Bytes llcPart(Bytes frame)
{
    size_t length = addressBytes * 2;
    if (frame.size() >= ethernetHeaderBytes + vlanTagBytes && word(frame, length) == vlanTag)
        length += vlanTagBytes;
    if (frame.size() < length + 2 || word(frame, length) > longestLength)
        return {};
    const Bytes rest = frame.subspan(length + 2);
    return rest.first(std::min<size_t>(rest.size(), word(frame, length)));
}

std::optional<Bpdu::Kind> kindOf(Bytes message)
{
    const quint8 version = at(message, 2);
    switch (at(message, 3)) {
    case Notification:
        return Bpdu::Kind::TopologyChange;
    case Configuration:
        return Bpdu::Kind::Stp;
    case Rapid:
        if (version >= 2)
            return version == 2 ? Bpdu::Kind::Rstp : Bpdu::Kind::Mstp;
        break;
    }
    return std::nullopt;
}

std::optional<Bpdu> parseMessage(Bytes message)
{
    if (message.size() < notificationBytes || word(message, 0) != 0)
        return std::nullopt;
    const auto kind = kindOf(message);
    if (!kind)
        return std::nullopt;
    Bpdu bpdu;
    bpdu.kind = *kind;
    if (*kind == Bpdu::Kind::TopologyChange)
        return bpdu;
    if (message.size() < configurationBytes)
        return std::nullopt;
    // A bridge's identifier is two bytes of priority and its address.
    bpdu.root = mac(message, 5 + 2);
    bpdu.bridge = mac(message, 17 + 2);
    bpdu.helloMs = milliseconds(message, 31);
    bpdu.forwardDelayMs = milliseconds(message, 33);
    // No bridge is without an address or a delay: that would be padding.
    if (bpdu.bridge.isNull() || bpdu.forwardDelayMs == 0)
        return std::nullopt;
    return bpdu;
}

} // namespace

std::optional<Bpdu> parseBpdu(Bytes frame)
{
    const Bytes llc = llcPart(frame);
    const bool perVlan = beginsWith(llc, perVlanHeader);
    if (!perVlan && !beginsWith(llc, bridgeHeader))
        return std::nullopt;
    auto bpdu = parseMessage(llc.subspan(perVlan ? perVlanHeader.size() : bridgeHeader.size()));
    if (!bpdu)
        return std::nullopt;
    bpdu->perVlan = perVlan;
    bpdu->sender = mac(frame, addressBytes);
    return bpdu;
}

} // namespace netboot
