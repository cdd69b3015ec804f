// SPDX-License-Identifier: GPL-3.0-or-later
// Internal to transport: one HTTP/1.1 message after the other from a socket, parsed by Boost.Beast,
// bodies streamed. Beast compiles slowly, so that only the two .cpp files of client and server
// include this.
#pragma once

#include "transport/socket.h"

// With sanitizers g++ 12 sees an uninitialized boost::none.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <boost/beast/http.hpp>
#pragma GCC diagnostic pop

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

namespace transport
{

// Bytes that were received and not parsed yet.
class ReceiveBuffer
{
public:
    // Uninitialized: most connections never fill it, and then it takes no memory.
    explicit ReceiveBuffer(size_t capacity)
        : m_bytes(std::make_unique_for_overwrite<std::byte[]>(capacity)), m_capacity(capacity)
    {
    }

    [[nodiscard]] std::span<const std::byte> unread() const
    {
        return {m_bytes.get() + m_begin, m_end - m_begin};
    }
    [[nodiscard]] bool isEmpty() const { return m_begin == m_end; }
    [[nodiscard]] bool isFull() const { return m_end - m_begin == m_capacity; }
    void consume(size_t bytes) { m_begin += bytes; }
    void clear() { m_begin = m_end = 0; }

    // One read into the free room behind what is unread; 0 at the end of the stream. Precondition:
    // !isFull().
    size_t fill(Socket &socket, boost::system::error_code &error)
    {
        std::memmove(m_bytes.get(), m_bytes.get() + m_begin, m_end - m_begin);
        m_end -= std::exchange(m_begin, 0);
        const size_t got = socket.read({m_bytes.get() + m_end, m_capacity - m_end}, error);
        m_end += got;
        return got;
    }

private:
    std::unique_ptr<std::byte[]> m_bytes;
    size_t m_capacity;
    size_t m_begin = 0;
    size_t m_end = 0;
};

// Bodies are streamed, so that their length is the caller's business. Not boost::none: Boost 1.74
// takes any Content-Length for larger than that.
inline constexpr std::uint64_t noBodyLimit = std::numeric_limits<std::uint64_t>::max();

// A header line that continues the one before it (obs-fold). RFC 9112, 5.2: a server refuses it;
// Beast unfolds it.
[[nodiscard]] inline bool hasFoldedLine(std::span<const std::byte> head)
{
    const std::string_view text(reinterpret_cast<const char *>(head.data()), head.size());
    return text.find("\n ") != text.npos || text.find("\n\t") != text.npos;
}

// One past the empty line that ends a head, or npos. A bare LF is seen, too: what it is worth is
// the parser's to say.
[[nodiscard]] inline size_t endOfHead(std::span<const std::byte> bytes)
{
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    for (size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
        if (text.substr(at + 1, 1) == "\n")
            return at + 2;
        if (text.substr(at + 1, 2) == "\r\n")
            return at + 3;
    }
    return text.npos;
}

// Whether a head, as far as it is there, has more lines than that. Asked before it is parsed, for
// parsing them is what costs; whoever looks and whoever reads judge alike.
[[nodiscard]] inline bool hasMoreLines(std::span<const std::byte> bytes, qint64 most)
{
    const auto head = bytes.first(std::min(bytes.size(), endOfHead(bytes)));
    return std::count(head.begin(), head.end(), std::byte('\n')) > most;
}

template<bool isRequest>
class MessageReader
{
public:
    using Parser = boost::beast::http::parser<isRequest, boost::beast::http::buffer_body>;
    using Error = boost::beast::http::error;
    using Clock = std::chrono::steady_clock;

    explicit MessageReader(size_t maxHeadBytes) : m_buffer(bufferBytes), m_maxHead(maxHeadBytes) {}

    // Of heads from now on. With the first line and the empty one.
    void limitFields(int fields) { m_maxLines = fields + 2; }
    // Likewise, from a head's first byte to its last.
    void limitHeadTime(std::chrono::milliseconds time) { m_headTime = time; }

    // Parses a head. end_of_stream when the peer closed before its first byte, partial_message
    // after it, header_limit for a long one, another error of Beast's for a malformed one, or the
    // socket's. `skipBody`: the answer to a HEAD. timed_out when bytes come still after `deadline`,
    // and it is not all: each read alone may be in time for ever.
    void readHead(Socket &socket, boost::system::error_code &error, bool skipBody = false,
                  Clock::time_point deadline = Clock::time_point::max())
    {
        m_parser.emplace();
        m_parser->header_limit(std::uint32_t(m_maxHead));
        m_parser->body_limit(noBodyLimit);
        m_parser->skip(skipBody);
        m_sawBytes = false;
        size_t parsed = 0;
        std::optional<Clock::time_point> end;
        while (parseHead(&parsed, error), error == Error::need_more) {
            if (m_headTime && m_sawBytes && !end)
                end = Clock::now() + *m_headTime;
            if (end && !socket.waitReadable(remaining(*end))) {
                error = make_error_code(boost::system::errc::timed_out);
                return;
            }
            if (!fillHead(socket, error))
                return;
            if (Clock::now() > deadline) {
                error = make_error_code(boost::system::errc::timed_out);
                return;
            }
        }
        if (!error && hasFoldedLine(m_buffer.unread().first(parsed)))
            error = Error::bad_value;
        m_buffer.consume(parsed);
        m_identityLeft = identityLength();
    }

