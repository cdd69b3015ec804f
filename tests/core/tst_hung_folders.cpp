// SPDX-License-Identifier: GPL-3.0-or-later
// What the library asks disks on the way: a first look at a source, and glances at packs. Neither
// holds anybody up, and a late answer does no harm.
#include "core/hung_disk.h"
#include "core/pack_glances.h"
#include "core/source_inspection.h"

#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using namespace bench;
using namespace std::chrono_literals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

constexpr int patience = 60'000; // ms

core::SourceInspections::Inspect inspecting(const HungDiskPtr &disk)
{
    return [disk](const QString &) -> protocol::Result<core::SourceStamp> {
        disk->ask();
        return core::SourceStamp();
    };
}

struct Glances {
    HungDiskPtr disk = std::make_shared<HungDisk>();
    qint64 now = 5;
    int seen = 0;
    int failed = 0;
    core::PackGlances glances{[this](const QString &, const core::PackGlances::Sight &sight) {
                                  ++seen;
                                  failed += sight ? 0 : 1;
                              },
                              [disk = disk](const QString &path, const QString &,
                                            const core::FileStamp &) -> core::PackGlances::Sight {
                                  disk->ask();
                                  if (path == "bad"_L1)
                                      return Failure{FailureCode::PackDamaged, Stage::Check, path};
                                  return std::optional<core::OpenedPack>();
                              },
                              [this] { return now; }};

    ~Glances() { disk->answer(); }
    void look(const QString &path = u"good"_s) { glances.look(u"id"_s, path, {}); }
};

} // namespace

