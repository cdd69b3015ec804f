// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/wire_probe.h"

#include "netboot/helper/dhcp_discover.h"
#include "netboot/helper/dhcp_message.h"
#include "netboot/helper/packet_socket.h"

#include <QDeadlineTimer>
#include <QRandomGenerator>

#include <algorithm>
#include <array>

#include <linux/if_ether.h>
#include <poll.h>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::MacAddress;
using protocol::Result;
using protocol::Stage;
using std::chrono::milliseconds;

namespace
{

constexpr size_t largestFrame = 2048;
constexpr milliseconds askAgain{1'200};
constexpr milliseconds stopLatency{100};
constexpr int packetsPerTurn = 256; // so that a flood does not outlast the deadline
constexpr qsizetype mostKept = 32;

class WireProbe
{
public:
    explicit WireProbe(const std::atomic<bool> *stop) : m_stop(stop) {}

    [[nodiscard]] Result<void> open(const QString &interface);
    [[nodiscard]] Result<WireFacts> run(milliseconds time);

private:
    [[nodiscard]] bool isStopped() const { return m_stop && *m_stop; }
    [[nodiscard]] Result<void> ask();
    void listen(milliseconds time);
    void readDhcp();
    void readBpdus();

    const std::atomic<bool> *m_stop;
    PacketSocket m_ip;
    PacketSocket m_bridges;
    MacAddress m_mac;
    QString m_interface;
    // One transaction for each way to ask.
    std::array<quint32, 2> m_transactions{QRandomGenerator::system()->generate(),
                                          QRandomGenerator::system()->generate()};
    WireFacts m_facts;
};

Result<void> WireProbe::open(const QString &interface)
{
    m_interface = interface;
    auto ip = PacketSocket::open(interface, PacketSocket::Form::Packet, ETH_P_IP);
    if (!ip)
        return ip.failure();
    auto bridges = PacketSocket::open(interface, PacketSocket::Form::Frame, ETH_P_802_2);
    if (!bridges)
        return bridges.failure();
    const auto mac = ip->ownAddress();
    if (!mac)
        return mac.failure();
    m_mac = *mac;
    m_ip = std::move(*ip);
    m_bridges = std::move(*bridges);
    if (!m_bridges.join(bridgeGroup) || !m_bridges.join(perVlanGroup))
        return Failure{FailureCode::InterfaceUnusable, Stage::None,
                       u"%1 takes no group addresses"_s.arg(interface)};
    return {};
}

Result<WireFacts> WireProbe::run(milliseconds time)
{
    const QDeadlineTimer end(time);
    while (!end.hasExpired() && !isStopped()) {
        if (const auto asked = ask(); !asked)
            return asked.failure();
        listen(std::min(askAgain, milliseconds(end.remainingTime())));
    }
    return m_facts;
}

Result<void> WireProbe::ask()
{
    if (m_ip.broadcast(dhcpDiscover(m_mac, m_transactions[0], Asking::AnyMachine)) &&
        m_ip.broadcast(dhcpDiscover(m_mac, m_transactions[1], Asking::PxeClient)))
        return {};
    return Failure{FailureCode::InterfaceUnusable, Stage::None,
                   u"%1 cannot send; it is down"_s.arg(m_interface)};
}

void WireProbe::listen(milliseconds time)
{
    const QDeadlineTimer end(time);
    while (!end.hasExpired() && !isStopped()) {
        std::array<pollfd, 2> wanted{pollfd{m_ip.descriptor(), POLLIN, 0},
                                     pollfd{m_bridges.descriptor(), POLLIN, 0}};
        const auto wait = std::min<qint64>(end.remainingTime(), stopLatency.count());
        if (::poll(wanted.data(), wanted.size(), int(wait)) <= 0)
            continue;
        readDhcp();
        readBpdus();
    }
}

void WireProbe::readDhcp()
{
    std::array<std::byte, largestFrame> buffer;
    for (int i = 0; i < packetsPerTurn; ++i) {
        const auto packet = m_ip.receive(buffer);
        if (packet.empty())
            return;
        const auto message = parseDhcpPacket(packet);
        if (!message || message->type != DhcpType::Offer || message->fromClient ||
            message->mac != m_mac || std::ranges::count(m_transactions, message->transaction) == 0)
            continue;
        const DhcpAnswer answer{message->server, message->yourAddress};
        const auto known = std::ranges::find(m_facts.dhcp, answer.server, &DhcpAnswer::server);
        if (known == m_facts.dhcp.end() && m_facts.dhcp.size() < mostKept)
            m_facts.dhcp.append(answer);
        else if (known != m_facts.dhcp.end() && known->offered == 0)
            known->offered = answer.offered; // both a plain and a boot answer
    }
}

void WireProbe::readBpdus()
{
    std::array<std::byte, largestFrame> buffer;
    for (int i = 0; i < packetsPerTurn; ++i) {
        const auto frame = m_bridges.receive(buffer);
        if (frame.empty())
            return;
        const auto bpdu = parseBpdu(frame);
        if (bpdu && !m_facts.bpdus.contains(*bpdu) && m_facts.bpdus.size() < mostKept)
            m_facts.bpdus.append(*bpdu);
    }
}

} // namespace

Result<WireFacts> probeWire(const QString &interface, milliseconds time,
                            const std::atomic<bool> *stop)
{
    WireProbe probe(stop);
    if (const auto opened = probe.open(interface); !opened)
        return opened.failure();
    return probe.run(time);
}

} // namespace netboot
