// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/dhcp_message.h"

#include <algorithm>
#include <array>

namespace netboot
{

namespace
{

using Bytes = std::span<const std::byte>;

struct TypeName {
    DhcpType type;
    const char *name;
};

constexpr auto typeNames = std::to_array<TypeName>({
    {DhcpType::Discover, "discover"},
    {DhcpType::Offer, "offer"},
    {DhcpType::Request, "request"},
    {DhcpType::Decline, "decline"},
    {DhcpType::Ack, "ack"},
    {DhcpType::Nak, "nak"},
    {DhcpType::Release, "release"},
    {DhcpType::Inform, "inform"},
});

constexpr size_t udpHeaderBytes = 8;
constexpr size_t bootpBytes = 236; // without options
constexpr quint32 magicCookie = 0x63825363;
constexpr qsizetype maxText = 64;
constexpr quint8 udp = 17;
constexpr quint16 serverPort = 67;
constexpr quint16 clientPort = 68;

enum Option : quint8 {
    Pad = 0,
    MessageType = 53,
    ServerIdentifier = 54,
    VendorClass = 60,
    MachineId = 97,
    End = 255,
};

quint8 at(Bytes bytes, size_t offset)
{
    return quint8(bytes[offset]);
}

quint16 word(Bytes bytes, size_t offset)
{
    return quint16(at(bytes, offset) << 8 | at(bytes, offset + 1));
}

quint32 longWord(Bytes bytes, size_t offset)
{
    return quint32(word(bytes, offset)) << 16 | word(bytes, offset + 2);
}

QByteArray copy(Bytes bytes)
{
    return QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
}

QString printable(Bytes bytes)
{
    QString text;
    for (const std::byte byte : bytes.first(std::min<size_t>(bytes.size(), maxText))) {
        const char c = char(byte);
        text += c >= ' ' && c <= '~' ? QLatin1Char(c) : QLatin1Char('?');
    }
    return text;
}

void takeOption(DhcpMessage &message, quint8 code, Bytes value)
{
    if (code == ServerIdentifier && value.size() == 4)
        message.server = longWord(value, 0);
    else if (code == VendorClass)
        message.vendorClass = printable(value);
    else if (code == MachineId)
        message.machineId = copy(value);
}

// False: cut off, or without a message type.
bool takeOptions(DhcpMessage &message, Bytes options)
{
    bool typed = false;
    size_t i = 0;
    while (i < options.size() && at(options, i) != End) {
        const quint8 code = at(options, i++);
        if (code == Pad)
            continue;
        if (i >= options.size() || options.size() - i - 1 < at(options, i))
            return false;
        const Bytes value = options.subspan(i + 1, at(options, i));
        i += 1 + value.size();
        if (code != MessageType) {
            takeOption(message, code, value);
        } else if (value.size() == 1 && at(value, 0) >= 1 && at(value, 0) <= 8) {
            message.type = DhcpType(at(value, 0));
            typed = true;
        }
    }
    return typed;
}

// The UDP payload of a packet between the ports of DHCP.
Bytes dhcpPayload(Bytes packet)
{
    if (packet.size() < 20 || at(packet, 0) >> 4 != 4 || at(packet, 9) != udp)
        return {};
    const size_t header = size_t(at(packet, 0) & 0xf) * 4;
    const size_t total = std::min<size_t>(word(packet, 2), packet.size());
    const bool fragment = (word(packet, 6) & 0x3fff) != 0;
    if (header < 20 || total < header + udpHeaderBytes || fragment)
        return {};
    const quint16 to = word(packet, header + 2);
    if (to != serverPort && to != clientPort)
        return {};
    return packet.subspan(header + udpHeaderBytes, total - header - udpHeaderBytes);
}

std::optional<protocol::MacAddress> macIn(Bytes bootp)
{
    const QByteArray octets = copy(bootp.subspan(28, 6));
    return protocol::MacAddress::parse(QString::fromLatin1(octets.toHex(':')));
}

} // namespace

QLatin1StringView nameOf(DhcpType type)
{
    const auto *row = std::ranges::find(typeNames, type, &TypeName::type);
    return QLatin1StringView(row == typeNames.end() ? "" : row->name);
}

std::optional<DhcpType> dhcpTypeOf(QStringView name)
{
    const auto *row = std::ranges::find_if(
        typeNames, [name](const TypeName &r) { return name == QLatin1StringView(r.name); });
    return row == typeNames.end() ? std::nullopt : std::optional(row->type);
}

std::optional<DhcpMessage> parseDhcpPacket(Bytes packet)
{
    const Bytes bootp = dhcpPayload(packet);
    if (bootp.size() < bootpBytes + 4 || longWord(bootp, bootpBytes) != magicCookie)
        return std::nullopt;
    const quint8 operation = at(bootp, 0);
    const bool ethernet = at(bootp, 1) == 1 && at(bootp, 2) == 6;
    const auto mac = macIn(bootp);
    if ((operation != 1 && operation != 2) || !ethernet || !mac)
        return std::nullopt;
    DhcpMessage message;
    message.fromClient = operation == 1;
    message.mac = *mac;
    message.transaction = longWord(bootp, 4);
    message.clientAddress = longWord(bootp, 12);
    message.yourAddress = longWord(bootp, 16);
    if (!takeOptions(message, bootp.subspan(bootpBytes + 4)))
        return std::nullopt;
    return message;
}

} // namespace netboot
