// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_target.h"
#include "netboot/helper/dhcp_message.h"
#include "netboot/helper/pi_identity.h"

using namespace netboot;

QList<QByteArray> fuzz::seeds()
{
    // A boot ROM's discover and a server's offer, as they were on the wire.
    const QByteArray head = QByteArray::fromHex("4500000000000000401100000000000000000000");
    const QByteArray options =
        QByteArray::fromHex("63825363350101"
                            "3c20505845436c69656e743a417263683a30303030303a554e44493a303032303031"
                            "6111005250693414"
                            "31d00003020132d4c3b2a1"
                            "3604"
                            "0a143201"
                            "ff");
    QList<QByteArray> list;
    for (const char *ports : {"0044004300000000", "0043004400000000"}) {
        const bool client = list.isEmpty();
        QByteArray packet = head + QByteArray::fromHex(ports);
        packet += QByteArray::fromHex(client ? "01010600" : "02010600") + QByteArray(24, '\1');
        packet += QByteArray::fromHex("dca632010203") + QByteArray(202, '\0') + options;
        packet[2] = char(packet.size() >> 8);
        packet[3] = char(packet.size());
        list.append(packet);
    }
    return list;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto message = parseDhcpPacket(std::as_bytes(std::span(data, size)));
    if (!message)
        return 0;
    fuzz::require(!message->mac.isNull());
    fuzz::require(message->vendorClass.size() <= 64 && message->machineId.size() <= 255);
    fuzz::require(dhcpTypeOf(QString(nameOf(message->type))) == message->type);
    if (const auto pi = piIdentity(message->machineId, message->mac))
        fuzz::require(pi->serial.size() == 8);
    return 0;
}
