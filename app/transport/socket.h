// SPDX-License-Identifier: GPL-3.0-or-later
// A blocking TCP socket with time-outs, and the stream class by which Boost.Beast reads and writes
// it. Asio is left alone: its blocking reads defeat SO_RCVTIMEO, and its header does not compile
// with g++ 12 in C++20.
#pragma once

#include <boost/system/error_code.hpp>

#include <QString>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <span>
#include <utility>

namespace transport
{

// Owns a file descriptor.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) {}
    Descriptor(Descriptor &&other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept;
    ~Descriptor();

    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    [[nodiscard]] int release() { return std::exchange(m_fd, -1); }
    void close();

private:
    int m_fd = -1;
};

// Errors are boost::system::error_code in the generic category: ETIMEDOUT for a time-out,
// ECONNRESET, EPIPE…; end of stream is reported as zero bytes without an error by read(), and as
// boost::beast::http::error::end_of_stream / partial_message by Beast on top of it.
class Socket
{
public:
    Socket() = default;
    // Switches to blocking mode, and TCP's keep-alive on.
    explicit Socket(Descriptor descriptor);

    // `host` is a numeric IPv4 or IPv6 address, or a name where the C library can resolve it (not
    // in the static client). `cancelled`, when given, is looked at while the connection is made and
    // ends that with ECANCELED.
    [[nodiscard]] static Socket connect(const QString &host, quint16 port,
                                        std::chrono::milliseconds timeout,
                                        boost::system::error_code &error,
                                        const std::atomic<bool> *cancelled = nullptr);

    // Bytes that wait in the kernel and are not yet on their way (TCP_NOTSENT_LOWAT); what is
    // written beyond waits in its writer. 0: no limit, megabytes.
    void limitUnsent(int bytes) const;

    // How long one read or one write may move nothing; 0: for ever.
    void setTimeouts(std::chrono::milliseconds receive, std::chrono::milliseconds send);
    // A peer that acknowledges nothing for so long is gone (TCP_USER_TIMEOUT): one without power or
    // cable would else be waited for as long as the kernel sends again, a quarter of an hour.
    void giveUpAfter(std::chrono::milliseconds silence) const;
    [[nodiscard]] size_t read(std::span<std::byte> buffer, boost::system::error_code &error);
    void write(std::span<const std::byte> buffer, boost::system::error_code &error); // all of it

    // What of it the socket takes at once; 0 without an error when it takes nothing now.
    [[nodiscard]] size_t writeSome(std::span<const std::byte> buffer,
                                   boost::system::error_code &error);

    // Sends [offset, offset + length) of a file without copying; *sent counts what went out, also
    // on an error. EIO when the file is shorter. Raises SIGPIPE when the peer is gone: programs
    // ignore that signal.
    void sendFile(int file, qint64 offset, qint64 length, qint64 *sent,
                  boost::system::error_code &error);

    // While it lives only full segments go out, or what waits for 200 ms (TCP_CORK); then the rest.
    // For a message that is written in parts. The socket outlives it.
    class Cork
    {
    public:
        explicit Cork(const Socket &socket) : m_socket(socket) { set(true); }
        ~Cork() { set(false); }
        Cork(const Cork &) = delete;
        Cork &operator=(const Cork &) = delete;

    private:
        void set(bool corked) const;

        const Socket &m_socket;
    };

    // True when a read would return at once: bytes, the end of the stream, or an error.
    [[nodiscard]] bool waitReadable(std::chrono::milliseconds timeout) const;

    // True when a write would take something, or fail, at once.
    [[nodiscard]] bool waitWritable(std::chrono::milliseconds timeout) const;
    // True when nothing goes either way any more: reset, or ended by abort().
    [[nodiscard]] bool isBroken() const;

    void shutdownSend();
    // From any thread: ends reads and writes that block.
    void abort() const;
    // Reads and throws away until the peer closes or the time is up: so that a refusal is not lost
    // to a reset.
    void drain(std::chrono::milliseconds limit);
    // Bytes written that the peer has not acknowledged.
    [[nodiscard]] qint64 unacknowledged() const;

    [[nodiscard]] bool isOpen() const { return m_descriptor.isOpen(); }
    [[nodiscard]] int descriptor() const { return m_descriptor.get(); }
    void close() { m_descriptor.close(); }

private:
    Descriptor m_descriptor;
};

} // namespace transport
