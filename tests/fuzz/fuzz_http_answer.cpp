// SPDX-License-Identifier: GPL-3.0-or-later
// What a server says to the client: the answer to a GET and, on the same connection, to the next
// request. Whatever it is, the client comes to an end, with no more of a body than was sent.
#include "fuzz_target.h"
#include "transport/http_client.h"

#include <array>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace transport;

namespace
{

constexpr size_t maxInput = 64 * 1024;

// Says the same to everybody who connects, and closes.
class Server
{
public:
    Server() : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto *any = reinterpret_cast<sockaddr *>(&address);
        fuzz::require(::bind(m_listener.get(), any, length) == 0 &&
                      ::listen(m_listener.get(), 8) == 0 &&
                      ::getsockname(m_listener.get(), any, &length) == 0);
        port = ntohs(address.sin_port);
    }

    // The kernel completes connections by itself: one thread does for both ends.
    Descriptor accept() const
    {
        return Descriptor(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }

    quint16 port = 0;

private:
    Descriptor m_listener;
};

void serve(const Server &server, const uint8_t *data, size_t size)
{
    const Descriptor peer = server.accept();
    if (!peer.isOpen())
        return;
    [[maybe_unused]] const ssize_t sent = ::send(peer.get(), data, size, MSG_NOSIGNAL);
    ::shutdown(peer.get(), SHUT_WR);
    // So that what the client still says does not reset what it has not read.
    std::array<char, 4096> scratch;
    while (::recv(peer.get(), scratch.data(), scratch.size(), 0) > 0) {
    }
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    return {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/9\r\nETag: \"a\"\r\n"
        "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\nup to the end",
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 5\r\n\r\nwhole",
    };
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > maxInput)
        return 0;
    static const Server server;
    std::thread peer([data, size] { serve(server, data, size); });
    {
        HttpClient client({QStringLiteral("127.0.0.1"), server.port}, std::chrono::seconds(5),
                          std::chrono::seconds(5));
        HttpRequest request;
        request.method = "POST"; // is not sent again on a new connection, which nobody would answer
        request.target = "/";
        HttpAnswer answer;
        if (client.begin(request, &answer).ok()) {
            fuzz::require(answer.contentLength >= -1);
            std::array<std::byte, 512> buffer;
            size_t got = 0;
            size_t body = 0;
            while (client.read(buffer, &got).ok() && got > 0) {
                body += got;
                fuzz::require(got <= buffer.size() && body <= size);
            }
        }
    }
    peer.join();
    return 0;
}
