// SPDX-License-Identifier: GPL-3.0-or-later
// The lane over real sockets, with real packs, and clients that misbehave.
#include "http/lane_bench.h"

using namespace Qt::StringLiterals;
using core::TransferEvent;
using transport::HttpAnswer;
using transport::HttpClient;
using transport::HttpRequest;
using namespace bench;

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
        QCOMPARE(hold(), 200); // and kept alive
        const auto other = f.add(u"u"_s, core::JobKind::Deploy);
        other->setPeer(u"10.0.0.9"_s);
        std::vector<std::unique_ptr<QTcpSocket>> silent;
        for (int n = 2; n <= 4; ++n) {
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
