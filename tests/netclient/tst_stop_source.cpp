// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/signal_watcher.h"
#include "netclient/stop_source.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <csignal>
#include <new>
#include <thread>

#include <unistd.h>

using namespace std::chrono_literals;
using netclient::StopReason;
using netclient::StopSource;

class TestStopSource : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theFirstReasonStays()
    {
        StopSource stop;
        QVERIFY(!stop.isStopped());
        stop.stop(StopReason::JobOver);
        stop.stop(StopReason::Interrupted);
        QCOMPARE(stop.reason(), StopReason::JobOver);
    }

    void aParentStopsItsChildren()
    {
        StopSource parent;
        StopSource child(parent);
        StopSource grandchild(child);
        parent.stop(StopReason::Interrupted);
        QCOMPARE(grandchild.reason(), StopReason::Interrupted);
    }

    // Whoever stops is not to blame: it may be the thread that takes the program's signals.
    void aThrowStopsNobodyFromStopping()
    {
        StopSource parent;
        StopSource child(parent);
        int called = 0;
        const StopSource::Subscription first(parent, [&] { ++called; });
        const StopSource::Subscription second(parent, [] { throw std::bad_alloc(); });
        const StopSource::Subscription third(parent, [&] { ++called; });
        const StopSource::Subscription ofChild(child, [] { throw 17; });
        parent.stop(StopReason::Interrupted);
        QCOMPARE(called, 2);
        QCOMPARE(child.reason(), StopReason::Interrupted);
    }

    void aSignalWhoseCallbackThrows()
    {
        StopSource stop;
        const netclient::SignalWatcher watcher(stop);
        const StopSource::Subscription thrower(stop, [] { throw std::bad_alloc(); });
        QCOMPARE(::kill(::getpid(), SIGTERM), 0);
        QTRY_COMPARE(stop.reason(), StopReason::Interrupted);
    }

    void aChildOfAStoppedParentIsStopped()
    {
        StopSource parent;
        parent.stop(StopReason::Interrupted);
        const StopSource child(parent);
        QCOMPARE(child.reason(), StopReason::Interrupted);
    }

    void aChildDoesNotStopItsParent()
    {
        StopSource parent;
        {
            StopSource child(parent);
            child.stop(StopReason::JobOver);
        }
        QVERIFY(!parent.isStopped());
        parent.stop(StopReason::Interrupted); // the child is gone
    }

    void sleepsAndWakes()
    {
        StopSource stop;
        QVERIFY(stop.sleep(1ms));
        std::jthread stopper([&] { stop.stop(StopReason::Interrupted); });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!stop.sleep(30s));
        QVERIFY(timer.elapsed() < 10'000);
        QVERIFY(!stop.sleep(30s));
    }

    void callsBackOnce()
    {
        StopSource stop;
        int kept = 0;
        int dropped = 0;
        const StopSource::Subscription first(stop, [&] { ++kept; });
        {
            const StopSource::Subscription second(stop, [&] { ++dropped; });
        }
        stop.stop(StopReason::Interrupted);
        stop.stop(StopReason::Interrupted);
        QCOMPARE(kept, 1);
        QCOMPARE(dropped, 0);
        const StopSource::Subscription late(stop, [&] { ++dropped; });
        QCOMPARE(dropped, 1);
    }
};

// No thread of the test's own is to be ended by what the watcher waits for.
int main(int argc, char **argv)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    const QCoreApplication application(argc, argv);
    TestStopSource test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_stop_source.moc"
