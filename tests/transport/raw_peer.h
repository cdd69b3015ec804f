// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of a connection, fed by hand: a listener on a free loopback port whose connections
// are served one after the other by a function, on a thread of its own.
#pragma once

#include "transport/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace testing
{

// Listens on 127.0.0.1 and a free port.
inline transport::Descriptor listenLoopback(quint16 *port)
{
    transport::Descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(fd.get(), reinterpret_cast<sockaddr *>(&address), length) != 0 ||
        ::listen(fd.get(), 16) != 0 ||
        ::getsockname(fd.get(), reinterpret_cast<sockaddr *>(&address), &length) != 0)
        qFatal("no loopback listener");
    *port = ntohs(address.sin_port);
    return fd;
}

inline std::span<const std::byte> bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

inline void sendText(transport::Socket &socket, std::string_view text)
{
    boost::system::error_code ignored;
    socket.write(bytesOf(text), ignored);
}

// Reads until `end` was seen or the peer closed.
inline std::string readUntil(transport::Socket &socket, std::string_view end)
{
    std::string text;
    char byte = 0;
    boost::system::error_code error;
    while (text.find(end) == text.npos &&
           socket.read(std::as_writable_bytes(std::span(&byte, 1)), error) == 1)
        text += byte;
    return text;
}

// Closes with a reset instead of a FIN.
inline void resetConnection(transport::Socket &socket)
{
    const linger now{1, 0};
    ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket.close();
}

class RawPeer
{
public:
    // `serve` gets each connection and its number, from 0.
    explicit RawPeer(std::function<void(transport::Socket &, int)> serve)
        : m_listener(listenLoopback(&m_port)), m_thread([this, serve = std::move(serve)] {
              for (int number = 0;; ++number) {
                  transport::Descriptor fd(::accept(m_listener.get(), nullptr, nullptr));
                  if (!fd.isOpen())
                      return;
                  ++m_accepted;
                  transport::Socket socket(std::move(fd));
                  socket.setTimeouts(std::chrono::seconds(20), std::chrono::seconds(20));
                  serve(socket, number);
              }
          })
    {
    }
    ~RawPeer()
    {
        ::shutdown(m_listener.get(), SHUT_RDWR);
        m_thread.join();
    }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] int accepted() const { return m_accepted; }

private:
    quint16 m_port = 0;
    std::atomic<int> m_accepted = 0;
    transport::Descriptor m_listener;
    std::thread m_thread;
};

// Two connected ends.
struct SocketPair {
    transport::Socket near;
    transport::Socket far;

    SocketPair()
    {
        quint16 port = 0;
        const transport::Descriptor listener = listenLoopback(&port);
        boost::system::error_code error;
        near = transport::Socket::connect(QStringLiteral("127.0.0.1"), port,
                                          std::chrono::seconds(5), error);
        far = transport::Socket(transport::Descriptor(::accept(listener.get(), nullptr, nullptr)));
        near.setTimeouts(std::chrono::seconds(20), std::chrono::seconds(20));
        far.setTimeouts(std::chrono::seconds(20), std::chrono::seconds(20));
    }
};

} // namespace testing
