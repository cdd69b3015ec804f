// SPDX-License-Identifier: GPL-3.0-or-later
// A program that ends by a fault says what it was at, and that is not begun again by itself. The
// faults happen in a child process.
#include "core/crash_marks.h"
#include "core/store_bench.h"
#include "core/task_thread.h"
#include "imaging/chunk_packer.h"

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

enum Fault {
    Segmentation,
    Abort,
    Exception,
    OnMain,
    InHelper,
    Killed,
    OverflowOnMain,
    OverflowInTask,
    OverflowInPool,
};

// Small frames, so that none steps over the page that guards the stack's end.
int deeper(int depth)
{
    volatile char frame[2048] = {};
    frame[depth % 2048] = char(depth);
    return depth < 0 ? 0 : deeper(depth + 1) + frame[(depth + 1) % 2048];
}

void overflow()
{
    std::exit(deeper(0) & 1); // the result is used: no loop takes the calls' place
}

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
    const CrashLabel ofMain("job", how == OverflowOnMain ? u"main"_s : u"waits"_s);
    if (how == OverflowOnMain)
        overflow();
    if (how == OverflowInTask) {
        TaskThread thread;
        thread.submit([] {
            const CrashLabel label("image", u"culprit"_s);
            overflow();
        });
        thread.drain();
    }
    if (how == OverflowInPool) {
        imaging::WorkerPool pool(1);
        pool.submit(overflow);
    } // waits for it
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
            << int(InHelper) << QStringList{u"job waits"_s, u"job other"_s, u"image one"_s};
        QTest::newRow("stack overflow on the main thread")
            << int(OverflowOnMain) << QStringList{u"job main"_s};
        QTest::newRow("stack overflow in a background task") << int(OverflowInTask) << culprit;
        QTest::newRow("stack overflow in the pool: all that were at work")
            << int(OverflowInPool) << QStringList{u"job waits"_s};
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

    // The marks go with the database's word alone: it may have been full.
    void keepsTheMarksUntilTheVerdictIsStored_data()
    {
        QTest::addColumn<bool>("full");
        QTest::newRow("written") << false;
        QTest::newRow("full disk") << true;
    }

    void keepsTheMarksUntilTheVerdictIsStored()
    {
        QFETCH(bool, full);
        const QString file = marked("job a\n");
        auto snapshot = unfinished(u"a"_s);
        const auto store = opened();
        store->save(snapshot.jobs[0]);
        QVERIFY(store->flush());
        {
            CrashRecord record(file, *store);
            const auto judge = [&] { record.judge(snapshot); };
            full ? withoutRoom(judge) : judge();
            QCOMPARE(snapshot.jobs[0].state, JobState::Failed);
            QCOMPARE(QFile::exists(file), full);
            // The one that could not be written is tried again; then the marks have done their
            // work.
        }
        QVERIFY(!QFile::exists(file));
        QCOMPARE(loaded(*opened()).jobs.value(0).state, JobState::Failed);
    }

    void keepsTheMarksOfAStationThatIsKilled()
    {
        const QString file = marked("job a\n");
        const pid_t child = ::fork();
        if (child == 0) {
            auto snapshot = unfinished(u"a"_s);
            const auto store = opened();
            CrashRecord record(file, *store);
            withoutRoom([&] { record.judge(snapshot); });
            ::raise(SIGKILL);
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QCOMPARE(WTERMSIG(status), SIGKILL);
        QCOMPARE(crashMarks(file), QStringList{u"job a"_s});
    }

    // Nor is what the database refuses for good taken for written.
    void keepsTheMarksOfWhatIsRefused()
    {
        const QString file = marked("job a\n");
        auto snapshot = unfinished(u"a"_s);
        const auto store = opened();
        execute(m_path, u"CREATE TRIGGER no BEFORE INSERT ON job "
                        "BEGIN SELECT RAISE(ABORT, 'not this one'); END"_s);
        CrashRecord record(file, *store);
        record.judge(snapshot);
        QVERIFY(QFile::exists(file));
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

private:
    QString marked(const QByteArray &marks) const
    {
        QFile file(m_dir->filePath(u"crashed"_s));
        return file.open(QIODevice::WriteOnly) && file.write(marks) == marks.size()
                   ? file.fileName()
                   : QString();
    }

    static Snapshot unfinished(const QString &id)
    {
        Snapshot snapshot;
        snapshot.jobs << sampleJob(id);
        snapshot.jobs[0].state = JobState::Transferring;
        return snapshot;
    }
};

QTEST_GUILESS_MAIN(TestCrashMarks)
#include "tst_crash_marks.moc"
