// SPDX-License-Identifier: GPL-3.0-or-later
// The door before a real QHttpServer, spoken to with plain sockets.
#include "http/control_request.h"
#include "http/front_door.h"
#include "http/peer_name.h"

#include <QDeadlineTimer>
#include <QHttpServer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <ctime>
#include <memory>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace
{

qint64 cpuMs()
{
    timespec spent{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return spent.tv_sec * 1000 + spent.tv_nsec / 1'000'000;
}

struct Fixture {
    explicit Fixture(const http::DoorLimits &limits = {})
    {
        door = new http::FrontDoor({[](const transport::RequestHead &head, const QString &) {
                                        return head.target.startsWith("/transfer/abc/");
                                    },
                                    [this](int descriptor, const QHostAddress &) {
                                        lane.emplace_back(transport::Descriptor(descriptor));
                                    }},
                                   limits, http::RequestRules({u"h"_s, u"Bench"_s}), &server);
        http::addRoute(
            server, u"/echo"_s, QHttpServerRequest::Method::Post,
            [this](const http::ControlRequest &request) -> http::ControlAnswer {
                ++served;
                return {200, {{"size"_L1, request.body.size()}, {"base"_L1, *request.base}}};
            });
        http::addLaterRoute(server, u"/late"_s, QHttpServerRequest::Method::Post,
                            [this](const http::ControlRequest &, const http::ControlReply &reply) {
                                owed.push_back(reply);
                            });
        http::addMissingRoute(server, &server);
        listening = door->listen(QHostAddress::LocalHost, 0) && http::bindServer(server, door);
    }

    std::unique_ptr<QTcpSocket> connect() const
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QHostAddress::LocalHost, door->serverPort());
        return socket;
    }

    // From 127.0.0.(1 + `n`).
    std::unique_ptr<QTcpSocket> connectFrom(int n) const
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->bind(QHostAddress(INADDR_LOOPBACK + quint32(n)));
        socket->connectToHost(QHostAddress::LocalHost, door->serverPort());
        return socket;
    }

    int served = 0;
    std::vector<http::ControlReply> owed; // by /late
    QHttpServer server;
    http::FrontDoor *door = nullptr;
    std::vector<transport::Descriptor> lane;
    bool listening = false;
};

