// SPDX-License-Identifier: GPL-3.0-or-later
// The door before a real QHttpServer, spoken to with plain sockets.
#include "http/control_request.h"
#include "http/front_door.h"

#include <QHttpServer>
#include <QTcpSocket>
#include <QTest>

#include <ctime>
#include <memory>
#include <vector>

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
        door = new http::FrontDoor(
            [this](int descriptor, const QHostAddress &) {
                lane.emplace_back(transport::Descriptor(descriptor));
            },
            limits, &server);
        http::addRoute(
            server, u"/echo"_s, QHttpServerRequest::Method::Post,
            [](const http::ControlRequest &request) -> http::ControlAnswer {
                return {200, {{"size"_L1, request.body.size()}, {"base"_L1, *request.base}}};
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

    // One machine that keeps all the connections it can get leaves the rest to the others.
    void oneAddressGetsItsShare()
    {
        http::DoorLimits limits;
        limits.maxControlPerAddress = 2;
        Fixture f(limits);
        const QByteArray half = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n";
        const auto first = f.connect();
        const auto second = f.connect();
        first->write(half);
        second->write(half);
        QTRY_COMPARE(f.door->controlConnections(), 2);
        const auto third = f.connect();
        third->write(half + "hello");
        const QByteArray refused = readAll(*third);
        QVERIFY(refused.startsWith("HTTP/1.1 503"));
        QVERIFY(refused.contains("station-busy"));

        QTcpSocket elsewhere;
        QVERIFY(elsewhere.bind(QHostAddress(u"127.0.0.2"_s)));
        elsewhere.connectToHost(QHostAddress::LocalHost, f.door->serverPort());
        elsewhere.write(half + "hello");
        QVERIFY(readAll(elsewhere).startsWith("HTTP/1.1 200"));

        first->write("hello");
        QVERIFY(readAll(*first).startsWith("HTTP/1.1 200"));
        QTRY_COMPARE(f.door->controlConnections(), 1);
        const auto fourth = f.connect();
        fourth->write(half + "hello");
        QVERIFY(readAll(*fourth).startsWith("HTTP/1.1 200"));
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
        QTRY_COMPARE(f.door->controlConnections(), 2 * 48);
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
        QTest::qWait(200);
        const qint64 before = cpuMs();
        QTest::qWait(1000);
        const qint64 spent = cpuMs() - before;
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
        // Long before a waiting connection's deadline: it was a control connection.
        QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
        QTRY_COMPARE(f.door->controlConnections(), 0);
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
        QTest::newRow("absent") << QByteArray() << "http://127.0.0.1:5000";
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
};

QTEST_GUILESS_MAIN(TestFrontDoor)
#include "tst_front_door.moc"
