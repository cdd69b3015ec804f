// SPDX-License-Identifier: GPL-3.0-or-later
// Many readers of raw images and few buffers: nobody who stands still is in anybody's way.
#include "http/lane_bench.h"

using namespace Qt::StringLiterals;
using core::TransferEvent;
using transport::HttpAnswer;
using transport::HttpClient;
using transport::HttpRequest;
using namespace bench;
using namespace std::chrono_literals;

namespace
{

http::LaneLimits fewBuffers(int count)
{
    http::LaneLimits limits;
    limits.chunkBuffers = count;
    limits.chunkPatience = 5ms;
    limits.chunkIdle = 1h; // gives back because it is wanted, and for no other reason
    return limits;
}

// Whoever has a buffer keeps it.
http::LaneLimits oneBufferHeld()
{
    http::LaneLimits limits = fewBuffers(1);
    limits.chunkPatience = 1h;
    return limits;
}

// A reader that has asked and not read yet: the socket's buffers fill, and then nothing moves.
struct Reader {
    std::shared_ptr<core::Transfer> transfer;
    std::unique_ptr<HttpClient> client;
    QByteArray received;

    Reader(Fixture &f, const QString &token)
        : transfer(f.add(token, core::JobKind::Deploy)), client(f.client())
    {
        HttpRequest request;
        request.target = "/transfer/" + token.toLatin1() + "/image.img";
        HttpAnswer answer;
        if (!client->begin(request, &answer).ok() || answer.status != 200)
            qFatal("not begun");
    }

    // And closes.
    bool readAll()
    {
        std::vector<std::byte> buffer(256 * 1024);
        size_t got = 0;
        do {
            if (!client->read(buffer, &got).ok())
                return false;
            received.append(reinterpret_cast<const char *>(buffer.data()), qsizetype(got));
        } while (got > 0);
        client.reset();
        return true;
    }
};

} // namespace

class TestSlowReaders : public QObject
{
    Q_OBJECT

    // Its sockets are full, and the lane has waited for so long for it to read. Once true it stays
    // true: that nothing has moved for some milliseconds may just be this machine's doing.
    static bool hasStalled(const Reader &reader, std::chrono::milliseconds waited = 50ms)
    {
        const core::TransferClocks &clocks = reader.transfer->clocks;
        return reader.transfer->moved > 0 &&
               clocks.storage.total() + clocks.network.total() >= waited;
    }

private Q_SLOTS:
    void aFastOnePassesManyThatStandStill()
    {
        constexpr int readers = 64;
        Fixture f(fewBuffers(2));
        std::vector<std::unique_ptr<Reader>> slow;
        for (int i = 0; i < readers; ++i)
            slow.push_back(std::make_unique<Reader>(f, u"s%1"_s.arg(i)));
        for (const auto &reader : slow)
            QTRY_VERIFY_WITH_TIMEOUT(hasStalled(*reader), 60'000);
        f.add(u"fast"_s, core::JobKind::Deploy);
        const auto [status, body] = f.once("GET", "/transfer/fast/image.img");
        QCOMPARE(status, 200);
        QVERIFY(body == f.image);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Completed), 1);
        QCOMPARE(f.events.count(TransferEvent::Kind::Interrupted), 0);

