// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox.h"

#include <QEventLoop>
#include <QTest>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

using core::Mailbox;

class TestMailbox : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void makesCallsInOrderInItsThread()
    {
        constexpr int each = 1000;
        Mailbox mailbox;
        QList<int> first;
        QList<int> second;
        const auto here = std::this_thread::get_id();
        const auto leave = [&](QList<int> &list) {
            for (int i = 0; i < each; ++i) {
                mailbox.post([&list, i, here] {
                    if (std::this_thread::get_id() == here)
                        list << i;
                });
            }
        };
        std::thread one([&] { leave(first); });
        std::thread other([&] { leave(second); });
        QTRY_VERIFY(first.size() == each && second.size() == each);
        one.join();
        other.join();
        QVERIFY(std::is_sorted(first.cbegin(), first.cend()));
        QVERIFY(std::is_sorted(second.cbegin(), second.cend()));
    }

    // Whatever a call carries is made in one thread and released in the other.
    void handsOver()
    {
        Mailbox mailbox;
        qint64 sum = 0;
        int calls = 0;
        std::thread giver([&] {
            for (int i = 0; i < 100; ++i) {
                auto values = std::make_shared<std::vector<int>>(1000, i);
                mailbox.post([&, values = std::move(values)] {
                    for (const int value : *values)
                        sum += value;
                    ++calls;
                });
            }
        });
        QTRY_COMPARE(calls, 100);
        giver.join();
        QCOMPARE(sum, qint64(99) * 100 / 2 * 1000);
    }

    void deliversAtOnce()
    {
        Mailbox mailbox;
        int calls = 0;
        mailbox.post([&] {
            ++calls;
            mailbox.post([&] { ++calls; });
        });
        mailbox.deliver();
        QCOMPARE(calls, 2);
        QCoreApplication::processEvents(); // the events of both
        QCOMPARE(calls, 2);
    }

    void letsTheNextInWhileACallWaits()
    {
        Mailbox mailbox;
        QList<int> order;
        QEventLoop loop;
        mailbox.post([&] {
            mailbox.post([&] {
                order << 2;
                loop.quit();
            });
            loop.exec();
            order << 1;
        });
        QTRY_COMPARE(order, QList<int>({2, 1}));
    }

    void mayEndInACall()
    {
        auto mailbox = std::make_unique<Mailbox>();
        const auto held = std::make_shared<int>(0);
        int calls = 0;
        mailbox->post([&] {
            ++calls;
            mailbox.reset();
        });
        mailbox->post([&calls, held] { ++calls; });
        QTRY_VERIFY(!mailbox);
        QCoreApplication::processEvents();
        QCOMPARE(calls, 1);
        QCOMPARE(held.use_count(), 1); // what is never made is released
    }
};

QTEST_GUILESS_MAIN(TestMailbox)
#include "tst_mailbox.moc"
