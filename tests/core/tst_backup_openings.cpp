// SPDX-License-Identifier: GPL-3.0-or-later
// One job at a time is at a backup's files: a disk that answers late does not let the clearing of
// an ended job meet the opening of the next.
#include "core/backup_openings.h"
#include "core/hung_disk.h"
#include "imaging/samples.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <memory>

using namespace core;
using namespace Qt::StringLiterals;
using namespace bench;

namespace
{

constexpr int patience = 60'000; // ms
const QString first(32, u'a');
const QString second(32, u'b');
const QString third(32, u'c');

struct Openings {
    QTemporaryDir folder;
    HungDiskPtr disk = std::make_shared<HungDisk>(); // answers when a destination was opened
    BackupRegister known{folder.filePath(u"backups"_s)};
    std::map<QString, SinkResult> opened;
    FolderErrands errands;
    std::unique_ptr<BackupOpenings> openings = std::make_unique<BackupOpenings>(
        errands, known,
        [disk = disk](const BackupRegister &record, const BackupOrder &order) {
            auto sink = openDestination(record, order);
            disk->ask();
            return sink;
        },
        [this](const QString &job, const SinkResult &result) { opened.emplace(job, result); });

    ~Openings() { disk->answer(); }

    [[nodiscard]] QString path(const QString &name = u"a.img"_s) const
    {
        return folder.filePath(name);
    }

    [[nodiscard]] bool isThere(const QString &name) const { return QFile::exists(path(name)); }

    void open(const QString &job, const QString &to, bool resumed = false)
    {
        BackupOrder order;
        order.job = job;
        order.path = to;
        order.resumed = resumed;
        openings->open(order, 0);
    }

    // What a station left that ended while the job was at work.
    void leave(const QString &job) const
    {
        BackupOrder order;
        order.job = job;
        order.path = path();
        QVERIFY(openDestination(known, order).ok());
        QVERIFY(isThere(u"a.img.part"_s));
        QVERIFY(isThere(u"a.img.part.journal"_s));
    }
};

} // namespace

class TestBackupOpenings : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // The second takes up what the first has left; then the first is cleared.
    void clearingWaitsForAnOpening()
    {
        Openings f;
        f.leave(first);
        f.open(second, f.path());
        QTRY_COMPARE_WITH_TIMEOUT(f.disk->asked(), 1, patience);
        bool asked = false;
        f.openings->clear(first, f.path(), [&] {
            asked = true;
            return f.opened.contains(second);
        });
        // Another path is another matter.
        QVERIFY(f.known.write(third, {f.path(u"c.img"_s), 0, 0, {}}).ok());
        f.openings->clear(third, f.path(u"c.img"_s), [] { return false; });
        QTRY_VERIFY_WITH_TIMEOUT(!f.known.read(third), patience);
        QVERIFY(!asked);
        QVERIFY(f.known.read(first));
        f.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(!f.known.read(first), patience);
        QVERIFY(asked);
        QVERIFY(f.opened.at(second).ok());
        QVERIFY(f.isThere(u"a.img.part"_s));
        QVERIFY(f.isThere(u"a.img.part.journal"_s));
        QVERIFY(f.known.read(second));
    }

    void anOpeningWaitsForAClearing()
    {
        Openings f;
        f.leave(first);
        f.disk->answer();
        bool early = false;
        f.openings->clear(first, f.path(), [&] {
            early = f.disk->asked() > 0;
            return false;
        });
        f.open(second, u"%1/./a.img"_s.arg(f.folder.path())); // the same place
        QTRY_VERIFY_WITH_TIMEOUT(f.opened.contains(second), patience);
        QVERIFY(!early);
        QVERIFY(!f.known.read(first)); // it was done by then
        QVERIFY(f.opened.at(second).ok());
        QVERIFY(f.isThere(u"a.img.part"_s));
    }

    void whatIsLeftGoes_data()
    {
        QTest::addColumn<bool>("inUse");
        QTest::newRow("nobody is there") << false;
        QTest::newRow("another job is") << true;
    }

    void whatIsLeftGoes()
    {
        QFETCH(bool, inUse);
        Openings f;
        f.leave(first);
        f.openings->clear(first, f.path(), [inUse] { return inUse; });
        QTRY_VERIFY_WITH_TIMEOUT(!f.known.read(first), patience);
        QCOMPARE(f.isThere(u"a.img.part"_s), inUse);
        QCOMPARE(f.isThere(u"a.img.part.journal"_s), inUse);
    }

    // Too many folders hang: half a backup waits for better times, a new one is refused.
    void oneThatWasThereBeforeIsTriedAgain_data()
    {
        QTest::addColumn<bool>("resumed");
        QTest::addColumn<bool>("cancelled");
        QTest::newRow("resumed") << true << false;
        QTest::newRow("resumed and cancelled") << true << true;
        QTest::newRow("new") << false << false;
    }

    void oneThatWasThereBeforeIsTriedAgain()
    {
        QFETCH(bool, resumed);
        QFETCH(bool, cancelled);
        Openings f;
        const auto hang = [disk = f.disk]() -> protocol::Result<void> {
            disk->ask();
            return {};
        };
        for (int n = 0; n < 64; ++n)
            f.errands.run<void>(u"/hung/%1"_s.arg(n / 16), hang, [](const auto &) {});
        QTRY_COMPARE_WITH_TIMEOUT(f.disk->asked(), 64, patience);
        f.open(first, f.path(), resumed);
        if (!resumed) {
            QTRY_VERIFY_WITH_TIMEOUT(f.opened.contains(first), patience);
            QCOMPARE(f.opened.at(first).failure().code, protocol::FailureCode::FoldersBusy);
            QVERIFY(!f.openings->contains(first));
            return;
        }
        // By the time that another one is refused it has been, too.
        f.open(second, f.path(u"b.img"_s));
        QTRY_VERIFY_WITH_TIMEOUT(f.opened.contains(second), patience);
        QVERIFY(!f.opened.contains(first));
        QVERIFY(f.openings->contains(first));
        QCOMPARE(f.openings->waiting(5'000).first().time.count(), 5'000);
        if (cancelled)
            QVERIFY(f.openings->cancel(first));
        f.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(f.opened.contains(first), patience);
        QCOMPARE(f.opened.at(first).ok(), !cancelled);
        QCOMPARE(f.isThere(u"a.img.part"_s), !cancelled);
    }

    // One that nobody wants any more keeps its turn until what it has made is gone.
    void aCancelledOneEndsItsTurn()
    {
        Openings f;
        f.open(first, f.path());
        QTRY_COMPARE_WITH_TIMEOUT(f.disk->asked(), 1, patience);
        QVERIFY(f.openings->cancel(first));
        f.openings->clear(first, f.path(), [] { return false; });
        f.open(second, f.path());
        f.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(f.opened.contains(second), patience);
        QVERIFY(!f.opened.at(first).ok());
        QVERIFY(f.opened.at(second).ok());
        QVERIFY(!f.known.read(first));
        QVERIFY(f.isThere(u"a.img.part"_s));
    }
};

QTEST_GUILESS_MAIN(TestBackupOpenings)
#include "tst_backup_openings.moc"
