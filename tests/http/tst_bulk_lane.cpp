// SPDX-License-Identifier: GPL-3.0-or-later
// The lane over real sockets, with real packs, and clients that misbehave.
#include "http/lane_bench.h"
#include "imaging/pack_check.h"
#include "transport/http_server_connection.h"

#include <QElapsedTimer>

#include <cstdlib>
#include <new>
#include <stdexcept>

#include <unistd.h>

using namespace Qt::StringLiterals;
using core::TransferEvent;
using transport::HttpAnswer;
using transport::HttpClient;
using transport::HttpRequest;
using namespace bench;

namespace
{
std::atomic<bool> refuseLarge = false;
}

// Of a megabyte and more there is none, when a test says so.
void *operator new(size_t bytes)
{
    if (refuseLarge && bytes >= imaging::chunkBytes)
        throw std::bad_alloc();
    if (void *memory = std::malloc(bytes > 0 ? bytes : 1))
        return memory;
    throw std::bad_alloc();
}

// Qt asks like this, and gives it back like the rest.
void *operator new(size_t bytes, const std::nothrow_t &) noexcept
{
    return std::malloc(bytes > 0 ? bytes : 1);
}

void operator delete(void *memory) noexcept
{
    std::free(memory);
}

void operator delete(void *memory, size_t) noexcept
{
    std::free(memory);
}