class TestHungFolders : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aSourceThatAnswersIsTaken()
    {
        const auto disk = std::make_shared<HungDisk>();
        disk->answer();
        core::SourceInspections inspections(1min, inspecting(disk));
        int told = 0;
        inspections.inspect(u"/a.img"_s, [&](const auto &stamp) {
            QVERIFY(stamp.ok());
            ++told;
        });
        QCOMPARE(told, 0); // never from within the call
        QTRY_COMPARE_WITH_TIMEOUT(told, 1, patience);
    }

    void aSourceThatHangsIsToldAndItsLateAnswerIgnored()
    {
        const auto disk = std::make_shared<HungDisk>();
        core::SourceInspections inspections(100ms, inspecting(disk));
        int told = 0;
        FailureCode code = FailureCode::Internal;
        QString detail;
        inspections.inspect(u"/net/a.img"_s, [&](const auto &stamp) {
            ++told;
            code = stamp ? FailureCode::Internal : stamp.failure().code;
            detail = stamp ? QString() : stamp.failure().detail;
        });
        QTRY_COMPARE_WITH_TIMEOUT(told, 1, patience);
        QCOMPARE(code, FailureCode::SourceStalled);
        QVERIFY(detail.contains("/net/a.img"_L1));
        disk->answer();
        // The next one's answer comes after the late one.
        inspections.inspect(u"/b.img"_s, [&](const auto &) { told += 10; });
        QTRY_COMPARE_WITH_TIMEOUT(told, 11, patience);
        QTRY_COMPARE_WITH_TIMEOUT(disk->answered(), 2, patience);
    }

    void whoeverAskedMayBeGone()
    {
        const auto disk = std::make_shared<HungDisk>();
        bool told = false;
        {
            core::SourceInspections inspections(1min, inspecting(disk));
            inspections.inspect(u"/a.img"_s, [&](const auto &) { told = true; });
            QTRY_COMPARE_WITH_TIMEOUT(disk->asked(), 1, patience);
        }
        disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(disk->answered(), 1, patience);
        QCoreApplication::processEvents();
        QVERIFY(!told);
    }

    void aPackIsUnknownUntilTheDiskAnswers()
    {
        Glances g;
        QVERIFY(!g.glances.isRecent(u"id"_s));
        g.look();
        g.look(); // one at a time
        QTRY_COMPARE_WITH_TIMEOUT(g.disk->asked(), 1, patience);
        QVERIFY(!g.glances.isRecent(u"id"_s));
        g.disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(g.seen, 1, patience);
        QVERIFY(g.glances.isRecent(u"id"_s));
        QCOMPARE(g.disk->asked(), 1);
    }

    void aGlanceCountsForAWhile()
    {
        Glances g;
        g.disk->answer();
        g.glances.note(u"id"_s); // it was just made
        g.now += 999;
        g.look();
        g.now += 1;
        g.look();
        QTRY_COMPARE_WITH_TIMEOUT(g.seen, 1, patience);
        QCOMPARE(g.disk->asked(), 1);
        // The disk hangs from now on.
        g.disk->answer(false);
        g.now += 9'999;
        g.look();
        QVERIFY(g.glances.isRecent(u"id"_s));
        g.now += 1;
        QVERIFY(!g.glances.isRecent(u"id"_s));
        g.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(g.glances.isRecent(u"id"_s), patience);
    }

    void damageIsTold()
    {
        Glances g;
        g.disk->answer();
        g.look(u"bad"_s);
        QTRY_COMPARE_WITH_TIMEOUT(g.failed, 1, patience);
    }

    void itIsKnownForHowLongADiskIsSilent()
    {
        Glances g;
        QCOMPARE(g.glances.waitingFor(u"id"_s), 0ms);
        g.look();
        QTRY_COMPARE_WITH_TIMEOUT(g.disk->asked(), 1, patience);
        g.now += 9'999;
        g.look(); // which is the same one
        QCOMPARE(g.glances.waitingFor(u"id"_s), 9'999ms);
        QCOMPARE(g.glances.waitingFor(u"other"_s), 0ms);
        g.now += 10'001; // meanwhile nobody has asked
        g.look();
        QCOMPARE(g.glances.waitingFor(u"id"_s), 0ms);
        g.now += 10'000;
        g.look();
        QCOMPARE(g.glances.waitingFor(u"id"_s), 10s);
        QCOMPARE(g.disk->asked(), 1);
        g.disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(g.seen, 1, patience);
        QCOMPARE(g.glances.waitingFor(u"id"_s), 0ms);
        // Given up: the next one is asked in its own right.
        g.disk->answer(false);
        g.now += 1'000;
        g.look();
        QTRY_COMPARE_WITH_TIMEOUT(g.disk->asked(), 2, patience);
        g.now += 600'000;
        g.glances.forget(u"id"_s);
        QCOMPARE(g.glances.waitingFor(u"id"_s), 0ms);
        g.look();
        QTRY_COMPARE_WITH_TIMEOUT(g.disk->asked(), 3, patience);
        QCOMPARE(g.glances.waitingFor(u"id"_s), 0ms);
    }

    // Somebody has made it anew, or read all of it: the old glance saw something else.
    void aGlanceFromBeforeIsNotTold_data()
    {
        QTest::addColumn<bool>("forgotten");
        QTest::addColumn<bool>("noted");
        QTest::addColumn<bool>("lookedAt");
        QTest::newRow("noted") << false << true << false;
        QTest::newRow("forgotten and noted") << true << true << false;
        QTest::newRow("forgotten and looked at") << true << false << true;
        QTest::newRow("all of it") << true << true << true;
    }

    void aGlanceFromBeforeIsNotTold()
    {
        QFETCH(bool, forgotten);
        QFETCH(bool, noted);
        QFETCH(bool, lookedAt);
        Glances g;
        g.look(u"bad"_s);
        QTRY_COMPARE_WITH_TIMEOUT(g.disk->asked(), 1, patience);
        if (forgotten)
            g.glances.forget(u"id"_s);
        if (noted)
            g.glances.note(u"id"_s);
        g.now += 1'000;
        if (lookedAt)
            g.look();
        QTRY_COMPARE_WITH_TIMEOUT(g.disk->asked(), lookedAt ? 2 : 1, patience);
        g.disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(g.disk->answered(), lookedAt ? 2 : 1, patience);
        g.glances.look(u"other"_s, u"good"_s, {});
        QTRY_COMPARE_WITH_TIMEOUT(g.seen, lookedAt ? 2 : 1, patience);
        QCOMPARE(g.failed, 0);
        QVERIFY(g.glances.isRecent(u"id"_s));
    }

    void whatIsForgottenIsNotTold()
    {
        Glances g;
        g.look(u"bad"_s);
        QTRY_COMPARE_WITH_TIMEOUT(g.disk->asked(), 1, patience);
        g.glances.forget(u"id"_s);
        g.disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(g.disk->answered(), 1, patience);
        g.glances.look(u"other"_s, u"good"_s, {});
        QTRY_COMPARE_WITH_TIMEOUT(g.seen, 1, patience);
        QCOMPARE(g.failed, 0);
    }
};

QTEST_GUILESS_MAIN(TestHungFolders)
#include "tst_hung_folders.moc"
