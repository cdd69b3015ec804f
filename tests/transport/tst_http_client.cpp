// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/http_client.h"
#include "transport/http_requests.h"
#include "transport/http_server_connection.h"

#include <QTest>

#include <csignal>

using namespace testing;
using namespace std::chrono_literals;
using transport::Endpoint;
using transport::HttpAnswer;
using transport::HttpClient;
using transport::HttpFault;
using transport::HttpRequest;
using transport::HttpStatus;
using transport::Socket;

namespace
{

// One request at `client`, which sees this answer and then the end of the connection.
HttpStatus askOnce(const std::string &answerText, HttpAnswer *answer, QByteArray *body,
                   qint64 limit = 1 << 20)
{
    RawPeer peer([&](Socket &socket, int) {
        readUntil(socket, "\r\n\r\n");
        sendText(socket, answerText);
    });
    HttpClient client(loopback(peer.port()), 5s, 5s);
    return client.exchange(get("/"), answer, body, limit);
}

} // namespace

class TestHttpClient : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void parsesEndpoints_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QByteArray>("host"); // empty: refused
        const auto row = [](const char *url, const char *host) {
            QTest::newRow(url) << QString::fromLatin1(url) << QByteArray(host);
        };
        row("http://10.20.50.1:5000", "10.20.50.1:5000");
        row("http://10.20.50.1", "10.20.50.1:80");
        row("http://station//", "station:80");
        row("http://[fe80::1]:81/", "[fe80::1]:81");
        row("http://[::1]:5000", "[::1]:5000");
        row("http://[fe80::1%25eth0]:81", "[fe80::1]:81"); // the zone is ours alone
        row("https://10.20.50.1", "");
        row("10.20.50.1:5000", "");
        row("http://a/path", "");
        row("http://a/?q", "");
        row("http://user@a/", "");
        row("http://a:0/", "");
        row("http://a:70000/", "");
        row("http://", "");
        row("", "");
    }

    void parsesEndpoints()
    {
        QFETCH(QString, url);
        const auto endpoint = Endpoint::parse(url, 80);
        QTEST(endpoint ? endpoint->hostHeader() : QByteArray(), "host");
    }

    void aZoneIsForConnecting()
    {
        const auto endpoint = Endpoint::parse(QStringLiteral("http://[fe80::1%25eth0]:81"), 80);
        QVERIFY(endpoint);
        QCOMPARE(endpoint->host, QStringLiteral("fe80::1%eth0")); // as getaddrinfo(3) wants it
    }

    void readsAnswers_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("fault");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, const QByteArray &text, HttpFault fault, int status,
                            const char *body) {
            QTest::newRow(name) << text << int(fault) << status << QByteArray(body);
        };
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        row("length", ok + "Content-Length: 2\r\n\r\nhi", HttpFault::None, 200, "hi");
        row("chunked", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            HttpFault::None, 200, "hi");
        row("until the end", ok + "\r\nhi", HttpFault::None, 200, "hi");
        row("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhi", HttpFault::None, 200, "hi");
        row("no body", "HTTP/1.1 204 No Content\r\n\r\n", HttpFault::None, 204, "");
        row("informational first", "HTTP/1.1 103 Early\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n",
            HttpFault::None, 200, "");
        row("an error", "HTTP/1.1 404 x\r\nContent-Length: 1\r\n\r\nn", HttpFault::None, 404, "n");
        row("nothing", "", HttpFault::ConnectionLost, 0, "");
        row("cut head", "HTTP/1.1 200 OK\r\nConte", HttpFault::ConnectionLost, 0, "");
        row("cut body", ok + "Content-Length: 5\r\n\r\nhi", HttpFault::ConnectionLost, 200, "hi");
        row("cut chunk", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhi",
            HttpFault::ConnectionLost, 200, "hi");
        row("not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", HttpFault::Malformed, 0, "");
        row("bad length", ok + "Content-Length: x\r\n\r\n", HttpFault::Malformed, 0, "");
        row("two framings",
            ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            HttpFault::Malformed, 0, "");
        row("huge head", ok + "X: " + QByteArray(20'000, 'x') + "\r\n\r\n", HttpFault::Malformed, 0,
            "");
        row("too long", ok + "Content-Length: 200\r\n\r\n" + QByteArray(200, 'x'),
            HttpFault::Malformed, 200, "");
    }

    void readsAnswers()
    {
        QFETCH(QByteArray, text);
        HttpAnswer answer;
        QByteArray got;
        const HttpStatus status = askOnce(text.toStdString(), &answer, &got, 100);
        QTEST(int(status.fault), "fault");
        QTEST(answer.status, "status");
        if (status.fault != HttpFault::Malformed)
            QTEST(got, "body");
    }

    void tellsTheHeaders()
    {
        HttpAnswer answer;
        QByteArray body;
        QVERIFY(askOnce("HTTP/1.1 206 Partial\r\nContent-Length: 2\r\nContent-Type: a/b\r\n"
                        "Content-Range: bytes 1-2/9\r\nETag: \"e\"\r\n\r\nhi",
                        &answer, &body)
                    .ok());
        QCOMPARE(answer.contentLength, 2);
        QCOMPARE(answer.contentType, "a/b");
        QCOMPARE(answer.contentRange, "bytes 1-2/9");
        QCOMPARE(answer.etag, "\"e\"");
    }

    void headHasNoBody()
    {
        RawPeer peer([](Socket &socket, int) {
            for (int i = 0; i < 2; ++i) {
                readUntil(socket, "\r\n\r\n");
                sendText(socket, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
            }
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        for (int i = 0; i < 2; ++i) {
            QVERIFY(client.exchange(get("/", "HEAD"), &answer, &body).ok());
            QCOMPARE(answer.contentLength, 99);
        }
        QCOMPARE(peer.accepted(), 1);
    }

    void keepsTheConnection()
    {
        RawPeer peer([](Socket &socket, int) {
            while (readUntil(socket, "\r\n\r\n").size() > 4)
                sendText(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        for (int i = 0; i < 5; ++i)
            QVERIFY(client.exchange(get("/"), &answer, &body).ok());
        QCOMPARE(peer.accepted(), 1);
    }

    void reconnectsAfterClose_data()
    {
        QTest::addColumn<bool>("announced");
        QTest::newRow("Connection: close") << true;
        QTest::newRow("closed without a word") << false;
    }

    void reconnectsAfterClose()
    {
        QFETCH(bool, announced);
        RawPeer peer([announced](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket,
                     announced
                         ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
                         : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        for (int i = 0; i < 3; ++i)
            QVERIFY(client.exchange(get("/"), &answer, &body).ok());
        QCOMPARE(peer.accepted(), 3);
    }

    void asksAgainOnAStaleConnection()
    {
        // The second request arrives, and then the server goes: as if it had closed while the
        // request was under way.
        RawPeer peer([](Socket &socket, int number) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            if (number == 0)
                readUntil(socket, "\r\n\r\n");
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        QVERIFY(client.exchange(get("/"), &answer, &body).ok());
        QVERIFY(client.exchange(get("/"), &answer, &body).ok());
        QCOMPARE(body, "hi");
        QCOMPARE(peer.accepted(), 2);
    }

    void doesNotAskAgainOnAFreshConnection()
    {
        RawPeer peer([](Socket &socket, int) { readUntil(socket, "\r\n\r\n"); });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        QCOMPARE(client.exchange(get("/"), &answer, &body).fault, HttpFault::ConnectionLost);
        QCOMPARE(peer.accepted(), 1);
    }

    void abandonedBodiesCostTheConnection()
    {
        RawPeer peer([](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nabandons");
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QVERIFY(client.begin(get("/"), &answer).ok());
        QByteArray body;
        QVERIFY(client.exchange(get("/"), &answer, &body).ok());
        QCOMPARE(body, "abandons");
        QCOMPARE(peer.accepted(), 2);
    }

    void timesOut_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::newRow("no answer") << QByteArray();
        QTest::newRow("half a head") << QByteArray("HTTP/1.1 200");
        QTest::newRow("half a body")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi");
    }

    void timesOut()
    {
        QFETCH(QByteArray, before);
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket, before.toStdString());
            readUntil(socket, "never"); // until the client closes
        });
        HttpClient client(loopback(peer.port()), 5s, 100ms);
        HttpAnswer answer;
        QByteArray body;
        QCOMPARE(client.exchange(get("/"), &answer, &body).fault, HttpFault::TimedOut);
    }

    void resets()
    {
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            resetConnection(socket);
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        QCOMPARE(client.exchange(get("/"), &answer, &body).fault, HttpFault::ConnectionLost);
    }

    void refusedConnections()
    {
        quint16 port = 0;
        listenLoopback(&port).close();
        HttpClient client(loopback(port), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        QCOMPARE(client.exchange(get("/"), &answer, &body).fault, HttpFault::ConnectFailed);
    }

    void abortsFromAnotherThread()
    {
        std::atomic<bool> asked = false;
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            asked = true;
            readUntil(socket, "never");
        });
        HttpClient client(loopback(peer.port()), 5s, 60s);
        HttpStatus status;
        std::atomic<bool> done = false;
        std::thread worker([&] {
            HttpAnswer answer;
            QByteArray body;
            status = client.exchange(get("/"), &answer, &body);
            done = true;
        });
        QTRY_VERIFY(asked);
        client.abort();
        QTRY_VERIFY(done);
        worker.join();
        QCOMPARE(status.fault, HttpFault::Aborted);
        QVERIFY(client.isAborted());
        HttpAnswer answer;
        QCOMPARE(client.begin(get("/"), &answer).fault, HttpFault::Aborted);
    }

    void streamsBodies_data()
    {
        QTest::addColumn<bool>("continues");
        QTest::newRow("100 Continue") << true;
        QTest::newRow("a server that knows nothing of it") << false;
    }

    void streamsBodies()
    {
        QFETCH(bool, continues);
        const QByteArray body(1'000'000, 'u');
        std::string got;
        RawPeer peer([&](Socket &socket, int) {
            transport::HttpServerConnection connection(std::move(socket), 4096);
            boost::system::error_code error;
            for (int i = 0; i < 2; ++i) {
                const auto head = connection.readHead(error);
                if (!head || !head->expectContinue)
                    return;
                if (continues)
                    connection.sendContinue(error);
                got.clear();
                std::vector<std::byte> buffer(4096);
                while (const size_t part = connection.readBody(buffer, error))
                    got.append(reinterpret_cast<const char *>(buffer.data()), part);
                connection.writeAnswer(201, {}, "{}", true, error);
            }
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray text;
        for (int i = 0; i < 2; ++i) {
            QVERIFY(client.exchange(streamed(body, 100'000), &answer, &text).ok());
            QCOMPARE(answer.status, 201);
            QCOMPARE(got, body.toStdString());
        }
        QCOMPARE(peer.accepted(), 1);
    }

    void refusalBeforeTheBody()
    {
        std::atomic<qint64> bodyBytes = 0;
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket, "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n");
            socket.shutdownSend();
            bodyBytes += qint64(readUntil(socket, "never").size());
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray text;
        QVERIFY(client.exchange(streamed(QByteArray(5000, 'x'), 100), &answer, &text).ok());
        QCOMPARE(answer.status, 409);
        QCOMPARE(bodyBytes, 0);
    }

    void refusalWithinTheBody()
    {
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket, "HTTP/1.1 100 Continue\r\n\r\n");
            readUntil(socket, "xxxx");
            sendText(socket, "HTTP/1.1 507 Full\r\nContent-Length: 4\r\n\r\nfull");
            socket.shutdownSend();
            socket.drain(2s);
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray text;
        QVERIFY(client.exchange(streamed(QByteArray(50'000'000, 'x'), 65536), &answer, &text).ok());
        QCOMPARE(answer.status, 507);
        QCOMPARE(text, "full");
    }

    // A busy server says it when the client has waited long enough and begun.
    void aLateContinueIsNoRefusal()
    {
        std::atomic<bool> told = false;
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            readUntil(socket, "x");
            sendText(socket, "HTTP/1.1 100 Continue\r\n\r\n");
            told = true;
            if (readUntil(socket, "y") == "y")
                sendText(socket, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpRequest request = streamed("xy", 2);
        request.streamBody = [&](const auto &send) {
            if (!send(bytesOf("x")))
                return false;
            while (!told)
                std::this_thread::yield();
            return send(bytesOf("y"));
        };
        HttpAnswer answer;
        QByteArray text;
        QVERIFY(client.exchange(request, &answer, &text).ok());
        QCOMPARE(answer.status, 201);
    }

    void headsThatNeverEnd_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::addColumn<QByteArray>("again");
        QTest::newRow("one byte at a time")
            << QByteArray("HTTP/1.1 200 OK\r\nX: ") << QByteArray("a");
        QTest::newRow("only interim answers")
            << QByteArray() << QByteArray("HTTP/1.1 100 Continue\r\n\r\n");
    }

    // Each read alone is in time.
    void headsThatNeverEnd()
    {
        QFETCH(QByteArray, start);
        QFETCH(QByteArray, again);
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket, start.toStdString());
            boost::system::error_code error;
            while (!error && !socket.waitReadable(5ms)) // until the client closes
                socket.write(bytesOf({again.constData(), size_t(again.size())}), error);
        });
        HttpClient client(loopback(peer.port()), 5s, 200ms);
        HttpAnswer answer;
        QCOMPARE(client.begin(get("/"), &answer).fault, HttpFault::TimedOut);
    }

    void bodiesThatAreGivenUp()
    {
        std::atomic<bool> closed = false;
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket, "HTTP/1.1 100 Continue\r\n\r\n");
            readUntil(socket, "never");
            closed = true;
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpRequest request = streamed("12345", 5);
        request.streamLength = 100;
        request.streamBody = [](const auto &send) { return send(bytesOf("half")) && false; };
        HttpAnswer answer;
        QCOMPARE(client.begin(request, &answer).fault, HttpFault::ConnectionLost);
        QTRY_VERIFY(closed);
    }
};

QTEST_APPLESS_MAIN(TestHttpClient)
#include "tst_http_client.moc"