    // The body's next bytes without chunked coding; 0 without an error at its end.
    size_t readBody(Socket &socket, std::span<std::byte> out, boost::system::error_code &error)
    {
        error = {};
        if (out.empty() || !headIsDone() || bodyIsDone())
            return 0;
        return m_parser->chunked() ? readChunked(socket, out, error)
                                   : readIdentity(socket, out, error);
    }

    [[nodiscard]] bool bodyIsDone() const
    {
        return !headIsDone() || (m_parser->chunked() ? m_parser->is_done() : m_identityLeft == 0);
    }
    [[nodiscard]] Parser &parser() { return *m_parser; }
    // At least one byte of the message that readHead() was last called for has come.
    [[nodiscard]] bool sawBytes() const { return m_sawBytes; }
    [[nodiscard]] bool hasUnread() const { return !m_buffer.isEmpty(); }
    [[nodiscard]] bool keepsAlive() const { return headIsDone() && m_parser->keep_alive(); }
    void reset()
    {
        m_sawBytes = false;
        m_buffer.clear();
        m_parser.reset();
    }

private:
    // Beast forbids most questions before.
    [[nodiscard]] bool headIsDone() const { return m_parser && m_parser->is_header_done(); }

    static constexpr size_t bufferBytes = 64 * 1024;

    static std::chrono::milliseconds remaining(Clock::time_point end)
    {
        return std::max(std::chrono::milliseconds(0),
                        std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()));
    }

    void put(std::span<const std::byte> bytes, size_t *used, boost::system::error_code &error)
    {
        *used = m_parser->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    }

    void parseHead(size_t *parsed, boost::system::error_code &error)
    {
        const auto unread = m_buffer.unread();
        m_sawBytes = m_sawBytes || !unread.empty();
        if (*parsed == unread.size()) {
            error = Error::need_more;
            return;
        }
        if (m_maxLines > 0 && hasMoreLines(unread, m_maxLines)) {
            error = Error::header_limit;
            return;
        }
        size_t used = 0;
        put(unread.subspan(*parsed), &used, error);
        *parsed += used;
        if (!m_parser->is_header_done() && !error)
            error = Error::need_more;
        const size_t head = m_parser->is_header_done() ? *parsed : unread.size();
        if ((!error || error == Error::need_more) && head > m_maxHead)
            error = Error::header_limit;
    }

    bool fillHead(Socket &socket, boost::system::error_code &error)
    {
        const bool first = m_buffer.isEmpty();
        if (m_buffer.fill(socket, error) > 0)
            return true;
        if (!error)
            error = first ? Error::end_of_stream : Error::partial_message;
        return false;
    }

    // Bytes of a body that is not chunked; -1: up to the end of the stream.
    qint64 identityLength()
    {
        if (!headIsDone() || m_parser->is_done())
            return 0;
        const auto length = m_parser->content_length();
        return length ? qint64(*length) : -1;
    }

    size_t readIdentity(Socket &socket, std::span<std::byte> out, boost::system::error_code &error)
    {
        if (m_identityLeft > 0 && quint64(m_identityLeft) < out.size())
            out = out.first(size_t(m_identityLeft));
        size_t got = std::min(out.size(), m_buffer.unread().size());
        if (got > 0) {
            std::memcpy(out.data(), m_buffer.unread().data(), got);
            m_buffer.consume(got);
        } else {
            got = socket.read(out, error);
        }
        if (m_identityLeft > 0)
            m_identityLeft -= qint64(got);
        else if (got == 0 && !error)
            m_identityLeft = 0; // read up to the end of the stream
        if (got == 0 && !error && m_identityLeft > 0)
            error = Error::partial_message;
        return got;
    }

    size_t readChunked(Socket &socket, std::span<std::byte> out, boost::system::error_code &error)
    {
        auto &body = m_parser->get().body();
        body.data = out.data();
        body.size = out.size();
        while (body.size == out.size() && !m_parser->is_done()) {
            size_t used = 0;
            put(m_buffer.unread(), &used, error);
            m_buffer.consume(used);
            if (error == Error::need_buffer)
                error = {};
            const bool stuck = error == Error::need_more || (!error && used == 0);
            if (error && error != Error::need_more)
                return 0;
            error = {};
            if (body.size == out.size() && !m_parser->is_done() && stuck &&
                !fillBody(socket, error))
                return 0;
        }
        return out.size() - body.size;
    }

    bool fillBody(Socket &socket, boost::system::error_code &error)
    {
        if (m_buffer.isFull()) { // one chunk's header fills all of it
            error = Error::bad_chunk;
            return false;
        }
        if (m_buffer.fill(socket, error) > 0)
            return true;
        if (!error)
            error = Error::partial_message;
        return false;
    }

    ReceiveBuffer m_buffer;
    size_t m_maxHead;
    std::optional<Parser> m_parser;
    qint64 m_identityLeft = 0;
    bool m_sawBytes = false;
    qint64 m_maxLines = 0; // 0: any number
    std::optional<std::chrono::milliseconds> m_headTime;
};

} // namespace transport
