// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/packet_socket.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::MacAddress;
using protocol::Result;
using protocol::Stage;

namespace
{

Failure failed(FailureCode code, const QString &what)
{
    return {code, Stage::None, u"%1: %2"_s.arg(what, QString::fromLocal8Bit(std::strerror(errno)))};
}

sockaddr_ll linkAddress(int index, quint16 etherType)
{
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(etherType);
    address.sll_ifindex = index;
    return address;
}

} // namespace

PacketSocket::~PacketSocket()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

PacketSocket::PacketSocket(PacketSocket &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_index(other.m_index),
      m_etherType(other.m_etherType),
      m_interface(std::move(other.m_interface))
{
}

PacketSocket &PacketSocket::operator=(PacketSocket &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_index, other.m_index);
    std::swap(m_etherType, other.m_etherType);
    std::swap(m_interface, other.m_interface);
    return *this;
}

Result<PacketSocket> PacketSocket::open(const QString &interface, Form form, quint16 etherType)
{
    PacketSocket socket;
    socket.m_interface = interface;
    socket.m_etherType = etherType;
    socket.m_index = int(::if_nametoindex(interface.toLocal8Bit().constData()));
    if (socket.m_index == 0)
        return failed(FailureCode::InterfaceUnusable, interface);
    // Protocol 0 until it is bound: nothing comes in from other interfaces in between.
    socket.m_descriptor = ::socket(
        AF_PACKET, (form == Form::Frame ? SOCK_RAW : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket.m_descriptor < 0)
        return failed(errno == EPERM ? FailureCode::NotPermitted : FailureCode::NetbootFailed,
                      u"packet socket"_s);
    const sockaddr_ll address = linkAddress(socket.m_index, etherType);
    if (::bind(socket.m_descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) !=
        0)
        return failed(FailureCode::InterfaceUnusable, interface);
    return socket;
}

bool PacketSocket::join(const std::array<unsigned char, 6> &group) const
{
    packet_mreq membership{};
    membership.mr_ifindex = m_index;
    membership.mr_type = PACKET_MR_MULTICAST;
    membership.mr_alen = group.size();
    std::copy(group.begin(), group.end(), membership.mr_address);
    return ::setsockopt(m_descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership,
                        sizeof membership) == 0;
}

bool PacketSocket::broadcast(const QByteArray &packet) const
{
    sockaddr_ll to = linkAddress(m_index, m_etherType);
    to.sll_halen = ETH_ALEN;
    std::memset(to.sll_addr, 0xff, ETH_ALEN);
    return ::sendto(m_descriptor, packet.constData(), size_t(packet.size()), 0,
                    reinterpret_cast<const sockaddr *>(&to), sizeof to) == packet.size();
}

std::span<std::byte> PacketSocket::receive(std::span<std::byte> buffer) const
{
    const ssize_t got = ::recv(m_descriptor, buffer.data(), buffer.size(), 0);
    return buffer.first(got > 0 ? size_t(got) : 0);
}

Result<MacAddress> PacketSocket::ownAddress() const
{
    ifreq request{};
    std::strncpy(request.ifr_name, m_interface.toLocal8Bit().constData(), IFNAMSIZ - 1);
    if (::ioctl(m_descriptor, SIOCGIFHWADDR, &request) != 0)
        return failed(FailureCode::InterfaceUnusable, m_interface);
    const QByteArray octets(request.ifr_hwaddr.sa_data, ETH_ALEN);
    const auto mac = MacAddress::parse(QString::fromLatin1(octets.toHex(':')));
    if (!mac)
        return Failure{FailureCode::InterfaceUnusable, Stage::None,
                       u"%1: no hardware address"_s.arg(m_interface)};
    return *mac;
}

} // namespace netboot
