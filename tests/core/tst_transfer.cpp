// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer.h"

#include <QTest>

#include <thread>

using core::Coverage;
using core::Transfer;
using core::TransferBoard;
using namespace Qt::StringLiterals;

class TestTransfer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void coverage_data()
    {
        QTest::addColumn<QList<QPair<qint64, qint64>>>("ranges"); // first, length
        QTest::addColumn<bool>("whole");                          // of 100 bytes
        QTest::addColumn<qint64>("bytes");
        using Ranges = QList<QPair<qint64, qint64>>;
        QTest::newRow("nothing") << Ranges{} << false << qint64(0);
        QTest::newRow("all") << Ranges{{0, 100}} << true << qint64(100);
        QTest::newRow("two halves") << Ranges{{0, 50}, {50, 50}} << true << qint64(100);
        QTest::newRow("backwards") << Ranges{{50, 50}, {0, 50}} << true << qint64(100);
        QTest::newRow("hole") << Ranges{{0, 49}, {50, 50}} << false << qint64(99);
        QTest::newRow("hole filled") << Ranges{{0, 10}, {90, 10}, {10, 80}} << true << qint64(100);
        QTest::newRow("overlaps") << Ranges{{0, 60}, {40, 60}, {10, 5}} << true << qint64(100);
        QTest::newRow("bridges many")
            << Ranges{{0, 5}, {10, 5}, {20, 5}, {95, 5}, {3, 93}} << true << qint64(100);
        QTest::newRow("without the start") << Ranges{{1, 99}} << false << qint64(99);
        QTest::newRow("empty range") << Ranges{{0, 0}} << false << qint64(0);
    }

    void coverage()
    {
        using Ranges = QList<QPair<qint64, qint64>>;
        QFETCH(Ranges, ranges);
        Coverage coverage;
        for (const auto &[first, length] : ranges)
            coverage.add(first, length);
        QTEST(coverage.covers(100), "whole");
        QTEST(coverage.bytes(), "bytes");
    }

    void newerConnectionEndsTheOlder()
    {
        Transfer transfer({});
        std::atomic<bool> aborted{false};
        const quint64 first = transfer.attach([&] { aborted = true; });
        QVERIFY(first != 0);
        QVERIFY(transfer.isAttached());
        std::atomic<bool> firstWasCurrent{true};
        std::thread older([&] {
            while (!aborted)
                std::this_thread::yield();
            firstWasCurrent = transfer.detach(first);
        });
        const quint64 second = transfer.attach([] {});
        older.join();
        QVERIFY(aborted);
        QVERIFY(!firstWasCurrent);
        QVERIFY(second != 0 && second != first);
        QVERIFY(transfer.detach(second));
        QVERIFY(!transfer.isAttached());
    }

    void deadTransferTakesNobody()
    {
        Transfer transfer({});
        bool aborted = false;
        const quint64 connection = transfer.attach([&] { aborted = true; });
        transfer.kill();
        QVERIFY(aborted);
        transfer.detach(connection);
        QVERIFY(transfer.isDead());
        QCOMPARE(transfer.attach([] {}), quint64(0));
    }

    void finishedTransferTakesNobody()
    {
        Transfer transfer({});
        std::atomic<bool> asked{false};
        const quint64 first = transfer.attach([&] { asked = true; });
        quint64 second = 1;
        std::thread waiter([&] { second = transfer.attach([] {}); });
        while (!asked)
            std::this_thread::yield();
        transfer.finish(first + 7); // not the one that has it
        QVERIFY(!transfer.isDead() && transfer.isAttached());
        transfer.finish(first);
        waiter.join();
        QCOMPARE(second, quint64(0));
        QVERIFY(transfer.isDead() && !transfer.isAttached());
    }

    void manyWaitersOneWinner()
    {
        Transfer transfer({});
        std::atomic<int> attached{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                std::atomic<bool> stop{false};
                const quint64 mine = transfer.attach([&] { stop = true; });
                if (mine == 0)
                    return;
                ++attached;
                while (!stop && attached < 8 && transfer.isAttached())
                    std::this_thread::yield();
                transfer.detach(mine);
                attached = 8; // lets the last one go
            });
        }
        for (auto &thread : threads)
            thread.join();
        QVERIFY(attached > 0);
        QVERIFY(!transfer.isAttached());
    }

    void board()
    {
        TransferBoard board;
        QStringList events;
        board.setEventHandler(
            [&](const core::TransferEvent &event) { events.append(event.token); });
        Transfer::Description description;
        description.token = u"t"_s;
        const auto transfer = std::make_shared<Transfer>(description);
        transfer->setPeer(u"10.0.0.1"_s);
        board.add(transfer);
        QVERIFY(board.find(u"t"_s) == transfer);
        QVERIFY(transfer->mayUse(u"10.0.0.1"_s));
        QVERIFY(!transfer->mayUse(u"10.0.0.2"_s));
        board.post({core::TransferEvent::Kind::Began, u"t"_s, {}, {}, {}, {}});
        QCOMPARE(events, QStringList{u"t"_s});
        board.remove(u"t"_s);
        QVERIFY(!board.find(u"t"_s));
        QVERIFY(transfer->isDead());
    }
};

QTEST_APPLESS_MAIN(TestTransfer)
#include "tst_transfer.moc"
