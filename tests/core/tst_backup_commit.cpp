// SPDX-License-Identifier: GPL-3.0-or-later
// The last step of a backup: what is permitted, given up or cannot be made durable leaves no file
// that looks like a success.
#include "core/fsync_hook.h"
#include "core/sink_bench.h"

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using namespace bench;

class TestBackupCommit : public SinkBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void cleanup() { setFsyncHook({}); }

    void needsThePermission_data() { formats(); }

    void needsThePermission()
    {
        const QString path = target();
        const SinkPtr sink = filled(path);
        const auto refused = sink->commit(samples::claimOf(m_image), [] { return false; });
        QCOMPARE(refused.failure().code, FailureCode::Cancelled);
        QVERIFY(!QFile::exists(path));
        QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    // It is asked last: what takes long is done, and only the name is missing.
    void isAskedWhenAllIsFlushed()
    {
        const QString path = m_dir->filePath(u"a.img"_s);
        const SinkPtr sink = filled(path);
        QStringList steps;
        setFsyncHook([&steps](int descriptor) {
            steps << (isFolder(descriptor) ? u"folder"_s : u"file"_s);
            return 0;
        });
        const auto stored = sink->commit(samples::claimOf(m_image), [&] {
            steps << (QFile::exists(path) ? u"too late"_s : u"asked"_s);
            return true;
        });
        QVERIFY(stored.ok());
        QCOMPARE(steps, QStringList({u"file"_s, u"folder"_s, u"asked"_s, u"folder"_s}));
    }

    void takesANameBackThatMayBeLost_data() { formats(); }

    void takesANameBackThatMayBeLost()
    {
        const QString path = target();
        const SinkPtr sink = filled(path);
        failFolders(path);
        const auto stored = sink->commit(samples::claimOf(m_image));
        QVERIFY(!stored.ok());
        QCOMPARE(stored.failure().code, FailureCode::StationIoError);
        QVERIFY(!QFile::exists(path));
        sink->discard();
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files).isEmpty());
    }

    void keepsWhatWasToBeReplaced_data() { formats(); }

    void keepsWhatWasToBeReplaced()
    {
        const QString path = target();
        QVERIFY(samples::writeFile(path, "old"));
        const SinkPtr sink = filled(path, true);
        // The new one has its name by then, and the old one another.
        bool seen = false;
        setFsyncHook([&](int descriptor) {
            if (!isFolder(descriptor) || samples::readFile(path) == "old")
                return 0;
            return std::exchange(seen, true) ? 0 : EIO;
        });
        QCOMPARE(sink->commit(samples::claimOf(m_image)).failure().code,
                 FailureCode::StationIoError);
        QVERIFY(seen);
        QCOMPARE(samples::readFile(path), "old");
        sink->discard();
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files),
                 QStringList(QFileInfo(path).fileName()));
    }

    void anotherJobsPartIsNotGoneOnWith_data() { formats(); }

    // As after a kill between a job's end and the removal of what it left.
    void anotherJobsPartIsNotGoneOnWith()
    {
        const QString path = target();
        {
            const auto first = BackupSink::open(path, false, u"first"_s);
            QVERIFY(first.ok() && (*first)->setSize(m_image.size()));
            QVERIFY(send(**first, m_uploads, 0, 4) && (*first)->sync());
        }
        QVERIFY((*BackupSink::open(path, false, u"first"_s))->next() > 0);
        const auto second = BackupSink::open(path, false, u"second"_s);
        QVERIFY(second.ok());
        QCOMPARE((*second)->next(), quint64(0));
        m_image = samples::mixed(7 * mib + 512, 77); // the device has changed since
        m_uploads = samples::uploadsOf(m_image);
        QVERIFY((*second)->setSize(m_image.size()).ok());
        QVERIFY(send(**second, m_uploads, 0, m_uploads.size()));
        QVERIFY((*second)->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void namesAreFreeOnceGivenUp_data() { formats(); }

    // A lane thread may still be at it.
    void namesAreFreeOnceGivenUp()
    {
        const QString path = target();
        const SinkPtr old = filled(path);
        old->discard();
        const SinkPtr young = opened(path);
        QVERIFY(young && young->setSize(m_image.size()));
        QVERIFY(send(*young, m_uploads, 0, 3) && young->sync());
        QCOMPARE(old->commit(samples::claimOf(m_image)).failure().code, FailureCode::Cancelled);
        QCOMPARE(old->setSize(mib).failure().code, FailureCode::Cancelled);
        old->discard();
        QVERIFY(QFile::exists(path + u".part"_s) && QFile::exists(path + u".part.journal"_s));
        QVERIFY(!QFile::exists(path));
        QVERIFY(send(*young, m_uploads, 3, m_uploads.size()));
        QVERIFY(young->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

private:
    // Everything but the commit.
    SinkPtr filled(const QString &path, bool overwrite = false)
    {
        const SinkPtr sink = opened(path, overwrite);
        if (!sink || !sink->setSize(m_image.size()) || !send(*sink, m_uploads, 0, m_uploads.size()))
            qFatal("no sink");
        return sink;
    }

    // From when `path` is there.
    static void failFolders(const QString &path)
    {
        setFsyncHook([path](int descriptor) {
            return isFolder(descriptor) && QFile::exists(path) ? EIO : 0;
        });
    }
};

QTEST_GUILESS_MAIN(TestBackupCommit)
#include "tst_backup_commit.moc"
