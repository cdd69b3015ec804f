// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/http_server_connection.h"

#include "transport/message_reader.h"

#include <algorithm>
#include <ctime>
#include <limits>
#include <utility>

namespace transport
{

namespace http = boost::beast::http;
using boost::system::error_code;
using RequestReader = MessageReader<true>;
using RequestParser = RequestReader::Parser;

namespace
{

QByteArray toBytes(boost::string_view text)
{
    return {text.data(), qsizetype(text.size())};
}

bool equalsIgnoringCase(boost::string_view text, boost::string_view other)
{
    return boost::beast::iequals(text, other);
}

// RFC 9112, 3.2.2: every server takes a target with scheme and authority, which are what counts.
// The authority's length, and where it begins; 0 at 0: another form of target.
std::pair<qsizetype, qsizetype> authorityIn(const QByteArray &target)
{
    constexpr QByteArrayView scheme("http://");
    if (target.first(std::min(target.size(), scheme.size())).toLower() != scheme)
        return {0, 0};
    const auto ends = [](char c) { return c == '/' || c == '?'; };
    const auto end = std::find_if(target.begin() + scheme.size(), target.end(), ends);
    return {scheme.size(), end - target.begin() - scheme.size()};
}

void splitAbsolute(RequestHead &head)
{
    const auto [begin, length] = authorityIn(head.target);
    if (begin == 0)
        return;
    head.host = head.target.sliced(begin, length);
    head.target = head.target.sliced(begin + length);
    if (!head.target.startsWith('/'))
        head.target.prepend('/');
}

RequestHead describe(const RequestParser &parser)
{
    const auto &message = parser.get();
    RequestHead head;
    head.method = toBytes(message.method_string());
    head.target = toBytes(message.target());
    head.host = toBytes(message[http::field::host]);
    splitAbsolute(head);
    head.range = toBytes(message[http::field::range]);
    head.ifRange = toBytes(message[http::field::if_range]);
    head.ifNoneMatch = toBytes(message[http::field::if_none_match]);
    head.contentType = toBytes(message[http::field::content_type]);
    head.contentEncoding = toBytes(message[http::field::content_encoding]);
    head.authorization = toBytes(message[http::field::authorization]);
    head.origin = toBytes(message[http::field::origin]);
    head.fetchSite = toBytes(message["Sec-Fetch-Site"]);
    head.upgrade = toBytes(message[http::field::upgrade]);
    head.chunked = parser.chunked();
    head.expectContinue = equalsIgnoringCase(message[http::field::expect], "100-continue");
    head.keepAlive = parser.keep_alive();
    head.httpMinor = int(message.version() % 10);
    if (const auto length = parser.content_length())
        head.contentLength = qint64(*length);
    return head;
}

bool isAmbiguous(const RequestParser &parser)
{
    const auto &message = parser.get();
    const auto coding = message.find(http::field::transfer_encoding);
    const bool strange = coding != message.end() && !equalsIgnoringCase(coding->value(), "chunked");
    const bool both = coding != message.end() && message.count(http::field::content_length) > 0;
    const auto length = parser.content_length();
    const bool absurd = length && *length > quint64(std::numeric_limits<qint64>::max());
    // Who else reads the request may believe the other one.
    const QByteArray target = toBytes(message.target());
    const auto [begin, authority] = authorityIn(target);
    const QByteArray host = toBytes(message[http::field::host]);
    const bool twoHosts =
        begin > 0 && !host.isEmpty() && host.toLower() != target.sliced(begin, authority).toLower();
    return strange || both || absurd || twoHosts ||
           message.count(http::field::content_length) > 1 ||
           message.count(http::field::transfer_encoding) > 1 ||
           message.count(http::field::content_encoding) > 1 ||
           message.count(http::field::origin) > 1 || message.count(http::field::host) > 1;
}

HeadVerdict verdictOf(const error_code &error)
{
    if (!error)
        return HeadVerdict::Complete;
    if (error == http::error::header_limit)
        return HeadVerdict::TooLarge;
    const bool cutShort = error == http::error::need_more || error == http::error::end_of_stream ||
                          error == http::error::partial_message;
    const bool byParser = error.category() == make_error_code(http::error::need_more).category();
    return byParser && !cutShort ? HeadVerdict::Malformed : HeadVerdict::Incomplete;
}

// RFC 9110, 5.6.7: IMF-fixdate.
QByteArray httpDate()
{
    static constexpr const char *days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char *months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[utc.tm_wday],
                  utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                  utc.tm_sec);
    return text;
}

QByteArray headText(int status, const std::vector<AnswerHeader> &headers, qint64 contentLength,
                    bool keepAlive)
{
    const auto reason = http::obsolete_reason(http::int_to_status(unsigned(status)));
    QByteArray text = "HTTP/1.1 " + QByteArray::number(status) + ' ' + toBytes(reason) + "\r\n";
    for (const AnswerHeader &header : headers)
        text += header.name + ": " + header.value + "\r\n";
    if (contentLength >= 0)
        text += "Content-Length: " + QByteArray::number(contentLength) + "\r\n";
    text += "Date: " + httpDate() + "\r\n";
    text += keepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return text;
}

} // namespace

