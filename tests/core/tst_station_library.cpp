// SPDX-License-Identifier: GPL-3.0-or-later
// Deploys while the disk of the image library does not answer: they wait, say so, and end.
#include "core/hung_disk.h"
#include "core/station_bench.h"

using namespace Qt::StringLiterals;
using namespace bench;

namespace
{

constexpr int patience = 60'000; // ms
constexpr qint64 pollMs = 5'000;

// A station whose library looks at packs on a disk that answers when the test lets it.
struct Library : Fixture {
    Library()
    {
        image = import();
        looks.pack = [disk = disk](const QString &path, const QString &identity,
                                   const core::FileStamp &known) {
            disk->ask();
            return core::PackGlances::glanceAt(path, identity, known);
        };
        looks.steady = [this] { return now; };
        restart();
        // Until what was seen at the start has been read as a whole, in the background.
        const QString identity = library->image(image)->identity;
        [&] { QTRY_VERIFY_WITH_TIMEOUT(library->isBeingChecked(identity), patience); }();
    }
    ~Library() { disk->answer(); }

    void tick() const { QMetaObject::invokeMethod(station.get(), "tick"); }

    // The device polls meanwhile.
    void wait(qint64 ms)
    {
        for (qint64 left = ms; left > 0; left -= pollMs) {
            now += std::min(left, pollMs);
            (void)ask();
            tick();
        }
    }

    core::ImageId image;
    HungDiskPtr disk = std::make_shared<HungDisk>();
};

} // namespace

class TestStationLibrary : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aDeployTellsForHowLongItWaits()
    {
        Library f;
        f.registerPlain();
        const auto id = f.station->deploy(mac(), f.image, {});
        QVERIFY(id.ok());
        QTRY_COMPARE_WITH_TIMEOUT(f.disk->asked(), 1, patience);
        f.wait(9'999);
        QCOMPARE(f.job(*id).imageSeconds, 0);
        f.wait(1);
        QCOMPARE(f.job(*id).imageSeconds, 10);
        f.wait(589'000);
        QCOMPARE(f.job(*id).imageSeconds, 599);
        QCOMPARE(f.job(*id).state, JobState::Queued);
        // And then it answers.
        f.disk->answer();
        QTRY_VERIFY_WITH_TIMEOUT(!f.waitsForDisk(1), patience);
        f.tick();
        QCOMPARE(f.job(*id).imageSeconds, 0);
        QCOMPARE(f.ask().kind, ActionKind::Deploy);
    }

    void allThatWaitForItEndAndMayBeOrderedAgain()
    {
        Library f;
        f.registerPlain(1);
        f.registerPlain(2);
        const auto first = f.station->deploy(mac(1), f.image, {});
        const auto second = f.station->deploy(mac(2), f.image, {});
        QTRY_COMPARE_WITH_TIMEOUT(f.disk->asked(), 1, patience);
        f.wait(600'000);
        for (const auto &id : {first, second}) {
            const core::Job &job = f.job(*id);
            QCOMPARE(job.state, JobState::Failed);
            QCOMPARE(job.failure.code, FailureCode::StationIoError);
            QCOMPARE(job.failure.stage, protocol::Stage::Check);
            QVERIFY2(job.failure.detail.contains(job.imageIdentity),
                     qPrintable(job.failure.detail));
            QCOMPARE(job.imageSeconds, 0);
        }
        // Whoever orders again has mended something: it is looked at anew.
        const auto again = f.station->deploy(mac(1), f.image, {});
        QVERIFY(again.ok());
        QTRY_VERIFY_WITH_TIMEOUT(f.disk->asked() >= 2, patience);
        f.tick();
        QCOMPARE(f.job(*again).state, JobState::Queued);
        QCOMPARE(f.job(*again).imageSeconds, 0);
        f.disk->answer();
        QCOMPARE(f.poll(1).kind, ActionKind::Deploy);
    }

    // Nobody has waited in between: the next order does not pay for the one before.
    void anOrderMuchLaterWaitsInItsOwnRight()
    {
        Library f;
        f.registerPlain();
        const auto first = f.station->deploy(mac(), f.image, {});
        QTRY_COMPARE_WITH_TIMEOUT(f.disk->asked(), 1, patience);
        f.wait(300'000);
        QVERIFY(f.station->cancel(*first, u"test"_s).ok());
        f.now += 3'600'000;
        (void)f.ask();
        const auto second = f.station->deploy(mac(), f.image, {});
        QVERIFY(second.ok());
        f.wait(599'000);
        QCOMPARE(f.job(*second).state, JobState::Queued);
        QCOMPARE(f.job(*second).imageSeconds, 599);
    }

    // A backup, and a deploy of a device that is not there, are about something else.
    void othersAreNotConcerned()
    {
        Library f;
        f.registerPlain(1);
        f.registerPlain(2);
        f.registerPlain(3);
        const auto waiting = f.station->deploy(mac(1), f.image, {});
        const auto away = f.station->deploy(mac(2), f.image, {});
        const auto backup = f.backup(mac(3), f.folder.filePath(u"b.img"_s));
        QVERIFY(backup.ok());
        QTRY_COMPARE_WITH_TIMEOUT(f.disk->asked(), 1, patience);
        f.wait(300'000);
        QCOMPARE(f.job(*waiting).imageSeconds, 300);
        QCOMPARE(f.job(*away).imageSeconds, 0);
        QCOMPARE(f.job(*backup).imageSeconds, 0);
        QCOMPARE(f.ask(3).kind, ActionKind::Backup);
    }
};

QTEST_GUILESS_MAIN(TestStationLibrary)
#include "tst_station_library.moc"
