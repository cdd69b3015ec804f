// SPDX-License-Identifier: GPL-3.0-or-later
// Where a backup is saved: what is said before it begins, and of what has gone away.
#include "core/destination.h"
#include "core/fsync_hook.h"
#include "core/sink_bench.h"

#include <future>
#include <thread>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using namespace bench;

namespace
{

constexpr qint64 gib = qint64(1) << 30;

} // namespace

class TestDestination : public SinkBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void cleanup() { setFsyncHook({}); }

    void isJudgedBeforehand_data()
    {
        QTest::addColumn<bool>("fat");
        QTest::addColumn<bool>("raw");
        QTest::addColumn<qint64>("size");
        QTest::addColumn<qint64>("free");
        QTest::addColumn<int>("code"); // -1: fits
        const int fits = -1;
        const int large = int(FailureCode::FileTooLarge);
        const int full = int(FailureCode::StorageFull);
        QTest::newRow("raw on FAT, one byte too many")
            << true << true << 4 * gib << 9 * gib << large;
        QTest::newRow("raw on FAT, the largest") << true << true << 4 * gib - 1 << 9 * gib << fits;
        QTest::newRow("pack on FAT") << true << false << 32 * gib << 9 * gib << fits;
        QTest::newRow("raw on ext4") << false << true << 32 * gib << 9 * gib << fits;
        QTest::newRow("raw on FAT needs all of it")
            << true << true << 2 * gib << 2 * gib - 1 << full;
        QTest::newRow("and no more") << true << true << 2 * gib << 2 * gib << fits;
        QTest::newRow("raw with holes may be small")
            << false << true << 2 * gib << qint64(0) << fits;
        QTest::newRow("pack needs its map")
            << false << false << 32 * gib << qint64(1'000'000) << full;
        QTest::newRow("and no more than that")
            << false << false << 32 * gib << qint64(1'400'000) << fits;
        QTest::newRow("nobody says what is free")
            << false << false << 32 * gib << qint64(-1) << fits;
        QTest::newRow("nobody says the size") << true << true << qint64(0) << qint64(0) << fits;
    }

    void isJudgedBeforehand()
    {
        QFETCH(bool, fat);
        QFETCH(bool, raw);
        QFETCH(qint64, size);
        QFETCH(qint64, free);
        QFETCH(int, code);
        DestinationFacts facts;
        facts.freeBytes = free;
        facts.keepsHoles = !fat;
        facts.largestFile = fat ? 4 * gib - 1 : -1;
        const auto fits = checkDestination(facts, u"/media/stick/a.img"_s,
                                           raw ? BackupFormat::Raw : BackupFormat::Pack, size);
        QCOMPARE(fits.ok(), code < 0);
        if (code < 0)
            return;
        QCOMPARE(int(fits.failure().code), code);
        QVERIFY(fits.failure().detail.contains(u"/media/stick/a.img"_s));
        const qint64 told = code == int(FailureCode::FileTooLarge) ? size : free;
        QVERIFY(fits.failure().detail.contains(QString::number(told))); // both numbers
        QVERIFY(fits.failure().detail.contains(
            QString::number(code == int(FailureCode::FileTooLarge) ? 4 * gib - 1
                            : raw                                  ? size
                                                                   : 32 * 1024 * 40)));
    }

    void knowsWhatIsThere()
    {
        const auto facts = destinationFacts(m_dir->filePath(u"a.img"_s));
        QCOMPARE(facts.largestFile, qint64(-1));
        QVERIFY(facts.freeBytes > 0);
    }

    void isGone_data()
    {
        QTest::addColumn<bool>("removed");
        QTest::newRow("the folder is gone") << true;
        QTest::newRow("the disk fails") << false;
    }

    // The stick is pulled out while the backup is written: every write fails, and the folder is not
    // there any more. When it is there, the disk is what fails.
    void isGone()
    {
        QFETCH(bool, removed);
        const QString folder = m_dir->filePath(u"stick"_s);
        QVERIFY(QDir().mkpath(folder));
        const SinkPtr sink = opened(folder + u"/a.img"_s);
        QVERIFY(sink && sink->setSize(m_image.size()));
        QVERIFY(send(*sink, m_uploads, 0, m_uploads.size()) && sink->sync());
        QVERIFY(!removed || QFile::rename(folder, folder + u".away"_s));
        setFsyncHook([](int descriptor) { return isFolder(descriptor) ? 0 : EIO; });
        const auto stored = sink->commit(samples::claimOf(m_image));
        QVERIFY(!stored.ok());
        QCOMPARE(stored.failure().code,
                 removed ? FailureCode::DestinationGone : FailureCode::StationIoError);
    }

    // Written to FAT, or under a limit of the user: what to do is in the words of the code.
    void saysThatAFileMayNotBeSoLarge_data() { formats(); }

    void saysThatAFileMayNotBeSoLarge()
    {
        m_image = samples::noise(7 * mib, 4);
        m_uploads = samples::uploadsOf(m_image);
        const SinkPtr sink = opened(target());
        QVERIFY(sink && sink->setSize(m_image.size()));
        const FileSizeLimit limit(3 * mib);
        for (const Upload &upload : m_uploads) {
            const auto taken = sink->append(upload.index, upload.record, upload.frame);
            if (taken)
                continue;
            QCOMPARE(taken.failure().code, FailureCode::FileTooLarge);
            return;
        }
        QFAIL("it was taken");
    }

    void refusesANameThatIsTooLong_data()
    {
        QTest::addColumn<int>("letters");
        QTest::addColumn<bool>("taken");
        QTest::newRow("the longest") << 242 << true;
        QTest::newRow("one more") << 243 << false;
        QTest::newRow("that only the journal's would be") << 250 << false;
    }

    // NAME.part.journal has to fit, and that is said when the job is ordered.
    void refusesANameThatIsTooLong()
    {
        QFETCH(int, letters);
        QFETCH(bool, taken);
        const QString name = QString(letters - 4, u'x') + u".img"_s;
        const auto sink = BackupSink::open(m_dir->filePath(name), false);
        QCOMPARE(sink.ok(), taken);
        if (!taken)
            QCOMPARE(sink.failure().code, FailureCode::BadRequest);
        // Letters of two bytes count as two.
        const QString wide = QString(letters / 2 - 2, u'ü') + u".img"_s;
        QCOMPARE(BackupSink::open(m_dir->filePath(wide), false).ok(), wide.toUtf8().size() <= 242);
    }

    // It has not answered for so long.
    void noticesADiskThatTakesNothing()
    {
        const SinkPtr sink = opened(m_dir->filePath(u"a.img"_s));
        QVERIFY(sink && sink->setSize(m_image.size()));
        QVERIFY(send(*sink, m_uploads, 0, 2));
        QCOMPARE(sink->stalledFor().count(), 0);
        std::promise<void> release;
        std::promise<void> inside;
        auto wait = release.get_future().share();
        setFsyncHook([&, once = false](int descriptor) mutable {
            if (!isFolder(descriptor) && !std::exchange(once, true)) {
                inside.set_value();
                wait.wait();
            }
            return 0;
        });
        QVERIFY(send(*sink, m_uploads, 2, m_uploads.size()));
        std::thread lane([&] { (void)sink->commit(samples::claimOf(m_image)); });
        inside.get_future().wait();
        QTRY_VERIFY(sink->stalledFor() > std::chrono::milliseconds(50));
        release.set_value();
        lane.join();
        QCOMPARE(sink->stalledFor().count(), 0);
    }
};

QTEST_GUILESS_MAIN(TestDestination)
#include "tst_destination.moc"
