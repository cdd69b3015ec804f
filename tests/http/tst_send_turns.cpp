// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/send_turns.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using http::SendTurns;
using http::TurnLimits;
using namespace std::chrono_literals;

namespace
{

constexpr qint64 kib = 1024;

TurnLimits limits(int atOnce, std::chrono::milliseconds stillness = 60'000ms)
{
    return {atOnce, 1024 * kib, 1024 * kib, 128 * kib, stillness, 2 * stillness, 4096 * kib, 100};
}

bool stay()
{
    return false;
}

// Sends its share to the end.
void spendShare(SendTurns::Sender &sender)
{
    sender.sent(1024 * kib);
}

} // namespace

class TestSendTurns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFewNeverWait()
    {
        SendTurns turns(limits(2));
        SendTurns::Sender first(turns, stay);
        SendTurns::Sender second(turns, stay);
        for (int round = 0; round < 3; ++round) {
            QCOMPARE(first.next(), 1024 * kib);
            spendShare(first);
            QCOMPARE(second.next(), 1024 * kib);
            spendShare(second);
        }
        QCOMPARE(turns.waiting(), 0);
    }

    // One alone, and everybody while others wait, shall not fill their sockets.
    void sendersOfAFewMayFillTheirSockets()
    {
        SendTurns turns(limits(2));
        SendTurns::Sender first(turns, stay);
        QCOMPARE(first.next(), 1024 * kib);
        QCOMPARE(first.unsentLimit(), 100);
        SendTurns::Sender second(turns, stay);
        QCOMPARE(second.next(), 1024 * kib);
        QCOMPARE(first.unsentLimit(), 0);
        QCOMPARE(second.unsentLimit(), 0);
        std::thread third([&] { // its own part: that of another thread
            SendTurns::Sender sender(turns, stay);
            QVERIFY(sender.next() > 0);
        });
        while (turns.waiting() == 0)
            std::this_thread::yield();
        QCOMPARE(first.unsentLimit(), 100);
        QCOMPARE(second.unsentLimit(), 100);
        spendShare(first);
        std::thread again([&] { QVERIFY(first.next() > 0); });
        third.join();
        again.join();
        QCOMPARE(second.unsentLimit(), 0);
    }

    void slicesAreSmallWhileOthersWait()
    {
        SendTurns turns(limits(1));
        SendTurns::Sender first(turns, stay);
        QCOMPARE(first.next(), 1024 * kib);
        first.sent(1000 * kib);
        std::atomic<bool> gone = false;
        std::thread other([&] {
            SendTurns::Sender second(turns, [&] { return gone.load(); });
            (void)second.next();
        });
        QTRY_COMPARE(turns.waiting(), 1);
        QCOMPARE(first.next(), 24 * kib); // what is left of its share
        gone = true;
        other.join();
        QCOMPARE(turns.waiting(), 0);
    }

    // Whoever is faster gets no more: one turn each, and then the next.
    void turnsGoRound()
    {
        constexpr int senders = 5;
        constexpr int turnsEach = 6;
        SendTurns turns(limits(1));
        std::vector<int> order; // whose share was sent; by the only one whose turn it is
        std::vector<std::thread> threads;
        // All stand in line before the first one goes.
        auto gate = std::make_unique<SendTurns::Sender>(turns, stay);
        QVERIFY(gate->next() > 0);
        for (int number = 0; number < senders; ++number) {
            threads.emplace_back([&, number] {
                SendTurns::Sender sender(turns, stay);
                for (qint64 left = turnsEach * 1024 * kib; left > 0;) {
                    const qint64 mine = std::min(sender.next(), left);
                    if (left % (1024 * kib) == 0)
                        order.push_back(number);
                    if (number % 2) // a slower one
                        std::this_thread::sleep_for(50us);
                    left -= mine;
                    sender.sent(mine);
                }
            });
        }
        QTRY_COMPARE(turns.waiting(), senders);
        gate.reset();
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(order.size(), size_t(senders * turnsEach));
        for (auto round = order.begin(); round != order.end(); round += senders) {
            std::vector<int> seen(round, round + senders);
            std::ranges::sort(seen);
            QCOMPARE(seen, (std::vector<int>{0, 1, 2, 3, 4}));
        }
    }

    void whoStandsStillHoldsNobodyUp()
    {
        SendTurns turns(limits(1, 20ms));
        SendTurns::Sender still(turns, stay);
        QVERIFY(still.next() > 0);
        SendTurns::Sender other(turns, stay); // its peer takes nothing, for good
        QCOMPARE(other.next(), 1024 * kib);
        spendShare(other);
        QCOMPARE(other.next(), 1024 * kib);

        // When it moves again it gets its turn like the others.
        std::thread moving([&] {
            still.sent(1024 * kib);
            (void)still.next();
        });
        QTRY_COMPARE(turns.waiting(), 0);
        moving.join();
    }

    void whatItCouldNotSendIsAddedToItsNextTurn()
    {
        SendTurns turns(limits(1, 3000ms));
        SendTurns::Sender slow(turns, stay);
        QVERIFY(slow.next() > 0);
        slow.sent(24 * kib);
        {
            SendTurns::Sender other(turns, stay);
            QVERIFY(other.next() > 0); // waited until the slow one had lost its place
        }
        QVERIFY(slow.next() > 0);
        std::atomic<bool> hadItsTurn = false;
        std::thread next([&] {
            SendTurns::Sender sender(turns, stay);
            hadItsTurn = sender.next() > 0;
        });
        QTRY_COMPARE(turns.waiting(), 1);
        qint64 sent = 0;
        for (qint64 turn = slow.next(); !hadItsTurn; turn = slow.next()) {
            sent += turn;
            slow.sent(turn);
        }
        next.join();
        QCOMPARE(sent, (1000 + 1024) * kib);
    }

    void placesOfThoseWhoLeaveAreFree()
    {
        SendTurns turns(limits(1));
        for (int i = 0; i < 3; ++i) {
            SendTurns::Sender sender(turns, stay);
            QVERIFY(sender.next() > 0);
        }
    }

    void whoGivesUpLeavesTheLine()
    {
        SendTurns turns(limits(1));
        SendTurns::Sender holder(turns, stay); // for a minute
        QVERIFY(holder.next() > 0);
        SendTurns::Sender other(turns, [] { return true; });
        QCOMPARE(other.next(), 0);
        QCOMPARE(turns.waiting(), 0);
    }
};

QTEST_GUILESS_MAIN(TestSendTurns)
#include "tst_send_turns.moc"
