// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/http_client.h"

#include "transport/message_reader.h"

#include <QUrl>

#include <atomic>
#include <mutex>

namespace transport
{

namespace http = boost::beast::http;
using boost::system::error_code;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace
{

constexpr size_t maxAnswerHeadBytes = 16 * 1024;
// A server that knows nothing of Expect is not waited for longer than this (RFC 9110, 10.1.1).
constexpr std::chrono::milliseconds continueWait{1000};

HttpFault faultOf(const error_code &error)
{
    if (error == http::error::end_of_stream || error == http::error::partial_message)
        return HttpFault::ConnectionLost;
    if (error.category() == make_error_code(http::error::need_more).category())
        return HttpFault::Malformed;
    if (error == boost::system::errc::timed_out)
        return HttpFault::TimedOut;
    return HttpFault::ConnectionLost;
}

HttpStatus statusOf(const error_code &error)
{
    if (!error)
        return {};
    return {faultOf(error), QString::fromStdString(error.message())};
}

QByteArray toBytes(boost::string_view text)
{
    return {text.data(), qsizetype(text.size())};
}

HttpAnswer describe(const MessageReader<false>::Parser &parser)
{
    const auto &message = parser.get();
    HttpAnswer answer;
    answer.status = int(message.result_int());
    answer.contentType = toBytes(message[http::field::content_type]);
    answer.contentRange = toBytes(message[http::field::content_range]);
    answer.etag = toBytes(message[http::field::etag]);
    bool isNumber = false;
    const qint64 length = toBytes(message[http::field::content_length]).toLongLong(&isNumber);
    answer.contentLength = isNumber ? length : -1;
    return answer;
}

QByteArray headText(const HttpRequest &request, const Endpoint &endpoint, bool expectContinue)
{
    QByteArray text = request.method + ' ' + request.target + " HTTP/1.1\r\n" +
                      "Host: " + endpoint.hostHeader() + "\r\n";
    for (const HttpHeader &header : request.headers)
        text += header.name + ": " + header.value + "\r\n";
    const bool hasBody = request.streamBody || !request.body.isEmpty() ||
                         request.method == "POST" || request.method == "PUT";
    const qint64 length = request.streamBody ? request.streamLength : request.body.size();
    if (hasBody)
        text += "Content-Length: " + QByteArray::number(length) + "\r\n";
    if (expectContinue)
        text += "Expect: 100-continue\r\n";
    return text + "\r\n";
}

std::span<const std::byte> bytesOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), size_t(bytes.size())));
}

} // namespace

std::optional<Endpoint> Endpoint::parse(const QString &url, quint16 defaultPort)
{
    const QUrl parsed(url.trimmed(), QUrl::StrictMode);
    const QString path = parsed.path();
    const bool onlySlashes =
        std::all_of(path.begin(), path.end(), [](QChar c) { return c == u'/'; });
    if (!parsed.isValid() || parsed.scheme() != "http"_L1 || parsed.host().isEmpty() ||
        !onlySlashes || parsed.hasQuery() || parsed.hasFragment() || !parsed.userInfo().isEmpty() ||
        parsed.port() == 0)
        return std::nullopt;
    return Endpoint{parsed.host(), quint16(parsed.port(defaultPort))};
}

// A zone ("fe80::1%eth0") is this machine's name for its interface, and nobody else's (RFC 6874,
// 4).
QByteArray Endpoint::hostHeader() const
{
    const bool isIpv6 = host.contains(u':');
    const QByteArray name = (isIpv6 ? host.section(u'%', 0, 0) : host).toLatin1();
    return (isIpv6 ? '[' + name + ']' : name) + ':' + QByteArray::number(port);
}

struct HttpClient::State {
    State(Endpoint server, std::chrono::milliseconds connectLimit,
          std::chrono::milliseconds ioLimit)
        : endpoint(std::move(server)), connectTimeout(connectLimit), ioTimeout(ioLimit)
    {
    }

    HttpStatus connect();
    void close();
    bool isReusable();
    HttpStatus transact(const HttpRequest &request, HttpAnswer *answer);
    void sendRequest(const HttpRequest &request, error_code &error);
    void sendStream(const HttpRequest &request, error_code &error);
    bool isAnswered(error_code &error);
    bool hasAnswer() { return reader.hasUnread() || socket.waitReadable(0ms); }
    HttpStatus readAnswer(bool skipBody, HttpAnswer *answer);
    HttpStatus readWhole(QByteArray *body, qint64 limit);
    HttpStatus finish(HttpStatus status);

