// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/http_server_connection.h"
#include "transport/raw_peer.h"

#include <QTest>

#include <csignal>

using namespace testing;
using namespace std::chrono_literals;
using boost::system::error_code;
using transport::HeadVerdict;
using transport::HttpServerConnection;
using transport::parseRequestHead;
using transport::RequestHead;
using transport::Socket;

namespace
{

constexpr qint64 headLimit = 1024;

std::string readBody(HttpServerConnection &connection, size_t part, error_code &error)
{
    std::string body;
    std::vector<std::byte> buffer(part);
    for (size_t got = 1; got > 0;) {
        got = connection.readBody(buffer, error);
        body.append(reinterpret_cast<const char *>(buffer.data()), got);
    }
    return body;
}

} // namespace

class TestHttpServerConnection : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void judgesHeads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("verdict");
        const auto row = [](const char *name, const QByteArray &text, HeadVerdict verdict) {
            QTest::newRow(name) << text << int(verdict);
        };
        const QByteArray get = "GET / HTTP/1.1\r\n";
        const QByteArray post = "POST / HTTP/1.1\r\n";
        row("nothing", "", HeadVerdict::Incomplete);
        row("complete", get + "Host: a\r\n\r\n", HeadVerdict::Complete);
        row("HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", HeadVerdict::Complete);
        row("with body bytes", post + "Content-Length: 3\r\n\r\nabc", HeadVerdict::Complete);
        row("half a line", "GET /somewh", HeadVerdict::Incomplete);
        row("half a head", get + "Host: a\r\n", HeadVerdict::Incomplete);
        row("too long", get + "X: " + QByteArray(2000, 'x'), HeadVerdict::TooLarge);
        row("too long, complete", get + "X: " + QByteArray(2000, 'x') + "\r\n\r\n",
            HeadVerdict::TooLarge);
        row("many bytes of fields", get + QByteArray("A: b\r\n").repeated(300),
            HeadVerdict::TooLarge);
        row("most fields", get + QByteArray("A:b\r\n").repeated(100) + "\r\n",
            HeadVerdict::Complete);
        row("too many fields", get + QByteArray("A:b\r\n").repeated(101) + "\r\n",
            HeadVerdict::TooLarge);
        row("too many fields so far", get + QByteArray("A:b\r\n").repeated(120),
            HeadVerdict::TooLarge);
        row("lines of a body", post + "Content-Length: 300\r\n\r\n" + QByteArray(300, '\n'),
            HeadVerdict::Complete);
        row("target and Host differ", "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n",
            HeadVerdict::Malformed);
        row("target and Host agree", "GET http://A/ HTTP/1.1\r\nHost: a\r\n\r\n",
            HeadVerdict::Complete);
        row("target without Host", "GET http://a/ HTTP/1.0\r\n\r\n", HeadVerdict::Complete);
        row("two origins", get + "Origin: a\r\nOrigin: b\r\n\r\n", HeadVerdict::Malformed);
        row("garbage", QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 13),
            HeadVerdict::Malformed);
        row("HTTP/2", "GET / HTTP/2.0\r\n\r\n", HeadVerdict::Malformed);
        row("HTTP/1.2", "GET / HTTP/1.2\r\n\r\n", HeadVerdict::Malformed);
        row("space in name", get + "Ho st: a\r\n\r\n", HeadVerdict::Malformed);
        row("folded", get + "Host: a\r\n b\r\n\r\n", HeadVerdict::Malformed);
        row("folded by tab", get + "Host: a\r\n\tb\r\n\r\n", HeadVerdict::Malformed);
        row("two hosts", get + "Host: a\r\nHost: b\r\n\r\n", HeadVerdict::Malformed);
        row("length and chunked", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            HeadVerdict::Malformed);
        row("chunked and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
            HeadVerdict::Malformed);
        row("two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n",
            HeadVerdict::Malformed);
        row("negative length", post + "Content-Length: -1\r\n\r\n", HeadVerdict::Malformed);
        row("length over 63 bits", post + "Content-Length: 18446744073709551615\r\n\r\n",
            HeadVerdict::Malformed);
        row("length over 64 bits", post + "Content-Length: 99999999999999999999\r\n\r\n",
            HeadVerdict::Malformed);
        row("other coding", post + "Transfer-Encoding: gzip\r\n\r\n", HeadVerdict::Malformed);
        row("two codings", post + "Transfer-Encoding: gzip, chunked\r\n\r\n",
            HeadVerdict::Malformed);
        row("chunked in capitals", post + "Transfer-Encoding: CHUNKED\r\n\r\n",
            HeadVerdict::Complete);
    }

    void judgesHeads()
    {
        QFETCH(QByteArray, text);
        RequestHead head;
        const auto bytes = bytesOf({text.constData(), size_t(text.size())});
        QTEST(int(parseRequestHead(bytes, headLimit, &head)), "verdict");

        // The same over a connection, where the peer closes behind it.
        SocketPair pair;
        sendText(pair.far, {text.constData(), size_t(text.size())});
        pair.far.shutdownSend();
        HttpServerConnection connection(std::move(pair.near), headLimit);
        error_code error;
        HeadVerdict verdict{};
        const bool served = connection.readHead(error, &verdict).has_value();
        QCOMPARE(served, verdict == HeadVerdict::Complete);
        QTEST(int(verdict), "verdict");
    }

    void everyPrefixIsIncomplete()
    {
        const std::string text = "PUT /transfer/t/upload HTTP/1.1\r\nHost: a:5000\r\n"
                                 "Content-Length: 12\r\nExpect: 100-continue\r\n\r\n";
        RequestHead head;
        for (size_t length = 0; length < text.size(); ++length)
            QCOMPARE(parseRequestHead(bytesOf(text).first(length), headLimit, &head),
                     HeadVerdict::Incomplete);
        QCOMPARE(parseRequestHead(bytesOf(text), headLimit, &head), HeadVerdict::Complete);
    }

    void tellsWhatWasAsked()
    {
        RequestHead head;
        const std::string text = "PUT /transfer/t/upload?size=1 HTTP/1.1\r\nHost: a:5000\r\n"
                                 "Range: bytes=0-1\r\nIf-Range: \"x\"\r\nIf-None-Match: \"y\"\r\n"
                                 "Content-Type: text/plain\r\nAuthorization: Bearer s\r\n"
                                 "Content-Length: 12\r\nExpect: 100-Continue\r\n\r\n";
        QCOMPARE(parseRequestHead(bytesOf(text), headLimit, &head), HeadVerdict::Complete);
        QCOMPARE(head.method, "PUT");
        QCOMPARE(head.target, "/transfer/t/upload?size=1");
        QCOMPARE(head.host, "a:5000");
        QCOMPARE(head.range, "bytes=0-1");
        QCOMPARE(head.ifRange, "\"x\"");
        QCOMPARE(head.ifNoneMatch, "\"y\"");
        QCOMPARE(head.contentType, "text/plain");
        QCOMPARE(head.authorization, "Bearer s");
        QCOMPARE(head.contentLength, 12);
        QVERIFY(head.expectContinue && head.keepAlive && !head.chunked && head.hasBody());
        QCOMPARE(head.httpMinor, 1);
        QCOMPARE(parseRequestHead(bytesOf("GET / HTTP/1.0\r\n\r\n"), headLimit, &head),
                 HeadVerdict::Complete);
        QVERIFY(!head.keepAlive && !head.hasBody() && head.httpMinor == 0 &&
                head.contentLength == -1);
    }

    void absoluteTargets_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("host");
        const auto row = [](const char *sent, const char *target, const char *host) {
            QTest::newRow(sent) << QByteArray(sent) << QByteArray(target) << QByteArray(host);
        };
        row("/a/b?c", "/a/b?c", "line:1");
        row("http://h:5000/transfer/t/map?x=1", "/transfer/t/map?x=1", "h:5000");
        row("HTTP://h/a", "/a", "h");
        row("http://h", "/", "h");
        row("http://h?q=/", "/?q=/", "h");
        row("http://[::1]:80/a", "/a", "[::1]:80");
        row("/http://h/a", "/http://h/a", "line:1");
        row("*", "*", "line:1");
    }

    // RFC 9112, 3.2.2.
    void absoluteTargets()
    {
        QFETCH(QByteArray, sent);
        QFETCH(QByteArray, host);
        const QByteArray text = "GET " + sent + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        RequestHead head;
        QCOMPARE(
            parseRequestHead(bytesOf({text.constData(), size_t(text.size())}), headLimit, &head),
            HeadVerdict::Complete);
        QTEST(head.target, "target");
        QTEST(head.host, "host");
        QCOMPARE(head.bytes, text.size());
    }

    void findsEndsOfHeads()
    {
        const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        // Wherever the part that is new begins.
        for (size_t from = 0; from < head.size(); ++from)
            QVERIFY(transport::mayHoldHeadEnd(bytesOf(head), from));
        for (size_t length = 0; length < head.size(); ++length)
            QVERIFY(!transport::mayHoldHeadEnd(bytesOf(head).first(length), 0));
        QVERIFY(transport::mayHoldHeadEnd(bytesOf("a\n\n"), 2));
        QVERIFY(!transport::mayHoldHeadEnd(bytesOf("\r\n\r\nmore"), 8));
        QVERIFY(!transport::mayHoldHeadEnd({}, 0));
        QVERIFY(!transport::mayHoldHeadEnd(bytesOf("a"), 5));
    }

    // Each byte is in time, the whole is not: also of a second head.
    void aHeadHasItsTime()
    {
        SocketPair pair;
        HttpServerConnection connection(std::move(pair.near), headLimit);
        connection.limitHeadTime(300ms);
        error_code error;
        sendText(pair.far, "GET /a HTTP/1.1\r\n\r\n");
        QVERIFY(connection.readHead(error).has_value());
        std::atomic<bool> over = false;
        std::jthread drip([&] {
            while (!over) {
                sendText(pair.far, "G");
                std::this_thread::sleep_for(20ms);
            }
        });
        QVERIFY(!connection.readHead(error).has_value());
        QCOMPARE(error, boost::system::errc::timed_out);
        over = true;
    }

    void readsBodies_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("none") << QByteArray("\r\n") << QByteArray();
        QTest::newRow("length") << QByteArray("Content-Length: 5\r\n\r\nhello")
                                << QByteArray("hello");
        QTest::newRow("length of 0") << QByteArray("Content-Length: 0\r\n\r\n") << QByteArray();
        const QByteArray chunked = "Transfer-Encoding: chunked\r\n\r\n";
        QTest::newRow("chunked") << chunked + "5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\n\r\n"
                                 << QByteArray("hello world");
        QTest::newRow("trailer") << chunked + "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n"
                                 << QByteArray("hello");
        QTest::newRow("no chunk") << chunked + "0\r\n\r\n" << QByteArray();
        const QByteArray big(300'000, 'b');
        QTest::newRow("big chunk")
            << chunked + QByteArray::number(big.size(), 16) + "\r\n" + big + "\r\n0\r\n\r\n"
            << big;
    }

    void readsBodies()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArray, body);
        // One byte at a time; in middling parts; all at once. And another request close behind.
        for (const size_t part : {size_t(1), size_t(7), size_t(1) << 20}) {
            SocketPair pair;
            std::jthread writer([&] {
                const QByteArray text = "POST /a HTTP/1.1\r\n" + wire + "GET /b HTTP/1.1\r\n\r\n";
                sendText(pair.far, {text.constData(), size_t(text.size())});
            });
            HttpServerConnection connection(std::move(pair.near), headLimit);
            error_code error;
            QVERIFY(connection.readHead(error).has_value());
            QCOMPARE(readBody(connection, part, error), body.toStdString());
            QVERIFY2(!error, error.message().c_str());
            QVERIFY(connection.bodyIsDone());
            const auto next = connection.readHead(error);
            QVERIFY(next.has_value());
            QCOMPARE(next->target, "/b");
            writer.join();
        }
    }

    void refusesBrokenBodies_data()
    {
        QTest::addColumn<QByteArray>("wire");
        const QByteArray chunked = "Transfer-Encoding: chunked\r\n\r\n";
        QTest::newRow("cut length") << QByteArray("Content-Length: 50\r\n\r\nhello");
        QTest::newRow("cut chunk") << chunked + "ff\r\nhello";
        QTest::newRow("no last chunk") << chunked + "5\r\nhello\r\n";
        QTest::newRow("cut last chunk") << chunked + "5\r\nhello\r\n0\r\n";
        QTest::newRow("no number") << chunked + "xyz\r\nhello\r\n0\r\n\r\n";
        QTest::newRow("wrong number") << chunked + "3\r\nhello\r\n0\r\n\r\n";
        QTest::newRow("number too big") << chunked + "fffffffffffffffff\r\nhello\r\n0\r\n\r\n";
        QTest::newRow("endless extension") << chunked + "5;" + QByteArray(100'000, 'x');
    }

    void refusesBrokenBodies()
    {
        QFETCH(QByteArray, wire);
        SocketPair pair;
        std::jthread writer([&] {
            const QByteArray text = "POST /a HTTP/1.1\r\n" + wire;
            sendText(pair.far, {text.constData(), size_t(text.size())});
            pair.far.shutdownSend();
        });
        HttpServerConnection connection(std::move(pair.near), headLimit);
        error_code error;
        QVERIFY(connection.readHead(error).has_value());
        readBody(connection, 4096, error);
        QVERIFY(error);
        connection.socket().close();
        writer.join();
    }

    void aCleanEndIsNoError()
    {
        SocketPair pair;
        pair.far.close();
        HttpServerConnection connection(std::move(pair.near), headLimit);
        error_code error;
        QVERIFY(!connection.readHead(error).has_value());
        QVERIFY(!error);
    }

    void aPartialHeadTimesOut()
    {
        SocketPair pair;
        sendText(pair.far, "GET / HT");
        pair.near.setTimeouts(50ms, 50ms);
        HttpServerConnection connection(std::move(pair.near), headLimit);
        error_code error;
        HeadVerdict verdict{};
        QVERIFY(!connection.readHead(error, &verdict).has_value());
        QCOMPARE(error, boost::system::errc::timed_out);
        QCOMPARE(verdict, HeadVerdict::Incomplete);
    }

    void answers()
    {
        SocketPair pair;
        HttpServerConnection connection(std::move(pair.near), headLimit);
        error_code error;
        connection.sendContinue(error);
        connection.writeAnswer(404, {{"ETag", "\"x\""}}, "no", false, error);
        QVERIFY(!error);
        connection.socket().shutdownSend();
        const std::string text = readUntil(pair.far, "never");
        QVERIFY(text.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\n"));
        QVERIFY(text.find("ETag: \"x\"\r\nContent-Length: 2\r\nDate: ") != text.npos);
        QVERIFY(text.ends_with(" GMT\r\nConnection: close\r\n\r\nno"));
    }

    // Who keeps a connection must know that nothing follows; a length that is not told is left out.
    void tellsTheLengthOfNothing()
    {
        SocketPair pair;
        HttpServerConnection connection(std::move(pair.near), headLimit);
        error_code error;
        connection.writeHead(200, {}, 0, true, error);
        connection.writeHead(200, {}, -1, false, error);
        QVERIFY(!error);
        connection.socket().shutdownSend();
        const std::string text = readUntil(pair.far, "never");
        const auto second = text.find("HTTP/1.1", 1);
        QVERIFY(second != text.npos);
        QVERIFY(text.substr(0, second).find("\r\nContent-Length: 0\r\n") != text.npos);
        QVERIFY(text.substr(second).find("Content-Length") == text.npos);
    }
};

QTEST_APPLESS_MAIN(TestHttpServerConnection)
#include "tst_http_server_connection.moc"
