// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/link_watch.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

namespace netboot
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr auto togetherTime = 50ms;
constexpr int messagesPerTurn = 64; // others want their turn, too

} // namespace

LinkWatch::LinkWatch(QObject *parent) : QObject(parent)
{
    m_together.setSingleShot(true);
    m_together.setInterval(togetherTime);
    connect(&m_together, &QTimer::timeout, this, &LinkWatch::changed);
}

LinkWatch::~LinkWatch()
{
    m_notifier.reset();
    if (m_socket >= 0)
        ::close(m_socket);
}

Result<void> LinkWatch::start()
{
    m_socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR;
    if (m_socket < 0 ||
        ::bind(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        return Failure{FailureCode::NetbootFailed, Stage::None,
                       u"netlink socket: %1"_s.arg(QString::fromLocal8Bit(std::strerror(errno)))};
    m_notifier = std::make_unique<QSocketNotifier>(m_socket, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &LinkWatch::drain);
    return {};
}

// What they say is of no interest: whoever listens looks for itself, so that a message that got
// lost (ENOBUFS) is none the less heard of.
void LinkWatch::drain()
{
    std::array<std::byte, 8192> buffer;
    for (int i = 0; i < messagesPerTurn; ++i) {
        if (::recv(m_socket, buffer.data(), buffer.size(), 0) < 0 && errno != ENOBUFS)
            break;
    }
    if (!m_together.isActive())
        m_together.start();
}

} // namespace netboot