    const Endpoint endpoint;
    const std::chrono::milliseconds connectTimeout;
    std::chrono::milliseconds ioTimeout;
    std::atomic<bool> aborted = false;
    std::mutex socketMutex; // the descriptor is not closed while abort() uses it
    Socket socket;
    MessageReader<false> reader{maxAnswerHeadBytes};
    bool requestComplete = false; // the whole of the last request went out
    bool haveHead = false;        // the answer's head came before the body's end
    int outstanding = 0;          // answers to what send() has sent
};

HttpStatus HttpClient::State::connect()
{
    error_code error;
    Socket fresh = Socket::connect(endpoint.host, endpoint.port, connectTimeout, error, &aborted);
    if (error)
        return {HttpFault::ConnectFailed, QString::fromStdString(error.message())};
    fresh.setTimeouts(ioTimeout, ioTimeout);
    reader.reset();
    const std::lock_guard lock(socketMutex);
    socket = std::move(fresh);
    if (aborted) // by an abort() that did not see this socket
        socket.abort();
    return {};
}

void HttpClient::State::close()
{
    reader.reset();
    outstanding = 0;
    const std::lock_guard lock(socketMutex);
    socket.close();
}

// The last answer was read to its end, the server keeps the connection, and has not closed it
// since.
bool HttpClient::State::isReusable()
{
    return socket.isOpen() && outstanding == 0 && requestComplete && reader.keepsAlive() &&
           reader.bodyIsDone() && !hasAnswer();
}

void HttpClient::State::sendRequest(const HttpRequest &request, error_code &error)
{
    requestComplete = false;
    QByteArray text = headText(request, endpoint, request.streamBody && outstanding == 0);
    if (!request.streamBody)
        text += request.body;
    socket.write(bytesOf(text), error);
    if (error)
        return;
    if (request.streamBody)
        sendStream(request, error);
    else
        requestComplete = true;
}

// What came before the body's end is a refusal, or ends the connection. A "100 Continue" is
// neither, however late it is.
bool HttpClient::State::isAnswered(error_code &error)
{
    reader.readHead(socket, error);
    haveHead = !error && reader.parser().get().result_int() / 100 != 1;
    return error || haveHead;
}

// Sends the body unless the server answers first; what it answered is read by readAnswer(). While
// the answer before is outstanding, what comes is that one.
void HttpClient::State::sendStream(const HttpRequest &request, error_code &error)
{
    if (outstanding == 0 && socket.waitReadable(continueWait) && isAnswered(error))
        return;
    const auto send = [&](std::span<const std::byte> part) {
        if (aborted || (outstanding == 0 && hasAnswer() && isAnswered(error)))
            return false;
        socket.write(part, error);
        return !error;
    };
    requestComplete = request.streamBody(send);
    if (!requestComplete && !error && !haveHead)
        error = make_error_code(boost::system::errc::operation_canceled);
}

HttpStatus HttpClient::State::readAnswer(bool skipBody, HttpAnswer *answer)
{
    error_code error;
    // Twice: an answer that comes at the very end of the time-out is still in time.
    const auto deadline = std::chrono::steady_clock::now() + 2 * ioTimeout;
    while (!haveHead && !error) {
        reader.readHead(socket, error, skipBody, deadline);
        haveHead = !error && reader.parser().get().result_int() / 100 != 1;
        if (!error && !haveHead && std::chrono::steady_clock::now() > deadline)
            error = make_error_code(boost::system::errc::timed_out);
    }
    if (!error)
        *answer = describe(reader.parser());
    return statusOf(error);
}

HttpStatus HttpClient::State::transact(const HttpRequest &request, HttpAnswer *answer)
{
    reader.reset();
    haveHead = false;
    error_code sendError;
    sendRequest(request, sendError);
    if (sendError == boost::system::errc::operation_canceled)
        return {HttpFault::ConnectionLost, u"the body was given up"_s};
    if (sendError && sendError != boost::system::errc::broken_pipe &&
        sendError != boost::system::errc::connection_reset)
        return statusOf(sendError);
    // Also after a broken pipe: a server that refuses a body answers before it closes.
    const HttpStatus status = readAnswer(request.method == "HEAD", answer);
    return sendError && !status.ok() ? statusOf(sendError) : status;
}

