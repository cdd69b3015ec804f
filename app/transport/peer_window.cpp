// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/peer_window.h"

// The C library's tcp_info of Debian 12 ends before the field; the two headers exclude each other.
#include <linux/tcp.h>

#include <netinet/in.h>
#include <sys/socket.h>

namespace transport
{

std::chrono::microseconds heldByPeer(int descriptor)
{
    tcp_info info{};
    socklen_t size = sizeof(info);
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return {};
    return std::chrono::microseconds(info.tcpi_rwnd_limited);
}

} // namespace transport
