// SPDX-License-Identifier: GPL-3.0-or-later
// A packet(7) socket on one interface. Needs CAP_NET_RAW.
#pragma once

#include "protocol/mac_address.h"
#include "protocol/result.h"

#include <QByteArray>
#include <QString>

#include <array>
#include <cstddef>
#include <span>

namespace netboot
{

class PacketSocket
{
public:
    enum class Form {
        Packet, // from the network layer's header on; the kernel makes and takes the Ethernet one
        Frame,  // from the destination address on
    };

    PacketSocket() = default;
    ~PacketSocket();
    PacketSocket(PacketSocket &&other) noexcept;
    PacketSocket &operator=(PacketSocket &&other) noexcept;

    // `etherType` in host order: ETH_P_IP, ETH_P_802_2, … InterfaceUnusable, NotPermitted,
    // NetbootFailed.
    [[nodiscard]] static protocol::Result<PacketSocket> open(const QString &interface, Form form,
                                                             quint16 etherType);

    // The interface also takes what is sent to this group.
    [[nodiscard]] bool join(const std::array<unsigned char, 6> &group) const;
    [[nodiscard]] bool broadcast(const QByteArray &packet) const;
    // What has arrived, at most the buffer's size; empty when nothing has.
    [[nodiscard]] std::span<std::byte> receive(std::span<std::byte> buffer) const;
    // InterfaceUnusable when it has none.
    [[nodiscard]] protocol::Result<protocol::MacAddress> ownAddress() const;

    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
    int m_descriptor = -1;
    int m_index = 0;
    quint16 m_etherType = 0;
    QString m_interface;
};

} // namespace netboot