// What the peer says until it closes.
QByteArray readAll(QTcpSocket &socket)
{
    QByteArray all;
    [&] { QTRY_COMPARE_WITH_TIMEOUT(socket.state(), QAbstractSocket::UnconnectedState, 10'000); }();
    all = socket.readAll();
    return all;
}

} // namespace

class TestFrontDoor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void controlRequestIsAnsweredAndClosed()
    {
        Fixture f;
        QVERIFY(f.listening);
        const auto socket = f.connect();
        socket->write("POST /echo HTTP/1.1\r\nHost: bench:5000\r\nContent-Length: 5\r\n\r\nhello");
        const QByteArray answer = readAll(*socket);
        QVERIFY(answer.startsWith("HTTP/1.1 200"));
        QVERIFY(answer.contains("\"size\":5"));
        QVERIFY(answer.contains("http://bench:5000"));
        QVERIFY(answer.toLower().contains("connection: close"));
        QTRY_COMPARE(f.door->controlConnections(), 0);
    }

    // Something has to be waited for, a disk say. Two wait, and the second is answered first.
    void answersThatComeLater()
    {
        Fixture f;
        const auto first = f.connect();
        first->write("POST /late HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nfirst");
        QTRY_COMPARE(f.owed.size(), size_t(1));
        const auto second = f.connect();
        second->write("POST /late HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nsecond");
        QTRY_COMPARE(f.owed.size(), size_t(2));
        QCOMPARE(first->bytesAvailable() + second->bytesAvailable(), 0);
        f.owed[1]({201, {{"made"_L1, 2}}});
        const QByteArray answer = readAll(*second);
        QVERIFY2(answer.startsWith("HTTP/1.1 201 "), answer.constData());
        QVERIFY2(answer.contains("\r\n\r\n{\"made\":2}"), answer.constData());
        QVERIFY(answer.toLower().contains("connection: close"));
        QCOMPARE(first->state(), QAbstractSocket::ConnectedState);
        f.owed[0](protocol::Failure{protocol::FailureCode::StationBusy, {}, u"full"_s});
        const QByteArray refusal = readAll(*first);
        QVERIFY2(refusal.startsWith("HTTP/1.1 503 "), refusal.constData());
        QVERIFY(refusal.contains("station-busy"));
        QTRY_COMPARE(f.door->controlConnections(), 0);
    }

    // What comes behind it is not looked at by anybody, also not while the answer is waited for.
    void nothingBehindALateAnswer()
    {
        Fixture f;
        const auto socket = f.connect();
        socket->write("POST /late HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok"
                      "POST /echo HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 2\r\n\r\nok");
        QTRY_COMPARE(f.owed.size(), size_t(1));
        const auto other = f.connect(); // the door goes round
        other->write("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        QVERIFY(readAll(*other).startsWith("HTTP/1.1 200"));
        QCOMPARE(f.served, 1);
        f.owed[0]({201, {}});
        QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(f.served, 1);
    }

    void whoeverIsGoneGetsNoLateAnswer_data()
    {
        QTest::addColumn<bool>("server");
        QTest::newRow("the peer") << false;
        QTest::newRow("the server") << true;
    }

    void whoeverIsGoneGetsNoLateAnswer()
    {
        QFETCH(bool, server);
        std::optional<Fixture> f(std::in_place);
        const auto socket = f->connect();
        socket->write("POST /late HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok");
        QTRY_COMPARE(f->owed.size(), size_t(1));
        const http::ControlReply answer = f->owed[0];
        if (server) {
            f.reset();
        } else {
            socket->abort();
            QTRY_COMPARE(f->door->controlConnections(), 0);
        }
        answer({201, {}});
        QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(socket->bytesAvailable(), 0);
    }

    void headInPieces()
    {
        Fixture f;
        const auto socket = f.connect();
        QVERIFY(socket->waitForConnected());
        const QByteArray request = "POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nok";
        for (const char c : request) {
            socket->write(&c, 1);
            socket->flush();
            QTest::qWait(1);
        }
        const QByteArray answer = readAll(*socket);
        QVERIFY(answer.contains("\"size\":2"));
        // Without a Host the station names the address that was connected to.
        QVERIFY(answer.contains("http://127.0.0.1:" + QByteArray::number(f.door->serverPort())));
    }

    void expectContinueIsAnswered()
    {
        Fixture f;
        const auto socket = f.connect();
        socket->write(
            "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        QTRY_VERIFY(socket->bytesAvailable() > 0);
        QVERIFY(socket->peek(100).startsWith("HTTP/1.1 100"));
        socket->write("abc");
        QVERIFY(readAll(*socket).contains("\"size\":3"));
    }

    // Bodies that do not come are in nobody's way, however many addresses they come from.
    void stalledBodiesGiveWay()
    {
        http::DoorLimits limits;
        limits.maxWaiting = 12;
        limits.maxWaitingPerAddress = 5;
        Fixture f(limits);
        std::vector<std::unique_ptr<QTcpSocket>> stalled;
        for (int i = 0; i < 40; ++i) {
            stalled.push_back(f.connectFrom(2 + i % 4));
            stalled.back()->write("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nx");
            QVERIFY(stalled.back()->waitForBytesWritten());
        }
        QTRY_COMPARE(f.door->waitingConnections(), 12);
        QCOMPARE(f.door->controlConnections(), 0);
        for (int n = 0; n < 20; ++n) {
            const auto honest = f.connectFrom(n % 5);
            honest->write("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
            QVERIFY(readAll(*honest).startsWith("HTTP/1.1 200"));
        }
    }

    // A body that is on its way makes place for nobody but more of the same.
    void theOldestOfTheLargestGivesWay()
    {
        http::DoorLimits limits;
        limits.maxWaiting = 4;
        Fixture f(limits);
        const QByteArray half = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe";
        const auto slow = f.connectFrom(2);
        slow->write(half);
        QTRY_COMPARE(f.door->waitingConnections(), 1);
        std::vector<std::unique_ptr<QTcpSocket>> flood;
        for (int i = 0; i < 10; ++i) {
            flood.push_back(f.connectFrom(3));
            flood.back()->write(half);
            QVERIFY(flood.back()->waitForBytesWritten());
        }
        QTRY_COMPARE(flood[6]->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(slow->state(), QAbstractSocket::ConnectedState);
        slow->write("llo");
        QVERIFY(readAll(*slow).startsWith("HTTP/1.1 200"));
    }

    void largestBodyInSmallPieces()
    {
        Fixture f;
        const auto socket = f.connect();
        QVERIFY(socket->waitForConnected());
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        socket->write("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 65536\r\n\r\n");
        for (int i = 0; i < 65536; i += 16) {
            socket->write(QByteArray(16, 'x'));
            socket->flush();
        }
        QVERIFY(readAll(*socket).contains("\"size\":65536"));
    }

    // What follows has not been looked at: it is not served, by whatever rules.
    void aSecondRequestIsNotServed_data()
    {
        QTest::addColumn<QByteArray>("second");
        QTest::newRow("same") << QByteArray(
            "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\ny");
        QTest::newRow("chunked") << QByteArray(
            "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        QTest::newRow("foreign") << QByteArray(
            "POST /echo HTTP/1.1\r\nHost: evil\r\nContent-Length: 1\r\n\r\ny");
        QTest::newRow("no request") << QByteArray("\x16\x03\x01 hello");
    }

    void aSecondRequestIsNotServed()
    {
        QFETCH(QByteArray, second);
        for (const bool atOnce : {true, false}) {
            Fixture f;
            const auto socket = f.connect();
            QVERIFY(socket->waitForConnected());
            const QByteArray first =
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
            socket->write(atOnce ? first + second : first);
            socket->flush();
            if (!atOnce)
                socket->write(second);
            QByteArray answers;
            const auto ended = [&] {
                answers += socket->readAll();
                return socket->state() == QAbstractSocket::UnconnectedState;
            };
            QTRY_VERIFY(ended());
            QCOMPARE(f.served, 1);
            QVERIFY(answers.count("HTTP/1.1 ") <= 1); // a reset may have taken it
        }
    }

    void upgradesAreRefusedOnce_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::newRow("websocket") << QByteArray(
            "GET /things/7 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        QTest::newRow("among others") << QByteArray(
            "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c, websocket\r\n"
            "Content-Length: 1\r\n\r\nx");
        QTest::newRow("tunnel") << QByteArray("CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    void upgradesAreRefusedOnce()
    {
        QFETCH(QByteArray, request);
        Fixture f;
        const auto socket = f.connect();
        socket->write(request);
        const QByteArray answer = readAll(*socket);
        QVERIFY2(answer.startsWith("HTTP/1.1 400"), answer.constData());
        QCOMPARE(answer.count("HTTP/1.1 "), 1);
        QCOMPARE(f.served, 0);
    }

    // curl --http2: offers more, and takes less.
    void otherUpgradesAreOffersOnly()
    {
        Fixture f;
        const auto socket = f.connect();
        socket->write("POST /echo HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                      "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 2\r\n\r\nok");
        const QByteArray answer = readAll(*socket);
        QVERIFY2(answer.startsWith("HTTP/1.1 200"), answer.constData());
        QCOMPARE(answer.count("HTTP/1.1 "), 1);
    }

    void whoIsAskedAndByWhom_data()
    {
        QTest::addColumn<QByteArray>("head"); // after the first line
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("code");
        const auto row = [](const char *head, const char *status, const char *code) {
            QTest::newRow(head) << QByteArray(head) << QByteArray(status) << QByteArray(code);
        };
        row("", "200", "");
        row("Host: h\r\n", "200", "");
        row("Host: H:5000\r\n", "200", "");
        row("Host: bench.\r\n", "200", "");
        row("Host: localhost\r\n", "200", "");
        row("Host: 10.1.2.3:80\r\n", "200", "");
        row("Host: [fe80::1]:5000\r\n", "200", "");
        row("Host: evil.example\r\n", "421", "host-unknown");
        row("Host: h.evil.example\r\n", "421", "host-unknown");
        row("Host: 10.1.2.3.evil.example\r\n", "421", "host-unknown");
        row("Host: a/b\r\n", "400", "bad-request");
        row("Host: u@h\r\n", "400", "bad-request");
        row("Host: h\r\nOrigin: http://h\r\n", "200", "");
        row("Host: h:5000\r\nOrigin: HTTP://H:5000\r\n", "200", "");
        row("Host: h\r\nOrigin: http://h:81\r\n", "403", "foreign-origin");
        row("Host: h\r\nOrigin: https://h\r\n", "403", "foreign-origin");
        row("Host: h\r\nOrigin: null\r\n", "403", "foreign-origin");
        row("Host: h\r\nOrigin: http://evil.example\r\n", "403", "foreign-origin");
        row("Host: h\r\nSec-Fetch-Site: cross-site\r\n", "403", "foreign-origin");
        row("Host: h\r\nSec-Fetch-Site: same-site\r\n", "403", "foreign-origin");
        row("Host: h\r\nSec-Fetch-Site: same-origin\r\n", "200", "");
        row("Host: h\r\nSec-Fetch-Site: none\r\n", "200", "");
    }

    void whoIsAskedAndByWhom()
    {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, code);
        Fixture f;
        const QByteArray version = head.isEmpty() ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
        const auto socket = f.connect();
        socket->write("POST /echo" + version + head + "Content-Length: 1\r\n\r\nx");
        const QByteArray answer = readAll(*socket);
        QVERIFY2(answer.startsWith("HTTP/1.1 " + status), answer.constData());
        QVERIFY(answer.contains(code));
        QCOMPARE(f.served, status == "200" ? 1 : 0);
        // Transfers are held to the same.
        const auto transfer = f.connect();
        transfer->write("GET /transfer/abc/image.img" + version + head + "\r\n");
        if (status == "200") {
            QTRY_COMPARE(f.lane.size(), size_t(1));
        } else {
            QVERIFY(readAll(*transfer).startsWith("HTTP/1.1 " + status));
            QVERIFY(f.lane.empty());
        }
    }

    void absoluteTargets()
    {
        Fixture f;
        const auto ask = [&f](const QByteArray &target, const QByteArray &host) {
            const auto socket = f.connect();
            socket->write("POST " + target + " HTTP/1.1\r\nHost: " + host +
                          "\r\nContent-Length: 1\r\n\r\nx");
            return readAll(*socket);
        };
        const QByteArray answer = ask("http://bench:5000/echo", "bench:5000");
        QVERIFY2(answer.startsWith("HTTP/1.1 200"), answer.constData());
        QVERIFY2(answer.contains("http://bench:5000\""), answer.constData());
        QVERIFY(ask("http://evil.example/echo", "evil.example").startsWith("HTTP/1.1 421"));
        for (const char *host : {"h", "evil.example"})
            QVERIFY(ask("http://bench/echo", host).startsWith("HTTP/1.1 400"));
        QVERIFY(ask("http://h/nothing", "h").startsWith("HTTP/1.1 404"));
        const auto transfer = f.connect();
        transfer->write("GET http://h/transfer/abc/image.img HTTP/1.1\r\nHost: h\r\n\r\n");
        QTRY_COMPARE(f.lane.size(), size_t(1));
    }

    // Refused by the door itself: no thread of the lane is there for it.
    void unknownTransfersAreRefusedAtTheDoor()
    {
        Fixture f;
        for (const char *line : {"GET /transfer/rubbish/image.img", "POST /transfer/rubbish/upload",
                                 "GET /transfer/", "HEAD /transfer/rubbish/map"}) {
            const auto socket = f.connect();
            socket->write(QByteArray(line) + " HTTP/1.1\r\nHost: h\r\n\r\n");
            const QByteArray answer = readAll(*socket);
            QVERIFY2(answer.startsWith("HTTP/1.1 404"), answer.constData());
            QCOMPARE(answer.contains("unknown-transfer"), !QByteArray(line).startsWith("HEAD"));
        }
        QVERIFY(f.lane.empty());
    }

    // However it comes, a head is parsed as often as it doubles.
    void headsByteByByteAreNotParsedByteByByte()
    {
        QTcpServer listener;
        QVERIFY(listener.listen(QHostAddress::LocalHost));
        QTcpSocket peer;
        peer.connectToHost(QHostAddress::LocalHost, listener.serverPort());
        QVERIFY(peer.waitForConnected());
        QVERIFY(listener.waitForNewConnection(5000));
        // Of Qt's own socket nothing is left that would read.
        std::unique_ptr<QTcpSocket> accepted(listener.nextPendingConnection());
        const int descriptor = ::dup(int(accepted->socketDescriptor()));
        accepted.reset();
        http::WaitingConnection waiting(transport::Descriptor(descriptor), 16384, 0);
        QSignalSpy complete(&waiting, &http::WaitingConnection::headComplete);
        const QByteArray head =
            "GET /things/7 HTTP/1.1\r\nHost: h\r\n" + QByteArray("A: b\r\n").repeated(90);
        peer.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        const auto there = [descriptor] {
            int bytes = 0;
            return ::ioctl(descriptor, FIONREAD, &bytes) == 0 ? bytes : -1;
        };
        for (int i = 0; i < head.size(); ++i) {
            peer.write(head.constData() + i, 1);
            peer.flush();
            // Loopback takes no time, but a process may.
            for (QDeadlineTimer late(5000); there() <= i && !late.hasExpired();)
                std::this_thread::yield();
            QCOMPARE(there(), i + 1);
            waiting.look(); // more often than it would itself
        }
        QCOMPARE(complete.size(), 0);
        QVERIFY2(waiting.parses() <= 10, QByteArray::number(waiting.parses()).constData());
        peer.write("\r\n");
        QTRY_COMPARE(complete.size(), 1);
        QVERIFY(waiting.parses() <= 12);
        QCOMPARE(waiting.head().bytes, head.size() + 2);
    }

    // Forty-eight devices, each with a poll and a report under way.
    void aBenchBehindOneAddressIsServed()
    {
        Fixture f;
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < 2 * 48; ++i) {
            sockets.push_back(f.connect());
            sockets.back()->write("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
        }
        QTRY_COMPARE(f.door->waitingConnections(), 2 * 48);
        for (const auto &socket : sockets)
            socket->write("hello");
        for (const auto &socket : sockets)
            QVERIFY(readAll(*socket).startsWith("HTTP/1.1 200"));
    }

    void anotherMethodIsToldWhichOnes()
    {
        Fixture f;
        http::addRoute(f.server, u"/things/<arg>"_s, QHttpServerRequest::Method::Delete,
                       [](const http::ControlRequest &) -> http::ControlAnswer {
                           return {200, {}};
                       });
        http::addRoute(f.server, u"/things/<arg>"_s, QHttpServerRequest::Method::Get,
                       [](const http::ControlRequest &) -> http::ControlAnswer {
                           return {200, {}};
                       });
        const auto ask = [&f](const QByteArray &line) {
            const auto socket = f.connect();
            socket->write(line + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            return readAll(*socket);
        };
        const QByteArray wrong = ask("GET /echo");
        QVERIFY(wrong.startsWith("HTTP/1.1 405"));
        QVERIFY(wrong.contains("method-not-allowed") && wrong.contains("Allow: POST\r\n"));
        QVERIFY(ask("POST /things/7?x=1").contains("Allow: DELETE, GET\r\n"));
        QVERIFY(ask("GET /things/7").startsWith("HTTP/1.1 200"));
        for (const char *line : {"GET /nothing", "GET /echo/", "GET /things/7/8", "GET /xecho"})
            QVERIFY2(ask(line).startsWith("HTTP/1.1 404"), line);
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("long body")
            << QByteArray("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\n")
            << QByteArray("413") << QByteArray("body-too-large");
        QTest::newRow("enormous body")
            << QByteArray("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: "
                          "100-continue\r\nContent-Length: 99999999999\r\n\r\n")
            << QByteArray("413") << QByteArray("body-too-large");
        QTest::newRow("chunked")
            << QByteArray("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            << QByteArray("411") << QByteArray("length-required");
        QTest::newRow("not HTTP") << QByteArray("\x16\x03\x01\x02 hello\r\n\r\n")
                                  << QByteArray("400") << QByteArray("bad-request");
        QTest::newRow("head too long") << QByteArray("GET /") + QByteArray(20'000, 'a')
                                       << QByteArray("431") << QByteArray("bad-request");
        QTest::newRow("both lengths")
            << QByteArray("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: "
                          "5\r\nTransfer-Encoding: chunked\r\n\r\n")
            << QByteArray("4") << QByteArray("error");
    }

    void refusals()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, code);
        http::DoorLimits limits;
        limits.refusalDrain = std::chrono::seconds(30);
        Fixture f(limits);
        const auto socket = f.connect();
        socket->write(request);
        // The peer goes on sending: the refusal must arrive all the same, before that is over.
        QTRY_VERIFY_WITH_TIMEOUT(socket->bytesAvailable() > 0, 20'000);
        socket->write(QByteArray(200'000, 'x'));
        const QByteArray answer = readAll(*socket);
        QVERIFY2(answer.startsWith("HTTP/1.1 " + status), answer.left(200).constData());
        QVERIFY(answer.contains(code));
        QTRY_COMPARE(f.door->waitingConnections(), 0);
    }

    void transferGoesToTheLaneUntouched()
    {
        Fixture f;
        const auto socket = f.connect();
        const QByteArray request = "GET /transfer/abc/image.img HTTP/1.1\r\nHost: h\r\n\r\n";
        socket->write(request);
        QTRY_COMPARE(f.lane.size(), size_t(1));
        QByteArray seen(int(request.size()), '\0');
        QCOMPARE(::read(f.lane[0].get(), seen.data(), size_t(seen.size())),
                 ssize_t(request.size()));
        QCOMPARE(seen, request);
        QCOMPARE(f.door->waitingConnections(), 0);
    }

    void halfHeadAndFin()
    {
        Fixture f;
        const auto socket = f.connect();
        socket->write("GET /half HT");
        QTRY_COMPARE(f.door->waitingConnections(), 1);
        socket->disconnectFromHost();
        QTRY_COMPARE(f.door->waitingConnections(), 0);
    }

    // A level-triggered notifier over peeked bytes would spend all of the CPU here.
    void halfHeadsCostNoCpu()
    {
        http::DoorLimits limits;
        limits.headDeadline = std::chrono::minutes(10);
        Fixture f(limits);
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < 200; ++i) {
            sockets.push_back(f.connect());
            sockets.back()->write("GET /half HTTP/1.1\r\nHo");
        }
        QTRY_COMPARE(f.door->waitingConnections(), 200);
        // A loop would go on for ever; what these have cost so far may take a while to be over.
        qint64 spent = 0;
        for (int second = 0; second == 0 || (spent >= 300 && second < 30); ++second) {
            const qint64 before = cpuMs();
            QTest::qWait(1000);
            spent = cpuMs() - before;
        }
        QVERIFY2(spent < 300, QByteArray::number(spent).constData());

        // A whole request beside them is answered at once.
        const auto good = f.connect();
        good->write("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
        QVERIFY(readAll(*good).contains("\"size\":1"));
        QCOMPARE(f.door->waitingConnections(), 200);
    }

    void halfHeadsMeetTheirDeadline()
    {
        http::DoorLimits limits;
        limits.headDeadline = std::chrono::milliseconds(300);
        Fixture f(limits);
        const auto socket = f.connect();
        socket->write("GET /half HTTP/1.1\r\nHo");
        QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(f.door->waitingConnections(), 0);
    }

    void idleControlConnectionIsClosed()
    {
        http::DoorLimits limits;
        limits.idleDeadline = std::chrono::milliseconds(500);
        Fixture f(limits);
        const auto socket = f.connect();
        socket->write("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
        // Long before a waiting head's deadline: it was a body.
        QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
        QTRY_COMPARE(f.door->waitingConnections(), 0);
    }

    void oldestWaitingMakesRoom()
    {
        http::DoorLimits limits;
        limits.maxWaitingPerAddress = 10;
        Fixture f(limits);
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < 25; ++i) {
            sockets.push_back(f.connect());
            QVERIFY(sockets.back()->waitForConnected());
        }
        QTRY_COMPARE(sockets[14]->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(f.door->waitingConnections(), 10);
        QCOMPARE(sockets[24]->state(), QAbstractSocket::ConnectedState);
    }

    void acceptsAgainAfterDescriptorsRanOut()
    {
        Fixture f;
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
        // Clients first, so that it is accept() that fails.
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < 8; ++i)
            sockets.push_back(f.connect());
        rlimit tight = before;
        const int lowest = ::dup(0);
        ::close(lowest);
        tight.rlim_cur = rlim_t(lowest);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &tight), 0);
        QTest::qWait(700);
        const int accepted = f.door->waitingConnections();
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
        QVERIFY(accepted < 8);
        QTRY_COMPARE(f.door->waitingConnections(), 8);
    }

    void hostHeaders_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<QString>("base"); // empty: malformed
        QTest::newRow("name") << QByteArray("station.local:5000") << "http://station.local:5000";
        QTest::newRow("address") << QByteArray("10.20.50.1") << "http://10.20.50.1";
        QTest::newRow("v6") << QByteArray("[fe80::1]:80") << "http://[fe80::1]:80";
        QTest::newRow("loopback v6") << QByteArray("[::1]:5000") << "http://[::1]:5000";
        QTest::newRow("link-local") << QByteArray("[fe80::1]") << "http://[fe80::1]";
        // The peer's own zone, which it should not send, is of use to it in the answer.
        QTest::newRow("zone") << QByteArray("[fe80::1%25eth0]:80") << "http://[fe80::1%25eth0]:80";
        QTest::newRow("bare zone") << QByteArray("[fe80::1%eth0.5]") << "http://[fe80::1%25eth0.5]";
        QTest::newRow("absent") << QByteArray() << "http://127.0.0.1:5000";
        QTest::newRow("empty zone") << QByteArray("[fe80::1%25]") << "";
        QTest::newRow("zone with a slash") << QByteArray("[fe80::1%25e/x]") << "";
        QTest::newRow("zone of a name") << QByteArray("h%25eth0") << "";
        QTest::newRow("v6 without brackets") << QByteArray("fe80::1") << "";
        QTest::newRow("v4 in brackets") << QByteArray("[10.20.50.1]") << "";
        QTest::newRow("no address in brackets") << QByteArray("[beef]") << "";
        QTest::newRow("behind the brackets") << QByteArray("[::1].evil") << "";
        QTest::newRow("port too large") << QByteArray("[::1]:65536") << "";
        QTest::newRow("path") << QByteArray("h/evil") << "";
        QTest::newRow("user") << QByteArray("u@h") << "";
        QTest::newRow("space") << QByteArray("h h") << "";
        QTest::newRow("newline") << QByteArray("h\n") << "";
        QTest::newRow("port") << QByteArray("h:x") << "";
    }

    void hostHeaders()
    {
        QFETCH(QByteArray, host);
        QFETCH(QString, base);
        const auto result = http::baseUrl(host, {QHostAddress(QHostAddress::LocalHost), 5000});
        QCOMPARE(result.value_or(QString()), base);
    }

    // HTTP/1.0 over a link-local address: our zone means nothing to the peer.
    void noZoneOfOurOwn()
    {
        QHostAddress own(u"fe80::1"_s);
        own.setScopeId(u"eth7"_s);
        QCOMPARE(http::baseUrl({}, {own, 5000}).value_or(QString()), u"http://[fe80::1]:5000"_s);
    }

    void rulesTakeAddresses()
    {
        const http::RequestRules rules;
        transport::RequestHead head;
        for (const char *host : {"[fe80::1]", "[fe80::1%25eth0]", "[::1]:5000", "10.0.0.1:1"}) {
            head.host = host;
            QVERIFY2(!rules.check(head), host);
        }
        for (const char *host : {"[fe80::1%25eth0].evil.example", "[fe80::1%25eth0]evil", "[::1"}) {
            head.host = host;
            QVERIFY2(rules.check(head), host);
        }
    }

    // The door tells the lane of a peer what QHttpServer tells the routes: else a device behind a
    // link-local address has registered as another one.
    void linkLocalPeersHaveTheirInterface()
    {
        sockaddr_storage storage{};
        auto *v6 = reinterpret_cast<sockaddr_in6 *>(&storage);
        v6->sin6_family = AF_INET6;
        QVERIFY(::inet_pton(AF_INET6, "fe80::5", &v6->sin6_addr) == 1);
        QCOMPARE(http::addressOf(storage).toString(), u"fe80::5"_s);
        v6->sin6_scope_id = ::if_nametoindex("lo");
        QCOMPARE(http::addressOf(storage).toString(), u"fe80::5%lo"_s);
        QVERIFY(::inet_pton(AF_INET6, "::ffff:10.0.0.5", &v6->sin6_addr) == 1);
        v6->sin6_scope_id = 0;
        QCOMPARE(http::addressOf(storage).toString(), u"10.0.0.5"_s);
    }
};

QTEST_GUILESS_MAIN(TestFrontDoor)
#include "tst_front_door.moc"