        // What they gave back is decompressed again from where they stand.
        std::atomic<int> whole = 0;
        std::vector<std::thread> threads;
        for (const auto &reader : slow) {
            threads.emplace_back([&] {
                if (reader->readAll() && reader->received == f.image)
                    ++whole;
            });
        }
        for (auto &thread : threads)
            thread.join();
        QCOMPARE(whole.load(), readers);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Completed), readers + 1);
        QCOMPARE(f.events.count(TransferEvent::Kind::Interrupted), 0);
    }

    void oneBufferServesAll()
    {
        constexpr int readers = 12;
        Fixture f(fewBuffers(1));
        std::vector<std::unique_ptr<Reader>> all;
        std::atomic<int> whole = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < readers; ++i) {
            all.push_back(std::make_unique<Reader>(f, QString::number(i)));
            threads.emplace_back([&f, &whole, reader = all.back().get()] {
                if (reader->readAll() && reader->received == f.image)
                    ++whole;
            });
        }
        for (auto &thread : threads)
            thread.join();
        QCOMPARE(whole.load(), readers);
    }

    // Whether the link or the device is waited for, and what was decompressed meanwhile.
    void whoIsWaitedFor()
    {
        Fixture f;
        Reader slow(f, u"slow"_s);
        const core::TransferClocks &clocks = slow.transfer->clocks;
        // While the wait lasts; its beginning may be taken for the link's.
        QTRY_VERIFY_WITH_TIMEOUT(clocks.storage.total() > 1s &&
                                     clocks.storage.total() > 4 * clocks.network.total(),
                                 60'000);
        QVERIFY(slow.readAll());
        QVERIFY(clocks.processors.total() > 0s);
        const auto all = clocks.times(core::JobKind::Deploy);
        QCOMPARE(all.storage, clocks.storage.total());
        QCOMPARE(all.processors, clocks.processors.total());
    }

    // Nobody wants it, and still it is not kept for a peer that has stopped reading.
    void anIdleReaderKeepsNothing()
    {
        http::LaneLimits limits = oneBufferHeld();
        limits.chunkIdle = 1ms;
        Fixture f(limits);
        Reader slow(f, u"slow"_s);
        // So long that it has let go for certain.
        QTRY_VERIFY_WITH_TIMEOUT(hasStalled(slow, 1s), 30'000);
        f.add(u"fast"_s, core::JobKind::Deploy);
        const auto [status, body] = f.once("GET", "/transfer/fast/image.img");
        QCOMPARE(status, 200);
        QVERIFY(body == f.image);
        QVERIFY(slow.readAll());
        QVERIFY(slow.received == f.image);
    }

    void aJobEndsWhileItWaitsForABuffer()
    {
        Fixture f(oneBufferHeld());
        Reader holder(f, u"holder"_s);
        QTRY_VERIFY_WITH_TIMEOUT(hasStalled(holder), 60'000);
        Reader waiter(f, u"waiter"_s);
        f.board.remove(u"waiter"_s);
        QTRY_COMPARE(f.lane->connections(), 1);
        QCOMPARE(waiter.transfer->moved.load(), 0);
        QCOMPARE(f.events.count(TransferEvent::Kind::Interrupted), 0);
        QVERIFY(holder.readAll());
        QVERIFY(holder.received == f.image);
    }

    void aNewerConnectionTakesOverFromOneThatWaits()
    {
        Fixture f(oneBufferHeld());
        Reader holder(f, u"holder"_s);
        QTRY_VERIFY_WITH_TIMEOUT(hasStalled(holder), 60'000);
        Reader waiter(f, u"waiter"_s);
        const auto newer = f.client();
        HttpRequest request;
        request.target = "/transfer/waiter/image.img";
        HttpAnswer answer;
        QVERIFY(newer->begin(request, &answer).ok()); // once the older one has let go
        QCOMPARE(answer.status, 200);
        QTRY_COMPARE(f.lane->connections(), 2);
    }

    void theLaneEndsWhileSomebodyWaits()
    {
        Fixture f(oneBufferHeld());
        Reader holder(f, u"holder"_s);
        QTRY_VERIFY_WITH_TIMEOUT(hasStalled(holder), 60'000);
        Reader waiter(f, u"waiter"_s);
        f.acceptor.reset();
        f.lane.reset(); // returns, and nothing runs any more
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 0);
    }

    // The time for which a peer may stand still is not its share of the buffers.
    void standingStillTooLongIsStillTooLong()
    {
        http::LaneLimits limits = fewBuffers(1);
        limits.plainStall = 300ms;
        limits.chunkIdle = 10ms;
        Fixture f(limits);
        const Reader first(f, u"1"_s);
        const Reader second(f, u"2"_s);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Interrupted), 2);
        for (const TransferEvent &event : f.events.all()) {
            if (event.kind == TransferEvent::Kind::Interrupted)
                QCOMPARE(event.failure.code, protocol::FailureCode::Stalled);
        }
    }
};

QTEST_GUILESS_MAIN(TestSlowReaders)
#include "tst_slow_readers.moc"
