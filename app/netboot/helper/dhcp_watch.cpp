// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/dhcp_watch.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr int packetsPerTurn = 64; // others want their turn, too

// UDP to port 67 or 68, whole or a first fragment, on a socket that sees from the IP header on.
constexpr auto filter = std::to_array<sock_filter>({
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),         // protocol
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 7), // UDP
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),         // fragment offset
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 5, 0),
    BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), // length of the IP header
    BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),  // destination port
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 67, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 2048),
    BPF_STMT(BPF_RET | BPF_K, 0),
});

Failure failed(FailureCode code, const QString &what)
{
    return {code, Stage::None, u"%1: %2"_s.arg(what, QString::fromLocal8Bit(std::strerror(errno)))};
}

} // namespace

DhcpWatch::DhcpWatch(QObject *parent) : QObject(parent) {}

DhcpWatch::~DhcpWatch()
{
    close();
}

void DhcpWatch::close()
{
    m_notifier.reset();
    if (m_socket >= 0)
        ::close(m_socket);
    m_socket = -1;
}

Result<void> DhcpWatch::start(const QString &interface)
{
    close();
    m_interface = interface;
    m_index = ::if_nametoindex(interface.toLocal8Bit().constData());
    if (m_index == 0)
        return failed(FailureCode::InterfaceUnusable, interface);
    // Protocol 0 until it is filtered and bound: nothing else comes in between.
    m_socket = ::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (m_socket < 0)
        return failed(FailureCode::NotPermitted, u"packet socket"_s);
    const sock_fprog program{filter.size(), const_cast<sock_filter *>(filter.data())};
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_IP);
    address.sll_ifindex = int(m_index);
    if (::setsockopt(m_socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0 ||
        ::bind(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        return failed(FailureCode::NetbootFailed, u"packet socket"_s);
    m_notifier = std::make_unique<QSocketNotifier>(m_socket, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &DhcpWatch::read);
    return {};
}

Result<bool> DhcpWatch::followInterface()
{
    if (::if_nametoindex(m_interface.toLocal8Bit().constData()) == m_index)
        return false;
    const auto started = start(m_interface);
    if (started)
        return true;
    m_index = 0; // to be tried again
    return started.failure();
}

void DhcpWatch::read()
{
    if (m_socket < 0)
        return;
    std::array<std::byte, 2048> buffer;
    for (int i = 0; i < packetsPerTurn; ++i) {
        const ssize_t got = ::recv(m_socket, buffer.data(), buffer.size(), 0);
        if (got <= 0)
            return;
        if (const auto message = parseDhcpPacket(std::span(buffer).first(size_t(got))))
            Q_EMIT seen(*message);
    }
}

} // namespace netboot
