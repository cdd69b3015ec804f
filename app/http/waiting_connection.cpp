// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/waiting_connection.h"

#include "http/peer_name.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace http
{
namespace
{

using namespace std::chrono_literals;

// Between two looks; doubled from one to the next.
constexpr std::chrono::milliseconds shortestPause = 5ms;
constexpr std::chrono::milliseconds longestPause = 250ms;

void setOption(int descriptor, int level, int option, int value)
{
    // Every option set here is an optimisation: without it the connection is slower, not wrong.
    ::setsockopt(descriptor, level, option, &value, sizeof value);
}

// One for all connections: they are looked at one after the other.
std::span<std::byte> lookBuffer(size_t bytes)
{
    thread_local std::vector<std::byte> buffer;
    if (buffer.size() < bytes)
        buffer.resize(bytes);
    return std::span(buffer).first(bytes);
}

qint64 bytesThere(int descriptor)
{
    int bytes = 0;
    return ::ioctl(descriptor, FIONREAD, &bytes) == 0 ? bytes : 0;
}

bool hasHungUp(int descriptor)
{
    pollfd poller{descriptor, POLLRDHUP, 0};
    return ::poll(&poller, 1, 0) > 0;
}

QHostAddress peerOf(int descriptor)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr *>(&storage), &length) != 0)
        return {};
    return addressOf(storage);
}

} // namespace

WaitingConnection::WaitingConnection(transport::Descriptor descriptor, qint64 maxHeadBytes,
                                     qint64 nowMs)
    : m_descriptor(std::move(descriptor)),
      m_notifier(m_descriptor.get(), QSocketNotifier::Read),
      m_peer(peerOf(m_descriptor.get())),
      m_peerName(m_peer.toString()),
      m_maxHeadBytes(maxHeadBytes),
      m_since(nowMs),
      m_lastMove(nowMs)
{
    const int flags = ::fcntl(m_descriptor.get(), F_GETFL);
    ::fcntl(m_descriptor.get(), F_SETFL, flags | O_NONBLOCK);
    ::fcntl(m_descriptor.get(), F_SETFD, FD_CLOEXEC);
    setOption(m_descriptor.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    m_pause.setSingleShot(true);
    m_pause.setInterval(shortestPause);
    connect(&m_pause, &QTimer::timeout, this, &WaitingConnection::resume);
    connect(&m_notifier, &QSocketNotifier::activated, this, &WaitingConnection::readable);
}

void WaitingConnection::readable()
{
    switch (m_state) {
    case State::Head:
        return look();
    case State::Body:
        return lookAtBody();
    case State::Draining:
        return drain();
    }
}

void WaitingConnection::look()
{
    const std::span<std::byte> buffer = lookBuffer(size_t(m_maxHeadBytes) + 1);
    const ssize_t got = ::recv(m_descriptor.get(), buffer.data(), buffer.size(), MSG_PEEK);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    // A wake-up without new bytes is the peer's FIN behind half a head.
    if (got <= 0 || got == m_peeked)
        return end();
    const auto bytes = std::span<const std::byte>(buffer).first(size_t(got));
    const qint64 before = std::exchange(m_peeked, got);
    const bool worthIt = got >= 2 * m_parsed || got > m_maxHeadBytes ||
                         transport::mayHoldHeadEnd(bytes, size_t(before));
    if (!worthIt)
        return pause();
    m_parsed = got;
    ++m_parses;
    judge(bytes);
}

void WaitingConnection::judge(std::span<const std::byte> bytes)
{
    switch (transport::parseRequestHead(bytes, m_maxHeadBytes, &m_head)) {
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
        pause();
        return;
    }
}

bool WaitingConnection::isWhole() const
{
    const qint64 wanted = m_head.bytes + std::max<qint64>(0, m_head.contentLength);
    return bytesThere(m_descriptor.get()) >= wanted;
}

void WaitingConnection::awaitBody(qint64 nowMs)
{
    m_state = State::Body;
    m_since = m_lastMove = nowMs;
    m_peeked = m_head.bytes;
    m_wanted = m_head.bytes + m_head.contentLength;
    m_pause.setInterval(shortestPause);
    resume();
}

void WaitingConnection::noteMove(qint64 nowMs)
{
    const qint64 there = bytesThere(m_descriptor.get());
    if (there > std::exchange(m_peeked, there))
        m_lastMove = nowMs;
}

void WaitingConnection::lookAtBody()
{
    if (isWhole()) {
        m_notifier.setEnabled(false);
        Q_EMIT bodyComplete();
    } else if (hasHungUp(m_descriptor.get())) {
        end();
    } else {
        pause(); // the kernel wakes early when its window gets small
    }
}

void WaitingConnection::end()
{
    m_notifier.setEnabled(false);
    Q_EMIT gone();
}

void WaitingConnection::pause()
{
    m_notifier.setEnabled(false);
    m_pause.start();
    m_pause.setInterval(std::min(longestPause, 2 * m_pause.intervalAsDuration()));
}

void WaitingConnection::resume()
{
    // The bytes stay in the socket, and a level-triggered notifier would spin on them.
    const qint64 wanted = m_state == State::Body ? m_wanted : m_peeked + 1;
    setOption(m_descriptor.get(), SOL_SOCKET, SO_RCVLOWAT, int(wanted));
    m_notifier.setEnabled(true);
}

transport::Descriptor WaitingConnection::take()
{
    m_notifier.setEnabled(false);
    m_pause.stop();
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
    m_state = State::Draining;
    m_since = nowMs;
    m_pause.stop();
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
        return end();
    }
}

} // namespace http
