// SPDX-License-Identifier: GPL-3.0-or-later
// One accepted connection on the server's side: request heads by Boost.Beast's parser, bodies
// streamed through the caller's buffers, answers as head plus whatever the caller writes. Blocking,
// with time-outs; belongs to one thread.
#pragma once

#include "transport/socket.h"

#include <QByteArray>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace transport
{

// A head's lines at most, its first one apart: nobody's client sends thirty.
inline constexpr int maxHeadFields = 100;

struct RequestHead {
    QByteArray method;
    QByteArray target; // path and query as sent, without scheme and authority (RFC 9112, 3.2.2)
    QByteArray host;   // of an absolute target, else of the Host line
    QByteArray range;
    QByteArray ifRange;
    QByteArray ifNoneMatch;
    QByteArray contentType;
    QByteArray contentEncoding;
    QByteArray authorization;
    QByteArray origin;         // of a page, as a browser says
    QByteArray fetchSite;      // Sec-Fetch-Site, likewise
    QByteArray upgrade;        // protocols that the peer would like better
    qint64 bytes = 0;          // of the head itself; 0 where it was not peeked at
    qint64 contentLength = -1; // -1: not told
    bool chunked = false;
    bool expectContinue = false;
    bool keepAlive = false;
    int httpMinor = 1; // 0 for HTTP/1.0

    [[nodiscard]] bool hasBody() const { return chunked || contentLength > 0; }
};

// Malformed: not HTTP/1, or something that servers and proxies read differently (RFC 9112):
// Content-Length beside Transfer-Encoding or twice, a coding that is not "chunked", a folded line,
// two Host lines, or one that is not the target's. TooLarge: too many bytes or fields.
enum class HeadVerdict { Complete, Incomplete, Malformed, TooLarge };

// For who looks at bytes before they are consumed (MSG_PEEK): the same parser, over what is there
// so far.
[[nodiscard]] HeadVerdict parseRequestHead(std::span<const std::byte> bytes, qint64 maxBytes,
                                           RequestHead *head);

// Whether a head may end in `bytes`, from `from` on: an empty line is there. Costs next to nothing,
// unlike parsing.
[[nodiscard]] bool mayHoldHeadEnd(std::span<const std::byte> bytes, size_t from);

struct AnswerHeader {
    QByteArray name;
    QByteArray value;
};

class HttpServerConnection
{
public:
    HttpServerConnection(Socket socket, qint64 maxHeadBytes);
    ~HttpServerConnection();
    HttpServerConnection(HttpServerConnection &&) noexcept;
    HttpServerConnection &operator=(HttpServerConnection &&) noexcept;

    [[nodiscard]] Socket &socket();

    // The next request's head. nullopt at a clean end (no error), after an error of the socket, or
    // for a head that is not served; `verdict` tells Malformed (answer 400) and TooLarge (431) from
    // the rest, which is Incomplete.
    [[nodiscard]] std::optional<RequestHead> readHead(boost::system::error_code &error,
                                                      HeadVerdict *verdict = nullptr);
    // A head that is not whole so long after its first byte is timed_out; each read alone may be in
    // time for ever.
    void limitHeadTime(std::chrono::milliseconds time);
    // The body's next bytes, chunked coding removed; 0 with no error at its end. A body that ends
    // early is an error.
    [[nodiscard]] bool bodyIsDone() const;
    [[nodiscard]] size_t readBody(std::span<std::byte> buffer, boost::system::error_code &error);
    void sendContinue(boost::system::error_code &error);

    // Status line and headers; Content-Length (when >= 0), Date and Connection are added. The body
    // is the caller's to write to socket().
    void writeHead(int status, std::vector<AnswerHeader> headers, qint64 contentLength,
                   bool keepAlive, boost::system::error_code &error);
    void writeAnswer(int status, std::vector<AnswerHeader> headers, const QByteArray &body,
                     bool keepAlive, boost::system::error_code &error);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace transport
