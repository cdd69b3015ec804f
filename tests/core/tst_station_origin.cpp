// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs whose bytes pass the station by: no connection of the lane ever begins, moves or ends them,
// the device's reports do.
#include "core/station_bench.h"

#include <QFileInfo>

using namespace bench;

namespace
{

core::StationOptions withOrigin()
{
    core::StationOptions options;
    options.imageOrigin = QUrl(u"http://10.0.0.9:8080/packs of today/"_s);
    return options;
}

struct Deploy : Fixture {
    core::ImageId image;
    QString session;
    core::JobId id;

    Deploy() : Fixture(withOrigin()), image(import()), session(registerFull())
    {
        const auto made = station->deploy(mac(), image, {});
        if (!made)
            qFatal("no job: %s", qPrintable(made.failure().detail));
        id = *made;
    }
    [[nodiscard]] protocol::Action offered() { return poll(1, session); }
    [[nodiscard]] bool tell(const protocol::Report &report) const
    {
        return station->report(id, session, report).ok();
    }
    [[nodiscard]] const core::Job &job() const { return Fixture::job(id); }
    void pass(std::chrono::milliseconds time)
    {
        now += time.count();
        QMetaObject::invokeMethod(station.get(), "tick");
    }
};

} // namespace

class TestStationOrigin : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isNamedToOurClient()
    {
        Deploy f;
        const auto action = f.offered();
        const QString identity = f.library->image(f.image)->identity;
        QCOMPARE(action.originUrl,
                 u"http://10.0.0.9:8080/packs%20of%20today/%1.img.zst"_s.arg(identity));
        // What lies there is a copy of this file.
        const QFileInfo pack(f.folder.filePath(u"images/%1.img.zst"_s.arg(identity)));
        QCOMPARE(action.originSize, pack.size());
        QCOMPARE(action.originMapOffset, f.library->pack(f.image)->tail().tailOffset());
        // The station stays the one to fall back on.
        QVERIFY(action.packUrl.startsWith(base) && action.mapUrl.startsWith(base));
        QVERIFY(action.reportUrl.startsWith(base));
    }

    void isNotNamedToOthers()
    {
        Fixture plain(withOrigin());
        const auto image = plain.import();
        plain.registerPlain();
        QVERIFY(plain.station->deploy(mac(), image, {}).ok());
        const auto action = plain.poll();
        QCOMPARE(action.kind, ActionKind::Deploy);
        QVERIFY(action.originUrl.isEmpty() && action.url.startsWith(base));

        Fixture without;
        const auto same = without.import();
        const QString session = without.registerFull();
        QVERIFY(without.station->deploy(mac(), same, {}).ok());
        QVERIFY(without.poll(1, session).originUrl.isEmpty());
    }

    // From offered to verified, by nothing but what the device says.
    void reportsMakeItsCourse()
    {
        Deploy f;
        (void)f.offered();
        QCOMPARE(f.job().state, JobState::Offered);
        QVERIFY(f.tell(f.progress(Phase::Checking, 0, 0)));
        QCOMPARE(f.job().state, JobState::Transferring);
        QVERIFY(f.job().started.isValid());
        QCOMPARE(f.job().level, core::Level::Full);
        QVERIFY(f.tell(f.progress(Phase::Writing, 1000, 4000)));
        f.pass(std::chrono::seconds(1));
        QVERIFY(f.tell(f.progress(Phase::Writing, 3000, 4000)));
        f.pass(std::chrono::seconds(1));
        QCOMPARE(f.job().done, 3000);
        QVERIFY(f.job().bytesPerSecond > 0);
        QVERIFY(f.station->isOnline(*f.station->device(mac())));
        QVERIFY(f.tell(f.progress(Phase::Verifying)));
        QCOMPARE(f.job().state, JobState::Verifying);
        auto report = f.deployed(f.job());
        report.note = u"the image origin was not reachable"_s;
        QVERIFY(f.tell(report));
        QCOMPARE(f.job().outcome, Outcome::Verified);
        QCOMPARE(f.job().note, report.note);
    }

    // A device whose power went out does not even close a connection.
    void silenceEndsTheTurn()
    {
        Deploy f;
        const auto first = f.offered();
        QVERIFY(f.tell(f.progress(Phase::Writing)));
        f.pass(protocol::fullStallDeadline - std::chrono::seconds(1));
        QCOMPARE(f.job().state, JobState::Transferring);
        QVERIFY(f.tell(f.progress(Phase::Writing))); // it zeroes: alive, though nothing moves
        f.pass(protocol::fullStallDeadline - std::chrono::seconds(1));
        QCOMPARE(f.job().state, JobState::Transferring);
        f.pass(std::chrono::seconds(2));
        QCOMPARE(f.job().state, JobState::Offered);
        QVERIFY(f.job().interrupted);
        QCOMPARE(f.job().failure.code, FailureCode::NotReported);
        const QString again = f.registerFull(1, u"boot-2"_s);
        QCOMPARE(f.poll(1, again).originUrl, first.originUrl);
    }

    // It was away and goes on by itself.
    void reportsTakeItUpAgain()
    {
        Deploy f;
        (void)f.offered();
        QVERIFY(f.tell(f.progress(Phase::Writing)));
        f.pass(protocol::fullStallDeadline + std::chrono::seconds(1));
        QCOMPARE(f.job().state, JobState::Offered);
        QVERIFY(f.tell(f.progress(Phase::Writing, 2, 2)));
        QCOMPARE(f.job().state, JobState::Transferring);
        QVERIFY(!f.job().interrupted);
    }

    void clientAsksAgain()
    {
        Deploy f;
        const auto first = f.offered();
        QVERIFY(f.tell(f.progress(Phase::Writing)));
        f.pass(std::chrono::milliseconds(core::silentSessionMs));
        const QString session = f.registerFull(); // killed and started, the same boot
        const auto second = f.poll(1, session);
        QCOMPARE(second.originUrl, first.originUrl);
        QCOMPARE(f.job().state, JobState::Offered);
        QVERIFY(!f.tell(f.progress(Phase::Writing))); // the one before has no say any more
    }

    void livesOnOverARestart()
    {
        Deploy f;
        const auto first = f.offered();
        QVERIFY(f.tell(f.progress(Phase::Writing)));
        f.restart();
        QCOMPARE(f.job().state, JobState::Offered);
        QVERIFY(f.tell(f.progress(Phase::Verifying)));
        QCOMPARE(f.job().state, JobState::Verifying);
        QCOMPARE(f.poll(1, f.session).originUrl, first.originUrl);
    }

    void isCancelled()
    {
        Deploy f;
        (void)f.offered();
        QVERIFY(f.tell(f.progress(Phase::Writing)));
        QVERIFY(f.station->cancel(f.id, u"operator"_s).ok());
        QCOMPARE(f.job().state, JobState::Cancelled);
        const auto told = f.station->report(f.id, f.session, f.progress(Phase::Writing));
        QCOMPARE(told.failure().code, FailureCode::UnknownJob);
    }
};

QTEST_GUILESS_MAIN(TestStationOrigin)
#include "tst_station_origin.moc"
