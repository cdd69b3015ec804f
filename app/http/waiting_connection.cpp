// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/waiting_connection.h"

#include "http/peer_name.h"

#include <array>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace http
{
namespace
{

void setOption(int descriptor, int level, int option, int value)
{
    // Every option set here is an optimisation: without it the connection is slower, not wrong.
    ::setsockopt(descriptor, level, option, &value, sizeof value);
}

QHostAddress peerOf(int descriptor)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr *>(&storage), &length) != 0)
        return {};
    return normalized(QHostAddress(reinterpret_cast<const sockaddr *>(&storage)));
}

} // namespace

WaitingConnection::WaitingConnection(transport::Descriptor descriptor, qint64 maxHeadBytes,
                                     qint64 nowMs)
    : m_descriptor(std::move(descriptor)),
      m_notifier(m_descriptor.get(), QSocketNotifier::Read),
      m_peer(peerOf(m_descriptor.get())),
      m_maxHeadBytes(maxHeadBytes),
      m_since(nowMs)
{
    const int flags = ::fcntl(m_descriptor.get(), F_GETFL);
    ::fcntl(m_descriptor.get(), F_SETFL, flags | O_NONBLOCK);
    ::fcntl(m_descriptor.get(), F_SETFD, FD_CLOEXEC);
    setOption(m_descriptor.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    connect(&m_notifier, &QSocketNotifier::activated, this, &WaitingConnection::readable);
}

void WaitingConnection::readable()
{
    if (m_draining)
        drain();
    else
        look();
}

void WaitingConnection::look()
{
    std::vector<std::byte> buffer(size_t(m_maxHeadBytes) + 1);
    const ssize_t got = ::recv(m_descriptor.get(), buffer.data(), buffer.size(), MSG_PEEK);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    // A wake-up without new bytes is the peer's FIN behind half a head.
    if (got <= 0 || got == m_peeked) {
        m_notifier.setEnabled(false);
        Q_EMIT gone();
        return;
    }
    m_peeked = got;
    switch (transport::parseRequestHead(std::span(buffer).first(size_t(got)), m_maxHeadBytes,
                                        &m_head)) {
    case transport::HeadVerdict::Complete:
        m_notifier.setEnabled(false);
        Q_EMIT headComplete();
        return;
    case transport::HeadVerdict::Malformed:
        Q_EMIT malformed();
        return;
    case transport::HeadVerdict::TooLarge:
        Q_EMIT tooLarge();
        return;
    case transport::HeadVerdict::Incomplete:
        waitForMoreThan(got);
        return;
    }
}

void WaitingConnection::waitForMoreThan(qint64 bytes)
{
    // The bytes stay in the socket, and a level-triggered notifier would spin on them.
    setOption(m_descriptor.get(), SOL_SOCKET, SO_RCVLOWAT, int(bytes + 1));
}

transport::Descriptor WaitingConnection::take()
{
    m_notifier.setEnabled(false);
    setOption(m_descriptor.get(), SOL_SOCKET, SO_RCVLOWAT, 1);
    return std::move(m_descriptor);
}

void WaitingConnection::sendNow(const QByteArray &bytes)
{
    // A peer that does not read gets no interim answer; the deadlines deal with it.
    [[maybe_unused]] const ssize_t sent = ::send(m_descriptor.get(), bytes.constData(),
                                                 size_t(bytes.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void WaitingConnection::refuse(const QByteArray &answer, qint64 nowMs)
{
    sendNow(answer);
    ::shutdown(m_descriptor.get(), SHUT_WR);
    setOption(m_descriptor.get(), SOL_SOCKET, SO_RCVLOWAT, 1);
    m_draining = true;
    m_since = nowMs;
    m_notifier.setEnabled(true);
}

void WaitingConnection::drain()
{
    std::array<std::byte, 16 * 1024> scratch;
    // A bounded share per turn: a peer that floods must not hold the event loop.
    for (int turn = 0; turn < 16; ++turn) {
        const ssize_t got = ::recv(m_descriptor.get(), scratch.data(), scratch.size(), 0);
        if (got > 0 || (got < 0 && errno == EINTR))
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        m_notifier.setEnabled(false);
        Q_EMIT gone();
        return;
    }
}

} // namespace http
