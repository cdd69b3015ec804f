// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chunk_packer.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>

using imaging::WorkerPool;

class TestWorkerPool : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void threads()
    {
        QCOMPARE(WorkerPool(3).threads(), 3);
        QCOMPARE(WorkerPool().threads(), int(std::thread::hardware_concurrency()));
    }

    void destructorWaitsForWhatIsQueued()
    {
        std::atomic<int> done = 0;
        {
            WorkerPool pool(2);
            for (int i = 0; i < 500; ++i)
                pool.submit([&done] { ++done; });
        }
        QCOMPARE(done.load(), 500);
    }

    // Each of three tasks waits for the others: with fewer threads this would never end.
    void tasksRunAtTheSameTime()
    {
        std::latch meeting(3);
        WorkerPool pool(3);
        for (int i = 0; i < 3; ++i)
            pool.submit([&meeting] { meeting.arrive_and_wait(); });
        meeting.wait();
        QVERIFY(meeting.try_wait());
    }

    void countsWhatItWorks()
    {
        using namespace std::chrono_literals;
        WorkerPool pool(2);
        QCOMPARE(pool.busyTime(), 0ns);
        std::latch meeting(2);
        for (int i = 0; i < 2; ++i) {
            pool.submit([&meeting] {
                meeting.arrive_and_wait();
                std::this_thread::sleep_for(20ms);
            });
        }
        QTRY_VERIFY(pool.busyTime() >= 40ms); // of both
        const auto busy = pool.busyTime();
        std::latch gone(1);
        pool.submit([&gone] { gone.count_down(); });
        gone.wait();
        QTRY_VERIFY(pool.busyTime() > busy);
        QVERIFY(pool.busyTime() < busy + 20s);
    }

    // Also where the process was started with a nice value: a thread takes its maker's over.
    void workersComeAfterWhoMadeThem()
    {
        int maker = 0;
        std::atomic<int> worker = 0;
        std::thread([&] {
            setpriority(PRIO_PROCESS, 0, 10); // of this thread; kept when it is higher already
            maker = getpriority(PRIO_PROCESS, 0);
            WorkerPool pool(1);
            pool.submit([&worker] { worker = getpriority(PRIO_PROCESS, 0); });
        }).join();
        QCOMPARE(worker.load(), std::min(maker + 5, 19));
    }

    // It costs that task alone: neither the program nor its worker.
    void survivesWhatATaskThrows()
    {
        QTest::ignoreMessage(QtCriticalMsg, "a task of the pool: exception: too long");
        QTest::ignoreMessage(QtCriticalMsg, "a task of the pool: exception: of an unknown type");
        std::atomic<int> done = 0;
        {
            WorkerPool pool(1);
            pool.submit([] { throw std::length_error("too long"); });
            pool.submit([] { throw 1; });
            pool.submit([&done] { ++done; });
        }
        QCOMPARE(done.load(), 1);
    }

    void manySubmitters()
    {
        std::atomic<int> done = 0;
        {
            WorkerPool pool(2);
            std::vector<std::thread> submitters;
            for (int t = 0; t < 4; ++t) {
                submitters.emplace_back([&] {
                    for (int i = 0; i < 100; ++i)
                        pool.submit([&done] { ++done; });
                });
            }
            for (auto &submitter : submitters)
                submitter.join();
        }
        QCOMPARE(done.load(), 400);
    }
};

QTEST_APPLESS_MAIN(TestWorkerPool)
#include "tst_worker_pool.moc"
