// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that does not answer holds nobody up.
#include "ui/disk_query.h"

#include <QSemaphore>
#include <QTest>
#include <QThread>
#include <QTimer>

using namespace std::chrono_literals;

namespace
{

constexpr int patience = 20000; // ms

// As a network folder whose server is gone: the question returns when the test lets it.
struct HungDisk {
    QSemaphore gate;
    QSemaphore left;

    int ask()
    {
        gate.acquire();
        left.release();
        return 7;
    }
};

} // namespace

class TestDiskQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerComesFromAnotherThread()
    {
        QObject context;
        std::optional<int> got;
        const QThread *here = QThread::currentThread();
        ui::askDisk<int>(
            &context, [here] { return QThread::currentThread() == here ? 1 : 2; },
            [&](const std::optional<int> &answer) {
                QVERIFY(QThread::currentThread() == here);
                got = answer;
            },
            1min);
        QVERIFY(!got); // never from within the call
        QTRY_COMPARE_WITH_TIMEOUT(got, std::optional<int>(2), patience);
    }

    void aHungDiskIsGivenUpAndItsLateAnswerIgnored()
    {
        const auto disk = std::make_shared<HungDisk>();
        QObject context;
        int told = 0;
        std::optional<int> got = 1;
        int ticks = 0;
        QTimer other; // whatever else the main thread has to do
        connect(&other, &QTimer::timeout, &context, [&] { ++ticks; });
        other.start(1ms);
        ui::askDisk<int>(
            &context, [disk] { return disk->ask(); },
            [&](const std::optional<int> &answer) {
                ++told;
                got = answer;
            },
            100ms);
        QTRY_COMPARE_WITH_TIMEOUT(told, 1, patience);
        QVERIFY(!got);
        QVERIFY(ticks > 0);
        disk->gate.release();
        QVERIFY(disk->left.tryAcquire(1, patience));
        QCoreApplication::processEvents();
        QCOMPARE(told, 1);
        QTRY_VERIFY_WITH_TIMEOUT(context.children().isEmpty(), patience);
    }

    void whoeverAskedMayBeGone()
    {
        const auto disk = std::make_shared<HungDisk>();
        bool told = false;
        {
            QObject context;
            ui::askDisk<int>(
                &context, [disk] { return disk->ask(); },
                [&](const std::optional<int> &) { told = true; }, 1min);
        }
        disk->gate.release();
        QVERIFY(disk->left.tryAcquire(1, patience));
        QCoreApplication::processEvents();
        QVERIFY(!told);
    }
};

QTEST_GUILESS_MAIN(TestDiskQuery)
#include "tst_disk_query.moc"
