// SPDX-License-Identifier: GPL-3.0-or-later
// A program that ends by a fault says what it was at, and that is not begun again by itself. The
// faults happen in a child process.
#include "core/crash_marks.h"
#include "core/store_bench.h"
#include "core/task_thread.h"

#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include <sys/wait.h>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using namespace bench;

namespace
{

enum Fault { Segmentation, Abort, Exception, OnMain, InHelper, Killed };

[[noreturn]] void fault(int how)
{
    if (how == Abort)
        std::abort();
    if (how == Exception)
        throw std::length_error("vector");
    if (how == Killed)
        ::raise(SIGKILL);
    ::raise(SIGSEGV);
    std::_Exit(0);
}

void work(int how)
{
    if (how == OnMain)
        fault(Segmentation);
    std::thread([how] {
        const CrashLabel outer("job", u"other"_s);
        if (how == InHelper) {
            const CrashLabel one("image", u"one"_s);
            std::thread([] { fault(Segmentation); }).join();
        }
        {
            const CrashLabel inner("image", u"ended"_s);
        }
        const CrashLabel label("image", u"culprit"_s);
        fault(how);
    }).join();
}

} // namespace

class TestCrashMarks : public StoreBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void namesWhatItWasAt_data()
    {
        QTest::addColumn<int>("how");
        QTest::addColumn<QStringList>("marks");
        const QStringList culprit{u"image culprit"_s};
        QTest::newRow("segmentation fault") << int(Segmentation) << culprit;
        QTest::newRow("abort") << int(Abort) << culprit;
        QTest::newRow("exception") << int(Exception) << culprit;
        QTest::newRow("main thread") << int(OnMain) << QStringList();
        QTest::newRow("helper thread: all that were at work")
            << int(InHelper) << QStringList{u"job other"_s, u"image one"_s};
        QTest::newRow("kill -9") << int(Killed) << QStringList();
    }

    void namesWhatItWasAt()
    {
        QFETCH(int, how);
        QFETCH(QStringList, marks);
        const QString file = m_dir->filePath(u"crashed"_s);
        const pid_t child = ::fork();
        if (child == 0) {
            // No report of the sanitizer, and no core: the fault is wanted.
            for (const int signal : {SIGSEGV, SIGABRT})
                ::signal(signal, SIG_DFL);
            const rlimit none{0, 0};
            ::setrlimit(RLIMIT_CORE, &none);
            ::close(STDERR_FILENO);
            recordCrashes(file);
            work(how);
            std::_Exit(0);
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFSIGNALED(status)); // it ends as it would have ended
        QCOMPARE(WTERMSIG(status), how == Abort || how == Exception ? SIGABRT
                                   : how == Killed                  ? SIGKILL
                                                                    : SIGSEGV);
        QCOMPARE(crashMarks(file), marks);
    }

    void failsWhatIsNamedAlone()
    {
        Snapshot snapshot;
        for (const QString &id : {u"a"_s, u"b"_s, u"c"_s}) {
            Image image = sampleImage(id);
            image.state = ImageState::Importing;
            image.identity = id == u"c" ? QString(64, u'c') : QString();
            snapshot.images << image;
            Job job = sampleJob(id);
            job.state = id == u"c" ? JobState::Succeeded : JobState::Transferring;
            snapshot.jobs << job;
        }
        const auto store = opened();
        failCrashed(snapshot, *store,
                    {u"image b"_s, u"job a"_s, u"job c"_s, u"pack "_s + QString(64, u'c')});
        QCOMPARE(snapshot.images[0].state, ImageState::Importing);
        QCOMPARE(snapshot.images[1].state, ImageState::Failed);
        QCOMPARE(snapshot.images[1].failure.code, FailureCode::CrashedBefore);
        QCOMPARE(snapshot.images[2].state, ImageState::Importing); // it was read, as others were
        QCOMPARE(snapshot.jobs[0].state, JobState::Failed);
        QCOMPARE(snapshot.jobs[0].failure.code, FailureCode::CrashedBefore);
        QVERIFY(snapshot.jobs[0].ended.isValid());
        QCOMPARE(snapshot.jobs[1].state, JobState::Transferring);
        QCOMPARE(snapshot.jobs[2].state, JobState::Succeeded);
        for (int told = 0; told < 2; ++told)
            QCOMPARE(store->takeError()->code, FailureCode::CrashedBefore);
        QVERIFY(!store->takeError());
        store->flush();
        QCOMPARE(loaded(*store).jobs.value(0).state, JobState::Failed);
    }

    void failsThePackThatAloneIsNamed()
    {
        Snapshot snapshot;
        Image image = sampleImage(u"c"_s);
        image.identity = QString(64, u'c');
        snapshot.images << image;
        const auto store = opened();
        failCrashed(snapshot, *store, {u"pack "_s + image.identity});
        QCOMPARE(snapshot.images[0].state, ImageState::Failed);
        QCOMPARE(snapshot.images[0].failure.code, FailureCode::CrashedBefore);
    }

    // One task that throws ends alone.
    void tasksMayThrow()
    {
        TaskThread thread;
        std::atomic_int done = 0;
        thread.submit([] { throw std::length_error("vector"); });
        thread.submit([] { throw 7; });
        thread.submit([&done] { ++done; });
        thread.drain();
        QCOMPARE(done.load(), 1);
    }
};

QTEST_GUILESS_MAIN(TestCrashMarks)
#include "tst_crash_marks.moc"
