// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/socket.h"

#include <QByteArray>

#include <arpa/inet.h>
#include <fcntl.h>
#ifndef PS_STATIC_CLIENT
#include <netdb.h>
#endif
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace transport
{

using boost::system::error_code;
using namespace std::chrono;

namespace
{

// How often a connection that is being established looks whether it was given up.
constexpr milliseconds cancelGranularity{50};
// One sendfile(2); *sent is brought up to date in between.
constexpr qint64 sendFileSlice = 4 * 1024 * 1024;

struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

error_code fromErrno(int number)
{
    // A blocking socket says EAGAIN when SO_RCVTIMEO or SO_SNDTIMEO ran out.
    const bool timedOut = number == EAGAIN || number == EWOULDBLOCK || number == EINPROGRESS;
    return {timedOut ? ETIMEDOUT : number, boost::system::generic_category()};
}

std::optional<Address> numericAddress(const QByteArray &host, quint16 port)
{
    Address address;
    auto *v4 = reinterpret_cast<sockaddr_in *>(&address.storage);
    auto *v6 = reinterpret_cast<sockaddr_in6 *>(&address.storage);
    if (::inet_pton(AF_INET, host.constData(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        address.length = sizeof(sockaddr_in);
        return address;
    }
    if (::inet_pton(AF_INET6, host.constData(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        address.length = sizeof(sockaddr_in6);
        return address;
    }
    return std::nullopt;
}

std::optional<Address> resolveName([[maybe_unused]] const QByteArray &host,
                                   [[maybe_unused]] quint16 port)
{
#ifndef PS_STATIC_CLIENT
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    const QByteArray service = QByteArray::number(port);
    if (::getaddrinfo(host.constData(), service.constData(), &hints, &found) != 0 || !found)
        return std::nullopt;
    Address address;
    std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
    address.length = found->ai_addrlen;
    ::freeaddrinfo(found);
    return address;
#else
    return std::nullopt;
#endif
}

int remaining(steady_clock::time_point deadline)
{
    const auto left = ceil<milliseconds>(deadline - steady_clock::now()).count();
    return int(std::clamp<qint64>(left, 0, 1 << 30));
}

bool waitFor(int fd, short events, milliseconds timeout)
{
    const auto deadline = steady_clock::now() + timeout;
    pollfd poller{fd, events, 0};
    int ready = 0;
    do
        ready = ::poll(&poller, 1, remaining(deadline));
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

// Waits for a connect(2) under way; the returned error is its outcome.
error_code waitConnected(int fd, milliseconds timeout, const std::atomic<bool> *cancelled)
{
    const auto deadline = steady_clock::now() + timeout;
    for (;;) {
        if (cancelled && *cancelled)
            return fromErrno(ECANCELED);
        pollfd poller{fd, POLLOUT, 0};
        const int left = remaining(deadline);
        const int ready = ::poll(&poller, 1, std::min(left, int(cancelGranularity.count())));
        if (ready < 0 && errno != EINTR)
            return fromErrno(errno);
        if (ready > 0)
            break;
        if (left == 0)
            return fromErrno(ETIMEDOUT);
    }
    int outcome = 0;
    socklen_t length = sizeof outcome;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &outcome, &length);
    return outcome ? fromErrno(outcome) : error_code{};
}

// A peer that lost its power says nothing; without this a long wait for an answer would be in vain.
// 30 s in all.
void watchPeer(int fd)
{
    const std::pair<int, int> probes[] = {{TCP_KEEPIDLE, 10}, {TCP_KEEPINTVL, 5}, {TCP_KEEPCNT, 4}};
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    for (const auto &[option, value] : probes)
        ::setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
}

void setTimeout(int fd, int option, milliseconds timeout)
{
    timeval value{};
    value.tv_sec = time_t(timeout.count() / 1000);
    value.tv_usec = suseconds_t(timeout.count() % 1000 * 1000);
    ::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value);
}

// TCP counts its own end of stream as one more byte. A peer that closes when it has all it wanted
// may acknowledge that later than the bytes.
bool isEndUnacknowledged(int descriptor)
{
    tcp_info info{};
    socklen_t size = sizeof(info);
    return ::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           (info.tcpi_state == TCP_FIN_WAIT1 || info.tcpi_state == TCP_CLOSING ||
            info.tcpi_state == TCP_LAST_ACK);
}

} // namespace

Descriptor &Descriptor::operator=(Descriptor &&other) noexcept
{
    if (this != &other) {
        close();
        m_fd = std::exchange(other.m_fd, -1);
    }
    return *this;
}

Descriptor::~Descriptor()
{
    close();
}

void Descriptor::close()
{
    if (m_fd >= 0)
        ::close(std::exchange(m_fd, -1));
}

Socket::Socket(Descriptor descriptor) : m_descriptor(std::move(descriptor))
{
    const int flags = ::fcntl(m_descriptor.get(), F_GETFL);
    ::fcntl(m_descriptor.get(), F_SETFL, flags & ~O_NONBLOCK);
    // Heads and bodies are written whole, so that waiting for more only costs time.
    const int on = 1;
    ::setsockopt(m_descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watchPeer(m_descriptor.get());
}

Socket Socket::connect(const QString &host, quint16 port, milliseconds timeout, error_code &error,
                       const std::atomic<bool> *cancelled)
{
    const QByteArray name = host.toLatin1();
    auto address = numericAddress(name, port);
    if (!address)
        address = resolveName(name, port);
    if (!address) {
        error = fromErrno(EADDRNOTAVAIL);
        return {};
    }
    Descriptor fd(
        ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto *generic = reinterpret_cast<const sockaddr *>(&address->storage);
    if (!fd.isOpen()) {
        error = fromErrno(errno);
        return {};
    }
    if (::connect(fd.get(), generic, address->length) != 0 && errno != EINPROGRESS)
        error = fromErrno(errno);
    else
        error = waitConnected(fd.get(), timeout, cancelled);
    return error ? Socket{} : Socket{std::move(fd)};
}

void Socket::setTimeouts(milliseconds receive, milliseconds send)
{
    setTimeout(descriptor(), SO_RCVTIMEO, receive);
    setTimeout(descriptor(), SO_SNDTIMEO, send);
}

void Socket::giveUpAfter(milliseconds silence) const
{
    const auto value = unsigned(silence.count());
    ::setsockopt(descriptor(), IPPROTO_TCP, TCP_USER_TIMEOUT, &value, sizeof value);
}

size_t Socket::read(std::span<std::byte> buffer, error_code &error)
{
    error = {};
    ssize_t got = 0;
    do
        got = ::recv(descriptor(), buffer.data(), buffer.size(), 0);
    while (got < 0 && errno == EINTR);
    if (got >= 0)
        return size_t(got);
    error = fromErrno(errno);
    return 0;
}

void Socket::write(std::span<const std::byte> buffer, error_code &error)
{
    error = {};
    while (!buffer.empty()) {
        const ssize_t sent = ::send(descriptor(), buffer.data(), buffer.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            buffer = buffer.subspan(size_t(sent));
        } else if (errno != EINTR) {
            error = fromErrno(errno);
            return;
        }
    }
}

size_t Socket::writeSome(std::span<const std::byte> buffer, error_code &error)
{
    error = {};
    ssize_t sent = 0;
    do
        sent = ::send(descriptor(), buffer.data(), buffer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
        error = fromErrno(errno);
    return sent > 0 ? size_t(sent) : 0;
}

void Socket::sendFile(int file, qint64 offset, qint64 length, qint64 *sent, error_code &error)
{
    error = {};
    *sent = 0;
    off_t position = offset;
    while (*sent < length) {
        const ssize_t part = ::sendfile(descriptor(), file, &position,
                                        size_t(std::min(length - *sent, sendFileSlice)));
        if (part > 0) {
            *sent += part;
        } else if (part == 0) { // the file ends before offset + length
            error = fromErrno(EIO);
            return;
        } else if (errno != EINTR) {
            error = fromErrno(errno);
            return;
        }
    }
}

void Socket::limitUnsent(int bytes) const
{
    ::setsockopt(descriptor(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

void Socket::Cork::set(bool corked) const
{
    const int value = corked ? 1 : 0;
    ::setsockopt(m_socket.descriptor(), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

bool Socket::waitReadable(milliseconds timeout) const
{
    return waitFor(descriptor(), POLLIN, timeout);
}

bool Socket::waitWritable(milliseconds timeout) const
{
    return waitFor(descriptor(), POLLOUT, timeout);
}

bool Socket::isBroken() const
{
    return waitFor(descriptor(), 0, milliseconds(0)); // of no events asked for come errors and ends
}

void Socket::shutdownSend()
{
    ::shutdown(descriptor(), SHUT_WR);
}

void Socket::abort() const
{
    ::shutdown(descriptor(), SHUT_RDWR);
}

void Socket::drain(milliseconds limit)
{
    const auto deadline = steady_clock::now() + limit;
    std::array<std::byte, 16 * 1024> waste;
    while (waitReadable(milliseconds(remaining(deadline)))) {
        error_code error;
        if (read(waste, error) == 0 || steady_clock::now() >= deadline)
            return;
    }
}

qint64 Socket::unacknowledged() const
{
    // Asked first: when the peer acknowledges between the two questions, less is told, not more.
    const qint64 ends = isEndUnacknowledged(descriptor()) ? 1 : 0;
    int bytes = 0;
    return ::ioctl(descriptor(), SIOCOUTQ, &bytes) == 0 ? std::max<qint64>(0, bytes - ends) : 0;
}

} // namespace transport