HttpStatus HttpClient::State::readWhole(QByteArray *body, qint64 limit)
{
    std::vector<std::byte> buffer(16 * 1024);
    for (;;) {
        error_code error;
        const size_t got = reader.readBody(socket, buffer, error);
        if (error || got == 0)
            return statusOf(error);
        body->append(reinterpret_cast<const char *>(buffer.data()), qsizetype(got));
        if (body->size() > limit)
            return {HttpFault::Malformed, u"the answer is too long"_s};
    }
}

HttpStatus HttpClient::State::finish(HttpStatus status)
{
    if (!status.ok())
        close();
    if (aborted)
        return {HttpFault::Aborted, u"aborted"_s};
    return status;
}

HttpClient::HttpClient(Endpoint endpoint, std::chrono::milliseconds connectTimeout,
                       std::chrono::milliseconds ioTimeout)
    : m_state(std::make_unique<State>(std::move(endpoint), connectTimeout, ioTimeout))
{
}

HttpClient::~HttpClient() = default;

HttpStatus HttpClient::begin(const HttpRequest &request, HttpAnswer *answer)
{
    State &state = *m_state;
    const bool reused = state.isReusable();
    if (!reused)
        state.close();
    HttpStatus status = reused || state.aborted ? HttpStatus{} : state.connect();
    if (status.ok() && !state.aborted)
        status = state.transact(request, answer);
    const bool stale = reused && status.fault == HttpFault::ConnectionLost &&
                       !state.reader.sawBytes() && !request.streamBody && !state.aborted;
    if (stale) {
        state.close();
        status = state.connect();
        if (status.ok())
            status = state.transact(request, answer);
    }
    return state.finish(status);
}

HttpStatus HttpClient::read(std::span<std::byte> buffer, size_t *got)
{
    State &state = *m_state;
    *got = 0;
    if (!state.socket.isOpen())
        return state.finish({HttpFault::ConnectionLost, u"no answer is under way"_s});
    error_code error;
    *got = state.reader.readBody(state.socket, buffer, error);
    return state.finish(statusOf(error));
}

HttpStatus HttpClient::exchange(const HttpRequest &request, HttpAnswer *answer, QByteArray *body,
                                qint64 limit)
{
    body->clear();
    const HttpStatus status = begin(request, answer);
    return status.ok() ? m_state->finish(m_state->readWhole(body, limit)) : status;
}

HttpStatus HttpClient::send(const HttpRequest &request)
{
    State &state = *m_state;
    if (state.outstanding == 0 && !state.isReusable()) {
        state.close();
        const HttpStatus connected = state.aborted ? HttpStatus{} : state.connect();
        if (!connected.ok() || state.aborted)
            return state.finish(connected);
    }
    if (state.outstanding == 0) {
        state.reader.reset();
        state.haveHead = false;
    }
    error_code error;
    state.sendRequest(request, error);
    // What would be sent next must not pass for the rest of a body that was answered early.
    if (state.haveHead)
        state.socket.shutdownSend();
    // A server that refuses a body answers before it closes.
    if (error == boost::system::errc::broken_pipe || error == boost::system::errc::connection_reset)
        error = {};
    if (error == boost::system::errc::operation_canceled)
        return state.finish({HttpFault::ConnectionLost, u"the body was given up"_s});
    ++state.outstanding;
    return state.finish(statusOf(error));
}

HttpStatus HttpClient::receive(HttpAnswer *answer, QByteArray *body, qint64 limit)
{
    State &state = *m_state;
    body->clear();
    if (state.outstanding == 0)
        return state.finish({HttpFault::ConnectionLost, u"no answer is under way"_s});
    HttpStatus status = state.readAnswer(false, answer);
    if (status.ok())
        status = state.readWhole(body, limit);
    state.haveHead = false;
    --state.outstanding;
    return state.finish(status);
}

bool HttpClient::hasAnswer()
{
    return m_state->outstanding > 0 && (m_state->haveHead || m_state->hasAnswer());
}

void HttpClient::setIoTimeout(std::chrono::milliseconds timeout)
{
    m_state->ioTimeout = timeout;
    if (m_state->socket.isOpen())
        m_state->socket.setTimeouts(timeout, timeout);
}

void HttpClient::abort()
{
    m_state->aborted = true;
    const std::lock_guard lock(m_state->socketMutex);
    if (m_state->socket.isOpen())
        m_state->socket.abort();
}

bool HttpClient::isAborted() const
{
    return m_state->aborted;
}

} // namespace transport
