// SPDX-License-Identifier: GPL-3.0-or-later
// A small HTTP/1.1 client over a kept-alive blocking connection, with Boost.Beast's parser. One
// object, one thread (abort() excepted). Bodies of answers are streamed into the caller's buffers.
#pragma once

#include "transport/socket.h"

#include <QByteArray>
#include <QString>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace transport
{

struct Endpoint {
    QString host;
    quint16 port = 0;

    // "http://host[:port]" with nothing behind it but slashes; [v6] in brackets. nullopt for
    // anything else, https included.
    [[nodiscard]] static std::optional<Endpoint> parse(const QString &url, quint16 defaultPort);
    // Without the zone of an address.
    [[nodiscard]] QByteArray hostHeader() const;
};

struct HttpHeader {
    QByteArray name;
    QByteArray value;
};

struct HttpRequest {
    QByteArray method = "GET";
    QByteArray target; // path and query
    std::vector<HttpHeader> headers;
    QByteArray body;
    // Instead of `body`: called with a function that sends a part of a body of `streamLength`
    // bytes; false ends the request with a broken connection. Sent only after "100 Continue", or
    // when the server answers nothing for a second.
    qint64 streamLength = -1;
    std::function<bool(const std::function<bool(std::span<const std::byte>)> &send)> streamBody;
};

struct HttpAnswer {
    int status = 0;
    qint64 contentLength = -1; // -1: not told
    QByteArray contentType;
    QByteArray contentRange;
    QByteArray etag;
};

// What went wrong: nothing, no answer from the server (connection refused, lost, timed out), or an
// answer that is not HTTP.
enum class HttpFault { None, ConnectFailed, ConnectionLost, TimedOut, Malformed, Aborted };

struct HttpStatus {
    HttpFault fault = HttpFault::None;
    QString detail;
    [[nodiscard]] bool ok() const { return fault == HttpFault::None; }
};

class HttpClient
{
public:
    HttpClient(Endpoint endpoint, std::chrono::milliseconds connectTimeout,
               std::chrono::milliseconds ioTimeout);
    ~HttpClient();
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;

    // Sends the request and reads the answer's head. A request without streamed body that fails on
    // a kept-alive connection before any answer byte is sent once more on a new one.
    [[nodiscard]] HttpStatus begin(const HttpRequest &request, HttpAnswer *answer);
    // After begin(): up to buffer.size() bytes of the body; *got == 0 at its end. The connection is
    // kept when the body was read to its end and the server allows it.
    [[nodiscard]] HttpStatus read(std::span<std::byte> buffer, size_t *got);
    // begin() and the whole body, which may have `limit` bytes (Malformed beyond).
    [[nodiscard]] HttpStatus exchange(const HttpRequest &request, HttpAnswer *answer,
                                      QByteArray *body, qint64 limit = 1 << 20);

    // exchange() in two steps, so that the next request goes out while the server is still at the
    // one before (RFC 9112, 9.3.2). With one answer outstanding one more request may be sent, which
    // must bear being sent again; it does not wait for "100 Continue". From its streamBody the
    // outstanding answer may be received. Any failure closes the connection, and no answer is
    // outstanding any more.
    [[nodiscard]] HttpStatus send(const HttpRequest &request);
    // The oldest outstanding answer with its body, which may have `limit` bytes.
    [[nodiscard]] HttpStatus receive(HttpAnswer *answer, QByteArray *body, qint64 limit = 1 << 20);
    // receive() would not wait for the answer's first byte.
    [[nodiscard]] bool hasAnswer();

    void setIoTimeout(std::chrono::milliseconds timeout);
    // From any thread: what blocks returns with Aborted, and so does every later call.
    void abort();
    [[nodiscard]] bool isAborted() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace transport