HeadVerdict parseRequestHead(std::span<const std::byte> bytes, qint64 maxBytes, RequestHead *head)
{
    if (bytes.empty())
        return HeadVerdict::Incomplete;
    if (hasMoreLines(bytes, maxHeadFields + 2))
        return HeadVerdict::TooLarge;
    RequestParser parser;
    parser.header_limit(std::uint32_t(maxBytes));
    parser.body_limit(noBodyLimit);
    error_code error;
    const size_t used = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    const size_t headBytes = parser.is_header_done() ? used : bytes.size();
    const HeadVerdict verdict = verdictOf(error);
    if (verdict == HeadVerdict::Malformed)
        return verdict;
    if (headBytes > size_t(maxBytes) || verdict == HeadVerdict::TooLarge)
        return HeadVerdict::TooLarge;
    if (!parser.is_header_done())
        return HeadVerdict::Incomplete;
    if (hasFoldedLine(bytes.first(headBytes)) || isAmbiguous(parser))
        return HeadVerdict::Malformed;
    *head = describe(parser);
    head->bytes = qint64(headBytes);
    return HeadVerdict::Complete;
}

bool mayHoldHeadEnd(std::span<const std::byte> bytes, size_t from)
{
    // An end may have begun before.
    constexpr size_t before = 3;
    return endOfHead(bytes.subspan(std::min(bytes.size(), from - std::min(from, before)))) !=
           std::string_view::npos;
}

struct HttpServerConnection::State {
    State(Socket &&accepted, qint64 maxHeadBytes)
        : socket(std::move(accepted)), reader(size_t(maxHeadBytes))
    {
        reader.limitFields(maxHeadFields);
    }
    Socket socket;
    RequestReader reader;
};

HttpServerConnection::HttpServerConnection(Socket socket, qint64 maxHeadBytes)
    : m_state(std::make_unique<State>(std::move(socket), maxHeadBytes))
{
}

HttpServerConnection::~HttpServerConnection() = default;
HttpServerConnection::HttpServerConnection(HttpServerConnection &&) noexcept = default;
HttpServerConnection &HttpServerConnection::operator=(HttpServerConnection &&) noexcept = default;

Socket &HttpServerConnection::socket()
{
    return m_state->socket;
}

void HttpServerConnection::limitHeadTime(std::chrono::milliseconds time)
{
    m_state->reader.limitHeadTime(time);
}

std::optional<RequestHead> HttpServerConnection::readHead(error_code &error, HeadVerdict *verdict)
{
    m_state->reader.readHead(m_state->socket, error);
    if (!error && isAmbiguous(m_state->reader.parser()))
        error = http::error::bad_transfer_encoding;
    if (verdict)
        *verdict = verdictOf(error);
    if (!error)
        return describe(m_state->reader.parser());
    if (error == http::error::end_of_stream)
        error = {};
    return std::nullopt;
}

bool HttpServerConnection::bodyIsDone() const
{
    return m_state->reader.bodyIsDone();
}

size_t HttpServerConnection::readBody(std::span<std::byte> buffer, error_code &error)
{
    return m_state->reader.readBody(m_state->socket, buffer, error);
}

void HttpServerConnection::sendContinue(error_code &error)
{
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    m_state->socket.write(std::as_bytes(std::span(text)), error);
}

void HttpServerConnection::writeHead(int status, std::vector<AnswerHeader> headers,
                                     qint64 contentLength, bool keepAlive, error_code &error)
{
    const QByteArray text = headText(status, headers, contentLength, keepAlive);
    m_state->socket.write(std::as_bytes(std::span(text.constData(), size_t(text.size()))), error);
}

void HttpServerConnection::writeAnswer(int status, std::vector<AnswerHeader> headers,
                                       const QByteArray &body, bool keepAlive, error_code &error)
{
    const QByteArray text = headText(status, headers, body.size(), keepAlive) + body;
    m_state->socket.write(std::as_bytes(std::span(text.constData(), size_t(text.size()))), error);
}

} // namespace transport
