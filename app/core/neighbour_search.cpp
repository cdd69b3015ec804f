// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/neighbour_search.h"

#include "core/files.h"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <vector>

namespace core
{

using protocol::MacAddress;

namespace
{

constexpr size_t macBytes = 6;
// States in which the address of the link layer is known, without those that need none.
constexpr unsigned known =
    NUD_PERMANENT | NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE; // linux/neighbour.h
// The kernel answers at once; a machine where it does not has other troubles.
constexpr timeval patience{0, 200'000};
// Datagrams of at most 32 KiB (net/netlink/af_netlink.c); more entries than the table holds.
constexpr size_t datagramBytes = 32 * 1024;
constexpr int mostDatagrams = 64;

template<class Struct>
std::optional<Struct> read(std::span<const std::byte> bytes)
{
    Struct value;
    if (bytes.size() < sizeof value)
        return std::nullopt;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

std::span<const std::byte> behind(std::span<const std::byte> bytes, size_t count)
{
    return bytes.subspan(std::min(count, bytes.size()));
}

// Aligned to 4, as messages and their attributes are.
constexpr size_t aligned(size_t length)
{
    return (length + 3) & ~size_t(3);
}

bool askForTable(int socket)
{
    struct {
        nlmsghdr head;
        ndmsg body;
    } request{};
    request.head.nlmsg_len = sizeof request;
    request.head.nlmsg_type = RTM_GETNEIGH;
    request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.ndm_family = AF_INET6;
    return ::send(socket, &request, sizeof request, 0) == ssize_t(sizeof request);
}

} // namespace

NeighbourSearch::NeighbourSearch(QByteArray address, int interface)
    : m_address(std::move(address)), m_interface(interface)
{
}

bool NeighbourSearch::take(std::span<const std::byte> datagram)
{
    while (const auto head = read<nlmsghdr>(datagram)) {
        if (head->nlmsg_len < sizeof *head || head->nlmsg_len > datagram.size())
            return false;
        if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR)
            return false;
        if (head->nlmsg_type == RTM_NEWNEIGH)
            takeEntry(datagram.first(head->nlmsg_len).subspan(sizeof *head));
        datagram = behind(datagram, aligned(head->nlmsg_len));
    }
    return true;
}

void NeighbourSearch::takeEntry(std::span<const std::byte> message)
{
    const auto entry = read<ndmsg>(message);
    const bool counts = entry && entry->ndm_family == AF_INET6 && (entry->ndm_state & known) &&
                        (m_interface == 0 || entry->ndm_ifindex == m_interface);
    if (!counts)
        return;
    std::span<const std::byte> address;
    std::span<const std::byte> linkAddress;
    message = behind(message, aligned(sizeof(ndmsg)));
    while (const auto attribute = read<rtattr>(message)) {
        if (attribute->rta_len < sizeof *attribute || attribute->rta_len > message.size())
            return;
        const auto value = message.first(attribute->rta_len).subspan(sizeof *attribute);
        if (attribute->rta_type == NDA_DST)
            address = value;
        else if (attribute->rta_type == NDA_LLADDR)
            linkAddress = value;
        message = behind(message, aligned(attribute->rta_len));
    }
    if (QByteArrayView(address.data(), qsizetype(address.size())) == m_address)
        note(linkAddress);
}

void NeighbourSearch::note(std::span<const std::byte> linkAddress)
{
    if (linkAddress.size() != macBytes)
        return;
    const QByteArray octets(reinterpret_cast<const char *>(linkAddress.data()), macBytes);
    const auto mac = MacAddress::parse(QString::fromLatin1(octets.toHex(':')));
    m_disagree = m_disagree || (m_found && mac != m_found);
    m_found = mac;
}

std::optional<MacAddress> NeighbourSearch::found() const
{
    return m_disagree ? std::nullopt : m_found;
}

std::optional<MacAddress> ipv6Neighbour(const QString &address)
{
    const QByteArray text = address.section(u'%', 0, 0).toLatin1();
    const QByteArray zone = address.section(u'%', 1).toLocal8Bit();
    QByteArray bytes(sizeof(in6_addr), '\0');
    const unsigned interface = zone.isEmpty() ? 0 : ::if_nametoindex(zone.constData());
    if (::inet_pton(AF_INET6, text.constData(), bytes.data()) != 1 ||
        (!zone.isEmpty() && interface == 0))
        return std::nullopt;
    const FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket)
        return std::nullopt;
    (void)::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (!askForTable(socket.get()))
        return std::nullopt;
    NeighbourSearch search(bytes, int(interface));
    std::vector<std::byte> buffer(datagramBytes);
    for (int left = mostDatagrams; left > 0; --left) {
        const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        if (got <= 0 || !search.take(std::span<const std::byte>(buffer).first(size_t(got))))
            break;
    }
    return search.found();
}

} // namespace core
