// SPDX-License-Identifier: GPL-3.0-or-later
// Whoever looks at a head before it is consumed and whoever consumes it must read the same: what
// the one calls whole the other serves, with the same fields, or a request is smuggled past the
// first. The body of what is served is read, too.
#include "fuzz_target.h"
#include "transport/http_server_connection.h"

#include <array>

#include <sys/socket.h>

using namespace transport;

namespace
{

constexpr qint64 maxHead = 4096;
constexpr size_t maxInput = 64 * 1024; // a socket takes them at once

std::span<const std::byte> bytesOf(const uint8_t *data, size_t size)
{
    return std::as_bytes(std::span(data, size));
}

bool sameFields(const RequestHead &a, const RequestHead &b)
{
    return a.method == b.method && a.target == b.target && a.host == b.host && a.range == b.range &&
           a.ifRange == b.ifRange && a.ifNoneMatch == b.ifNoneMatch &&
           a.contentType == b.contentType && a.authorization == b.authorization &&
           a.contentLength == b.contentLength && a.chunked == b.chunked &&
           a.expectContinue == b.expectContinue && a.keepAlive == b.keepAlive &&
           a.httpMinor == b.httpMinor;
}

// A connection on which all of it has come, and nothing will.
Socket socketWith(std::span<const std::byte> bytes)
{
    int ends[2];
    fuzz::require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const Descriptor peer(ends[0]);
    Descriptor ours(ends[1]);
    fuzz::require(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                  ssize_t(bytes.size()));
    return Socket(std::move(ours));
}

void readBody(HttpServerConnection &connection, const RequestHead &head, size_t most)
{
    std::array<std::byte, 512> buffer;
    boost::system::error_code error;
    size_t body = 0;
    while (const size_t got = connection.readBody(buffer, error)) {
        body += got;
        fuzz::require(got <= buffer.size() && body <= most);
    }
    fuzz::require(error || connection.bodyIsDone());
    if (!error && head.contentLength >= 0)
        fuzz::require(body == size_t(head.contentLength));
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    return {
        "GET /transfer/t/image.img HTTP/1.1\r\nHost: 10.20.50.1:5000\r\nRange: bytes=0-511\r\n"
        "If-Range: \"abc\"\r\nIf-None-Match: *\r\nAuthorization: Bearer token\r\n\r\n",
        "POST /api/register-device HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        "Content-Length: 2\r\n\r\n{}",
        "PUT /transfer/t/image.img HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        "Expect: 100-continue\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: t\r\n\r\n",
        "GET http://10.20.50.1/api/device-action-poll?mac=02:00:00:00:00:01 HTTP/1.0\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nX: 1\r\n folded\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1, 1\r\n\r\n",
    };
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > maxInput)
        return 0;
    const auto bytes = bytesOf(data, size);
    RequestHead looked;
    const HeadVerdict verdict = parseRequestHead(bytes, maxHead, &looked);

    HttpServerConnection connection(socketWith(bytes), maxHead);
    boost::system::error_code error;
    HeadVerdict second = HeadVerdict::Incomplete;
    const auto head = connection.readHead(error, &second);
    if (size == 0)
        return 0;
    fuzz::require(head.has_value() == (verdict == HeadVerdict::Complete));
    if (head) {
        fuzz::require(sameFields(*head, looked));
        readBody(connection, *head, size);
    } else {
        fuzz::require(second == verdict);
    }
    return 0;
}