class TestBulkLane : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rawImageIsTheImage()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        const auto [status, body] = f.once("GET", "/transfer/t/image.img");
        QCOMPARE(status, 200);
        QVERIFY(body == f.image);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Completed), 1);
        QCOMPARE(f.events.count(TransferEvent::Kind::Interrupted), 0);
        QCOMPARE(f.events.all().first().level, core::Level::Plain);
    }

    void everyRangeIsThatPart()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        const qint64 c = imaging::chunkBytes;
        const QList<QPair<qint64, qint64>> ranges{{0, 1},
                                                  {c - 1, 2},
                                                  {c, c},
                                                  {3 * c - 5, 2 * c + 9},
                                                  {imageBytes - 513, 513},
                                                  {17, imageBytes - 17}};
        for (const auto &[first, length] : ranges) {
            const QByteArray range =
                "bytes=" + QByteArray::number(first) + '-' + QByteArray::number(first + length - 1);
            const auto [status, body] =
                f.once("GET", "/transfer/t/image.img", {}, {{"Range", range}});
            QCOMPARE(status, 206);
            QVERIFY2(body == f.image.mid(first, length), range.constData());
        }
    }

    void packAndMapOnOneConnection()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        const auto client = f.client();
        HttpRequest request;
        HttpAnswer answer;
        QByteArray body;
        request.target = "/transfer/t/map";
        QVERIFY(client->exchange(request, &answer, &body).ok());
        const auto tail = imaging::PackTail::parse(body);
        QVERIFY(tail.ok());
        QVERIFY(tail->map().identity() == f.pack->tail().map().identity());

        request.target = "/transfer/t/image.img.zst";
        QByteArray whole;
        QVERIFY(client->exchange(request, &answer, &whole, 64 << 20).ok());
        QFile file(f.folder.filePath(u"pack.img.zst"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(whole == file.readAll());

        request.headers = {{"Range", "bytes=1000-1999"}};
        QVERIFY(client->exchange(request, &answer, &body).ok());
        QCOMPARE(answer.status, 206);
        QVERIFY(body == whole.mid(1000, 1000));
        QCOMPARE(f.lane->connections(), 1);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Began), 1);
        QCOMPARE(f.events.all().first().level, core::Level::Full);
    }

    void probesBeginNothing()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        QCOMPARE(f.once("GET", "/transfer/t/image.img", {}, {{"Range", "bytes=0-0"}}).first, 206);
        QCOMPARE(f.once("GET", "/transfer/t/image.img", {}, {{"Range", "bytes=99999999-"}}).first,
                 416);
        QCOMPARE(f.once("GET", "/transfer/t/image.img.zst", {}, {{"Range", "bytes=0-0"}}).first,
                 206);
        QTRY_COMPARE(f.lane->connections(), 0);
        QCOMPARE(f.events.all().size(), 0);
    }

    void deadForeignAndWrong()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Deploy);
        QCOMPARE(f.once("GET", "/transfer/other/image.img").first, 404);
        QCOMPARE(f.once("GET", "/transfer/t/upload/next").first, 404);
        QCOMPARE(f.once("POST", "/transfer/t/upload", "x").first, 404);
        QCOMPARE(f.once("GET", "/transfer/t").first, 404);
        QCOMPARE(f.once("DELETE", "/transfer/t/image.img").first, 405);
        transfer->setPeer(u"127.0.0.9"_s);
        QCOMPARE(f.once("GET", "/transfer/t/image.img").first, 404);
        transfer->setPeer(u"127.0.0.1"_s);
        f.board.remove(u"t"_s);
        QCOMPARE(f.once("GET", "/transfer/t/image.img").first, 404);
        QCOMPARE(f.events.all().size(), 0);
    }

    // A page of another site may send its request over a connection that somebody else has opened.
    void eachRequestOfAKeptConnectionIsLookedAt_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("another host") << QByteArray("Host: evil.example\r\n") << QByteArray("421");
        QTest::newRow("malformed host") << QByteArray("Host: [::1\r\n") << QByteArray("400");
        QTest::newRow("a page") << QByteArray("Host: h\r\nOrigin: http://evil.example\r\n")
                                << QByteArray("403");
        QTest::newRow("a browser's word")
            << QByteArray("Host: h\r\nSec-Fetch-Site: cross-site\r\n") << QByteArray("403");
        QTest::newRow("an upgrade")
            << QByteArray("Host: h\r\nUpgrade: websocket\r\n") << QByteArray("400");
        QTest::newRow("as before") << QByteArray("Host: h\r\n") << QByteArray("200");
    }

    void eachRequestOfAKeptConnectionIsLookedAt()
    {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, answer);
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        QTcpSocket peer;
        peer.connectToHost(u"127.0.0.1"_s, f.acceptor->port);
        QVERIFY(peer.waitForConnected());
        QByteArray received;
        const auto ask = [&](const QByteArray &fields) {
            received.clear();
            peer.write("HEAD /transfer/t/map HTTP/1.1\r\n" + fields + "\r\n");
            return QTest::qWaitFor(
                [&] { return (received += peer.readAll()).endsWith("\r\n\r\n"); }, 10'000);
        };
        QVERIFY(ask("Host: h\r\n"));
        QVERIFY(received.startsWith("HTTP/1.1 200"));
        QVERIFY(ask(head));
        QVERIFY2(received.startsWith("HTTP/1.1 " + answer), received.constData());
        if (answer != "200")
            QTRY_COMPARE(peer.state(), QAbstractSocket::UnconnectedState);
    }

    // At full level token and address are not enough.
    void aTransferIsBoundToTheSession()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Deploy);
        transfer->setPeer(u"127.0.0.1"_s, u"secret-1"_s);
        using Headers = std::vector<transport::HttpHeader>;
        const auto bearer = [](const char *secret) {
            return Headers{{"Authorization", QByteArray("Bearer ") + secret}};
        };
        for (const char *what : {"map", "image.img.zst", "image.img"}) {
            const QByteArray target = QByteArray("/transfer/t/") + what;
            QCOMPARE(f.once("GET", target).first, 401);
            QCOMPARE(f.once("GET", target, {}, bearer("secret-2")).first, 401);
            QCOMPARE(f.once("GET", target, {}, {{"Authorization", "secret-1"}}).first, 401);
        }
        QCOMPARE(f.events.all().size(), 0);
        QCOMPARE(f.once("GET", "/transfer/t/map", {}, bearer("secret-1")).first, 200);
        // A kept connection, over which the device registers anew elsewhere meanwhile.
        const auto client = f.client();
        HttpRequest request;
        request.target = "/transfer/t/map";
        request.headers = bearer("secret-1");
        HttpAnswer answer;
        QByteArray body;
        QVERIFY(client->exchange(request, &answer, &body).ok());
        QCOMPARE(answer.status, 200);
        transfer->setPeer(u"127.0.0.1"_s, u"secret-2"_s);
        QVERIFY(client->exchange(request, &answer, &body).ok());
        QCOMPARE(answer.status, 401);
        request.headers = bearer("secret-2");
        QVERIFY(client->exchange(request, &answer, &body).ok());
        QCOMPARE(answer.status, 200);
        transfer->setPeer(u"127.0.0.1"_s); // plain level
        QCOMPARE(f.once("GET", "/transfer/t/map").first, 200);
    }

    void aBackupIsBoundToTheSession()
    {
        Fixture f;
        const auto transfer = f.add(u"u"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        transfer->setPeer(u"127.0.0.1"_s, u"secret-1"_s);
        const std::vector<transport::HttpHeader> mine{{"Authorization", "Bearer secret-1"}};
        const QByteArray run = records(f, 0, 2);
        const QByteArray put = "/transfer/u/upload/chunks/0?size=" + QByteArray::number(imageBytes);
        QCOMPARE(f.once("PUT", put, run).first, 401);
        QCOMPARE(f.once("GET", "/transfer/u/upload/next").first, 401);
        QCOMPARE(f.once("POST", "/transfer/u/upload", "x").first, 401);
        QCOMPARE(f.once("POST", "/transfer/u/upload/commit", "{}").first, 401);
        QCOMPARE(f.events.all().size(), 0);
        QCOMPARE(f.once("PUT", put, run, mine).first, 200);
        QCOMPARE(nextOf(f.once("GET", "/transfer/u/upload/next", {}, mine).second), 2);
    }

    void stalledReaderIsGivenUp()
    {
        http::LaneLimits limits;
        limits.plainStall = std::chrono::milliseconds(300);
        Fixture f(limits);
        f.add(u"t"_s, core::JobKind::Deploy);
        const auto client = f.client();
        HttpRequest request;
        request.target = "/transfer/t/image.img";
        HttpAnswer answer;
        QVERIFY(client->begin(request, &answer).ok());
        // Nothing is read: the socket's buffers fill, and then nothing moves.
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Interrupted), 1);
        QCOMPARE(f.events.all().last().failure.code, protocol::FailureCode::Stalled);
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 0);
    }

    void jobsEndEndsTheConnection()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        const auto client = f.client();
        HttpRequest request;
        request.target = "/transfer/t/image.img";
        HttpAnswer answer;
        QVERIFY(client->begin(request, &answer).ok());
        f.board.remove(u"t"_s);
        QTRY_COMPARE(f.lane->connections(), 0);
        QCOMPARE(f.events.count(TransferEvent::Kind::Interrupted), 0);
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 0);
    }

    void shutdownWithConnectionsInFlight()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        f.add(u"u"_s, core::JobKind::Backup, u"x.img"_s);
        const auto reader = f.client();
        HttpRequest request;
        request.target = "/transfer/t/image.img";
        HttpAnswer answer;
        QVERIFY(reader->begin(request, &answer).ok());
        f.acceptor.reset();
        f.lane.reset(); // returns, and nothing runs any more
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 0);
    }

    void strangersKeepNoPlace()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Deploy);
        const auto client = f.client();
        HttpRequest request;
        HttpAnswer answer;
        QByteArray body;
        request.target = "/transfer/other/map";
        QVERIFY(client->exchange(request, &answer, &body).ok());
        QCOMPARE(answer.status, 404);
        QTRY_COMPARE(f.lane->connections(), 0);
        // One answer and no more for a job that has ended on the connection's way here.
        transfer->kill();
        QCOMPARE(f.once("GET", "/transfer/t/image.img").first, 404);
        QTRY_COMPARE(f.lane->connections(), 0);
        QVERIFY(!transfer->coversImage());
    }

    void tooManyAreToldSo()
    {
        http::LaneLimits limits;
        limits.maxConnections = 0;
        Fixture f(limits);
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        const auto [status, body] = f.once("PUT", "/transfer/t/upload", f.image);
        QCOMPARE(status, 503);
        QVERIFY(body.contains("station-busy"));
        QCOMPARE(f.events.all().size(), 0);
    }

    // One machine that opens all it can leaves the lane to the others.
    void oneAddressGetsItsShare()
    {
        http::LaneLimits limits;
        limits.maxConnectionsPerAddress = 3;
        limits.maxRefusals = 1;
        Fixture f(limits);
        f.add(u"t"_s, core::JobKind::Deploy);
        std::vector<std::unique_ptr<HttpClient>> held;
        const auto hold = [&] {
            HttpRequest request;
            request.target = "/transfer/t/map";
            HttpAnswer answer;
            QByteArray body;
            held.push_back(f.client());
            return held.back()->exchange(request, &answer, &body).ok() ? answer.status : -1;
        };
        const auto other = f.add(u"u"_s, core::JobKind::Deploy);
        other->setPeer(u"10.0.0.9"_s);
        std::vector<std::unique_ptr<QTcpSocket>> silent;
        for (int n = 1; n <= 4; ++n) {
            silent.push_back(std::make_unique<QTcpSocket>());
            silent.back()->connectToHost(QHostAddress::LocalHost, f.acceptor->port);
            QTRY_COMPARE(f.lane->connections(), n);
        }
        // Three and one that would be told so; the next is closed without a word.
        QTcpSocket next;
        next.connectToHost(QHostAddress::LocalHost, f.acceptor->port);
        QTRY_COMPARE(next.state(), QAbstractSocket::UnconnectedState);
        silent.back()->write("GET /transfer/t/map HTTP/1.1\r\nHost: x\r\n\r\n");
        QTRY_VERIFY(silent.back()->bytesAvailable() > 0);
        QVERIFY(silent.back()->readAll().contains("station-busy"));
        f.acceptor->peer = QHostAddress(u"10.0.0.9"_s).toIPv4Address();
        QCOMPARE(f.once("GET", "/transfer/u/map").first, 200);
        // With room again it is served again.
        f.acceptor->peer = INADDR_LOOPBACK;
        silent.clear();
        QTRY_VERIFY(f.lane->connections() < 3);
        QCOMPARE(hold(), 200);
    }

    // Forty-eight devices behind one address, each with a transfer and one that takes over.
    void aBenchBehindOneAddressIsServed()
    {
        const http::LaneLimits limits;
        QVERIFY(limits.maxConnectionsPerAddress >= 2 * 48);
        QVERIFY(limits.maxConnectionsPerAddress < limits.maxConnections);
        Fixture f;
        std::vector<std::unique_ptr<HttpClient>> clients;
        for (int i = 0; i < 2 * 48; ++i) {
            const QString token = u"t%1"_s.arg(i);
            f.add(token, core::JobKind::Deploy);
            HttpRequest request;
            request.target = "/transfer/" + token.toLatin1() + "/map";
            HttpAnswer answer;
            QByteArray body;
            clients.push_back(f.client());
            QVERIFY(clients.back()->exchange(request, &answer, &body).ok());
            QCOMPARE(answer.status, 200);
        }
        QCOMPARE(f.lane->connections(), 2 * 48);
    }

    void damagedPackIsToldAsSuch_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QByteArray>("damage");
        QTest::addColumn<int>("status"); // 0: the head had gone out
        for (const char *damage : {"short", "empty", "map", "table"})
            QTest::addRow("map, %s", damage) << QByteArray("map") << QByteArray(damage) << 500;
        QTest::newRow("pack, short") << QByteArray("image.img.zst") << QByteArray("short") << 500;
        QTest::newRow("pack, longer") << QByteArray("image.img.zst") << QByteArray("long") << 500;
        QTest::newRow("raw, short") << QByteArray("image.img") << QByteArray("short") << 0;
        QTest::newRow("raw, overwritten") << QByteArray("image.img") << QByteArray("frames") << 0;
    }

    // Cut, copied over or changed under the running station: no cable is to blame.
    void damagedPackIsToldAsSuch()
    {
        QFETCH(QByteArray, what);
        QFETCH(QByteArray, damage);
        QFETCH(int, status);
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        QFile file(f.folder.filePath(u"pack.img.zst"_s));
        QVERIFY(file.open(QIODevice::ReadWrite));
        const auto &tail = f.pack->tail();
        const auto flip = [&file](qint64 at) {
            file.seek(at);
            const char byte = char(file.read(1)[0] ^ 0x10);
            file.seek(at);
            file.write(&byte, 1);
            file.flush();
        };
        if (damage == "short")
            QVERIFY(file.resize(tail.frameOffset(3)));
        else if (damage == "empty")
            QVERIFY(file.resize(0));
        else if (damage == "long")
            QVERIFY(file.resize(file.size() + 1));
        else if (damage == "map")
            flip(tail.tailOffset() + 40);
        else if (damage == "table")
            flip(file.size() - 9 - 16); // the last chunk's frame
        else
            flip(tail.frameOffset(0) + 50);
        const auto [answered, body] = f.once("GET", "/transfer/t/" + what);
        if (status != 0) {
            QCOMPARE(answered, status);
            QVERIFY(body.contains("pack-damaged"));
        } else {
            QVERIFY(body != f.image);
        }
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Failed), 1);
        QCOMPARE(f.events.count(TransferEvent::Kind::Interrupted), 0);
        QCOMPARE(f.events.all().last().failure.code, protocol::FailureCode::PackDamaged);
    }

    // While a range is being sent: the rest is missing.
    void packCutInTheMiddle()
    {
        http::LaneLimits limits;
        limits.turns.atOnce = 1;
        limits.turns.stillness = limits.turns.longest = std::chrono::hours(1);
        Fixture f(limits);
        f.add(u"t"_s, core::JobKind::Deploy);
        f.add(u"u"_s, core::JobKind::Deploy);
        QTcpSocket holder; // takes the turn and nothing else
        holder.setReadBufferSize(1);
        holder.connectToHost(QHostAddress::LocalHost, f.acceptor->port);
        QVERIFY(holder.waitForConnected());
        holder.setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 4096);
        holder.write("GET /transfer/u/image.img.zst HTTP/1.1\r\nHost: h\r\n\r\n");
        QTRY_VERIFY(holder.bytesAvailable() > 0);
        auto client = f.client();
        HttpRequest request;
        request.target = "/transfer/t/image.img.zst";
        HttpAnswer answer;
        QVERIFY(client->begin(request, &answer).ok());
        QCOMPARE(answer.status, 200);
        QCOMPARE(::truncate(qPrintable(f.folder.filePath(u"pack.img.zst"_s)), 0), 0);
        holder.abort();
        QTRY_VERIFY(f.events.count(TransferEvent::Kind::Failed) > 0);
        const auto events = f.events.all();
        QVERIFY(std::any_of(events.begin(), events.end(), [](const TransferEvent &event) {
            return event.token == "t"_L1 && event.kind == TransferEvent::Kind::Failed &&
                   event.failure.code == protocol::FailureCode::PackDamaged;
        }));
    }

    void whatIsThrownFailsThatOneJob_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("exception") << 0;
        QTest::newRow("no memory") << 1;
        QTest::newRow("anything") << 2;
    }

    void whatIsThrownFailsThatOneJob()
    {
        QFETCH(int, kind);
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        f.add(u"u"_s, core::JobKind::Deploy);
        f.board.setEventHandler([&f, kind](const TransferEvent &event) {
            if (event.token == "t"_L1 && event.kind == TransferEvent::Kind::Began) {
                if (kind == 0)
                    throw std::length_error("much too long");
                if (kind == 1)
                    throw std::bad_alloc();
                throw 17;
            }
            f.events.add(event);
        });
        QCOMPARE(f.once("GET", "/transfer/t/image.img").first, -1);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Failed), 1);
        QCOMPARE(f.events.all().last().failure.code, protocol::FailureCode::Internal);
        QCOMPARE(f.events.all().last().token, u"t"_s);
        QTRY_COMPARE(f.lane->connections(), 0);
        QVERIFY(f.once("GET", "/transfer/u/image.img").second == f.image);
        QCOMPARE(f.once("GET", "/transfer/t/image.img").first, 404);
    }

    // Its failure is told even when that fails at first.
    void failureIsToldOnceThereIsMemoryAgain()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        std::atomic<int> left = 3;
        f.board.setEventHandler([&](const TransferEvent &event) {
            if (left-- > 0)
                throw std::bad_alloc();
            f.events.add(event);
        });
        QCOMPARE(f.once("GET", "/transfer/t/map").first, -1);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Failed), 1);
    }

    // On a thread of the pool, in the middle of a chunk.
    void noMemoryToUnpackFailsThatOneJob()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        f.add(u"u"_s, core::JobKind::Deploy);
        refuseLarge = true; // the pool's threads have not unpacked anything yet
        const auto body = f.once("GET", "/transfer/t/image.img").second;
        refuseLarge = false;
        QVERIFY(body != f.image);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Failed), 1);
        QCOMPARE(f.events.all().last().failure.code, protocol::FailureCode::Internal);
        QVERIFY(f.once("GET", "/transfer/u/image.img").second == f.image);
    }

    // Whoever keeps connections for later makes room for who wants to begin.
    void idleConnectionsGiveWay()
    {
        http::LaneLimits limits;
        limits.maxConnectionsPerAddress = 3;
        Fixture f(limits);
        std::vector<std::unique_ptr<HttpClient>> kept;
        HttpRequest request;
        HttpAnswer answer;
        QByteArray body;
        for (int i = 0; i < 10; ++i) {
            f.add(QString::number(i), core::JobKind::Deploy);
            request.target = "/transfer/" + QByteArray::number(i) + "/map";
            kept.push_back(f.client());
            QVERIFY(kept.back()->exchange(request, &answer, &body).ok());
            QCOMPARE(answer.status, 200);
        }
        QTRY_VERIFY(f.lane->connections() <= 4);
        // The newest is still there.
        QVERIFY(kept.back()->exchange(request, &answer, &body).ok());
        QCOMPARE(answer.status, 200);
    }

    // The next head byte by byte: each in time, the whole never.
    void slowNextHeadEnds()
    {
        http::LaneLimits limits;
        limits.headDeadline = std::chrono::milliseconds(300);
        Fixture f(limits);
        f.add(u"t"_s, core::JobKind::Deploy);
        QTcpSocket peer;
        peer.connectToHost(QHostAddress::LocalHost, f.acceptor->port);
        peer.write("GET /transfer/t/map HTTP/1.1\r\nHost: x\r\n\r\n");
        QTRY_VERIFY(peer.bytesAvailable() > 0);
        QElapsedTimer timer;
        timer.start();
        while (peer.state() == QAbstractSocket::ConnectedState && timer.elapsed() < 20'000) {
            peer.write("G");
            QTest::qWait(20);
        }
        QCOMPARE(peer.state(), QAbstractSocket::UnconnectedState);
        QTRY_COMPARE(f.lane->connections(), 0);
    }

    void strangersAreKnownAsSuch()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Deploy);
        const auto knows = [&f](const char *target, const char *peer = "127.0.0.1") {
            transport::RequestHead head;
            head.target = target;
            return f.lane->knows(head, QString::fromLatin1(peer));
        };
        QVERIFY(knows("/transfer/t/image.img"));
        QVERIFY(knows("/transfer/t/upload/commit?x"));
        QVERIFY(!knows("/transfer/t/image.img", "127.0.0.2"));
        QVERIFY(!knows("/transfer/u/image.img"));
        QVERIFY(!knows("/transfer/u/upload/commit"));
        QVERIFY(!knows("/transfer/t"));
        QVERIFY(!knows("/elsewhere/t/image.img"));
    }

    // RFC 9110, 14.2: a range is GET's.
    void headHasNoRange()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        for (const char *what : {"image.img", "image.img.zst", "map"}) {
            const QByteArray target = QByteArray("/transfer/t/") + what;
            QCOMPARE(f.once("HEAD", target, {}, {{"Range", "bytes=3-8"}}).first, 200);
            QCOMPARE(f.once("HEAD", target, {}, {{"Range", "bytes=99999999999-"}}).first, 200);
            const QByteArray beyond = "bytes=9223372036854775807-";
            QCOMPARE(f.once("GET", target, {}, {{"Range", beyond}}).first, 416);
        }
        QTRY_COMPARE(f.lane->connections(), 0);
        QCOMPARE(f.events.all().size(), 0);
        const QByteArray here = "http://127.0.0.1:" + QByteArray::number(f.acceptor->port);
        QVERIFY(f.once("GET", here + "/transfer/t/image.img").second == f.image);
    }

    // Whoever hears the station's events in their order never takes a running job for interrupted.
    void interruptionIsToldBeforeTheNextBegins()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Deploy);
        std::atomic<int> held = 0;
        f.board.setEventHandler([&](const TransferEvent &event) {
            if (event.kind == TransferEvent::Kind::Interrupted && transfer->isAttached())
                ++held;
            f.events.add(event);
        });
        auto client = f.client();
        HttpRequest request;
        request.target = "/transfer/t/image.img";
        HttpAnswer answer;
        QVERIFY(client->begin(request, &answer).ok());
        client.reset();
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Interrupted), 1);
        QCOMPARE(held.load(), 1);
        QTRY_VERIFY(!transfer->isAttached());
    }

    // From when all is sent until the station has heard of it nobody begins it again.
    void completedIsNobodysAnyMore()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Deploy);
        std::atomic<bool> dead = false;
        f.board.setEventHandler([&](const TransferEvent &event) {
            if (event.kind == TransferEvent::Kind::Completed)
                dead = transfer->isDead();
            f.events.add(event);
        });
        QCOMPARE(f.once("GET", "/transfer/t/image.img").first, 200);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Completed), 1);
        QVERIFY(dead);
    }

    // Nobody's turn comes here; the job's end is not waited for then either.
    void packsWaitForTheirTurn()
    {
        http::LaneLimits limits;
        limits.turns.atOnce = 0;
        Fixture f(limits);
        const auto transfer = f.add(u"t"_s, core::JobKind::Deploy);
        auto client = f.client();
        HttpRequest request;
        request.target = "/transfer/t/image.img.zst";
        HttpAnswer answer;
        QVERIFY(client->begin(request, &answer).ok());
        QCOMPARE(answer.status, 200);
        QTest::qWait(200);
        QCOMPARE(transfer->moved, 0);
        transfer->kill();
        std::array<std::byte, 1> buffer;
        size_t got = 0;
        QVERIFY(!client->read(buffer, &got).ok());
        QCOMPARE(transfer->moved, 0);
    }

    void manyAtOnce()
    {
        Fixture f;
        constexpr int peers = 12;
        for (int i = 0; i < peers; ++i)
            f.add(QString::number(i), core::JobKind::Deploy);
        std::atomic<int> good{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < peers; ++i) {
            threads.emplace_back([&f, &good, i] {
                const auto [status, body] =
                    f.once("GET", "/transfer/" + QByteArray::number(i) + "/image.img");
                if (status == 200 && body == f.image)
                    ++good;
            });
        }
        for (auto &thread : threads)
            thread.join();
        QCOMPARE(good.load(), peers);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Completed), peers);
    }
};

QTEST_GUILESS_MAIN(TestBulkLane)
#include "tst_bulk_lane.moc"
