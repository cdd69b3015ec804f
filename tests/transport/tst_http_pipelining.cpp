// SPDX-License-Identifier: GPL-3.0-or-later
// Requests that are sent while the answer to the one before is outstanding.
#include "transport/http_requests.h"

#include <QElapsedTimer>
#include <QTest>

#include <csignal>

using namespace testing;
using namespace std::chrono_literals;
using transport::HttpAnswer;
using transport::HttpClient;
using transport::HttpFault;
using transport::HttpRequest;
using transport::Socket;

class TestHttpPipelining : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    // The first is answered only when all of the second has come.
    void sendsWhileAnAnswerIsOutstanding()
    {
        std::string heads;
        RawPeer peer([&](Socket &socket, int) {
            heads += readUntil(socket, "\r\n\r\n");
            sendText(socket, "HTTP/1.1 100 Continue\r\n\r\n");
            readUntil(socket, "first");
            heads += readUntil(socket, "\r\n\r\n");
            readUntil(socket, "second");
            sendText(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
                             "HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\n2");
            heads += readUntil(socket, "\r\n\r\n"); // of a third, on the same connection
            sendText(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        QVERIFY(client.send(streamed("first", 2)).ok());
        QVERIFY(!client.hasAnswer());
        QVERIFY(client.send(streamed("second", 2)).ok());
        HttpAnswer answer;
        QByteArray body;
        QVERIFY(client.receive(&answer, &body).ok());
        QCOMPARE(body, QByteArray("1"));
        QVERIFY(client.hasAnswer());
        QVERIFY(client.receive(&answer, &body).ok());
        QCOMPARE(answer.status, 201);
        QCOMPARE(body, QByteArray("2"));
        QVERIFY(!client.hasAnswer());
        QVERIFY(client.exchange(get("/"), &answer, &body).ok());
        QCOMPARE(peer.accepted(), 1);
        const auto waits = QString::fromStdString(heads).count(u"Expect: 100-continue");
        QCOMPARE(waits, 1); // nobody would answer the second before the first is done
    }

    // The answer before is received while the next body goes out; a refusal ends that body.
    void receivesFromWithinTheNextBody()
    {
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "first");
            readUntil(socket, "se");
            sendText(socket, "HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 2\r\n\r\nno");
            readUntil(socket, "never");
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        QVERIFY(client.send(streamed("first", 5)).ok());
        HttpAnswer answer;
        QByteArray body;
        HttpRequest next = streamed("second", 6);
        next.streamBody = [&](const auto &send) {
            if (!send(bytesOf("se")))
                return false;
            while (!client.hasAnswer())
                std::this_thread::yield();
            return client.receive(&answer, &body).ok() && answer.status == 200 &&
                   send(bytesOf("cond"));
        };
        QCOMPARE(client.send(next).fault, HttpFault::ConnectionLost);
        QCOMPARE(answer.status, 507);
        QCOMPARE(body, QByteArray("no"));
        QCOMPARE(client.receive(&answer, &body).fault, HttpFault::ConnectionLost);
    }

    // Also when the peer goes with an answer outstanding, and when another request comes between.
    void outstandingAnswersEndWithTheConnection()
    {
        std::atomic<bool> closed = false;
        RawPeer peer([&](Socket &socket, int number) {
            readUntil(socket, number < 2 ? "first" : "\r\n\r\n");
            if (number == 0)
                return;
            if (number == 1) {
                closed = readUntil(socket, "never").empty();
                return;
            }
            sendText(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        QVERIFY(client.send(streamed("first", 5)).ok());
        QCOMPARE(client.receive(&answer, &body).fault, HttpFault::ConnectionLost);
        QVERIFY(client.send(streamed("first", 5)).ok());
        QVERIFY(client.exchange(get("/"), &answer, &body).ok());
        QVERIFY(closed);
        QCOMPARE(peer.accepted(), 3);
    }

    void refusedBodiesOfWhatWasSent()
    {
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket, "HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno");
            readUntil(socket, "never");
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        QVERIFY(client.send(streamed(QByteArray(100'000, 'x'), 1000)).fault == HttpFault::None);
        QVERIFY(client.receive(&answer, &body).ok());
        QCOMPARE(answer.status, 409);
        QCOMPARE(body, QByteArray("no"));
    }

    // The peer would take it for the rest of the body that it did not want.
    void nothingFollowsABodyThatWasAnsweredEarly()
    {
        std::string after;
        std::atomic<bool> answered = false;
        std::atomic<bool> ended = false;
        RawPeer peer([&](Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            sendText(socket, "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n");
            answered = true;
            after = readUntil(socket, "never");
            ended = true;
        });
        HttpClient client(loopback(peer.port()), 5s, 5s);
        HttpAnswer answer;
        QByteArray body;
        HttpRequest unwanted = streamed(QByteArray(1000, 'x'), 1000);
        unwanted.streamBody = [&answered, body = unwanted.streamBody](const auto &send) {
            // Asked only if the client has not waited long enough for the answer.
            QElapsedTimer timer;
            for (timer.start(); !answered && timer.elapsed() < 20'000;)
                std::this_thread::yield();
            return body(send);
        };
        QVERIFY(client.send(unwanted).ok());
        QVERIFY(client.hasAnswer());
        QVERIFY(client.send(streamed("next", 4)).ok());
        QVERIFY(client.receive(&answer, &body).ok());
        QCOMPARE(answer.status, 409);
        QCOMPARE(client.receive(&answer, &body).fault, HttpFault::ConnectionLost);
        QTRY_VERIFY(ended);
        QCOMPARE(QByteArray::fromStdString(after), QByteArray());
    }
};

QTEST_APPLESS_MAIN(TestHttpPipelining)
#include "tst_http_pipelining.moc"
