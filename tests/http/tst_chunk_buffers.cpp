// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/chunk_buffers.h"

#include "imaging/block_map.h"

#include <QTest>

#include <atomic>
#include <thread>

using http::ChunkBuffers;

class TestChunkBuffers : public QObject
{
    Q_OBJECT

    static bool stay() { return false; }

private Q_SLOTS:
    void thereAreSoManyAndNoMore()
    {
        ChunkBuffers buffers(2);
        auto first = buffers.acquire(stay);
        auto second = buffers.tryAcquire();
        QVERIFY(first && second);
        QVERIFY(first.first(imaging::chunkBytes).data() !=
                second.first(imaging::chunkBytes).data());
        QVERIFY(!buffers.tryAcquire());
        QVERIFY(!buffers.isWanted());
        first = {};
        QVERIFY(bool(buffers.tryAcquire()));
    }

    void whatIsMovedIsGivenBackOnce()
    {
        ChunkBuffers buffers(1);
        {
            auto first = buffers.tryAcquire();
            ChunkBuffers::Buffer moved(std::move(first));
            QVERIFY(!first && moved);
            first = std::move(moved);
            QVERIFY(first && !moved);
            QVERIFY(!buffers.tryAcquire());
        }
        const auto only = buffers.tryAcquire();
        QVERIFY(bool(only));
        QVERIFY(!buffers.tryAcquire());
    }

    void firstComeFirstServed()
    {
        constexpr int waiters = 5;
        ChunkBuffers buffers(1);
        auto held = buffers.acquire(stay);
        std::vector<int> order; // of who has the only buffer
        std::vector<std::thread> threads;
        for (int number = 0; number < waiters; ++number) {
            threads.emplace_back([&, number] {
                const auto mine = buffers.acquire(stay);
                order.push_back(number);
            });
            QTRY_COMPARE(buffers.waiting(), number + 1);
        }
        QVERIFY(buffers.isWanted());
        held = {};
        for (auto &thread : threads)
            thread.join();
        QCOMPARE(order, (std::vector<int>{0, 1, 2, 3, 4}));
        QVERIFY(!buffers.isWanted());
    }

    // Reading ahead never comes before somebody who waits, even when a buffer is just free.
    void readingAheadWaitsForNobody()
    {
        ChunkBuffers buffers(1);
        auto held = buffers.acquire(stay);
        std::atomic<bool> leave = false;
        std::thread waiter([&] { QVERIFY(!buffers.acquire([&] { return leave.load(); })); });
        QTRY_VERIFY(buffers.isWanted());
        QVERIFY(!buffers.tryAcquire());
        leave = true;
        waiter.join();
        QVERIFY(!buffers.isWanted());
    }

    // Whoever leaves the queue does not take the turn of those behind along.
    void leavingLetsTheNextOneIn()
    {
        ChunkBuffers buffers(1);
        auto held = buffers.acquire(stay);
        std::atomic<bool> leave = false;
        std::atomic<bool> got = false;
        std::thread first([&] { QVERIFY(!buffers.acquire([&] { return leave.load(); })); });
        QTRY_COMPARE(buffers.waiting(), 1);
        std::thread second([&] { got = bool(buffers.acquire(stay)); });
        QTRY_COMPARE(buffers.waiting(), 2);
        leave = true;
        first.join();
        QCOMPARE(buffers.waiting(), 1);
        held = {};
        second.join();
        QVERIFY(got);
    }

    void manyShareFew()
    {
        constexpr int count = 3;
        ChunkBuffers buffers(count);
        std::atomic<int> out = 0;
        std::atomic<int> most = 0;
        std::vector<std::thread> threads;
        for (int number = 0; number < 16; ++number) {
            threads.emplace_back([&] {
                for (int turn = 0; turn < 200; ++turn) {
                    auto mine = buffers.acquire(stay);
                    const int now = ++out;
                    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                    }
                    mine.first(1)[0] = std::byte(turn);
                    --out;
                }
            });
        }
        for (auto &thread : threads)
            thread.join();
        QVERIFY(most <= count);
        QVERIFY(!buffers.isWanted());
    }
};

QTEST_GUILESS_MAIN(TestChunkBuffers)
#include "tst_chunk_buffers.moc"
