// SPDX-License-Identifier: GPL-3.0-or-later
// The index of jobs, and that the station's work does not grow with its history.
#include "core/job_index.h"

#include "station_bench.h"

using namespace bench;
using core::Job;
using core::JobIndex;

namespace
{

Job job(const QString &id, int device, JobState state)
{
    Job job;
    job.id = id;
    job.token = id + u"-token"_s;
    job.mac = mac(device);
    job.state = state;
    return job;
}

} // namespace

class TestJobIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsJobsByIdAndDevice()
    {
        JobIndex index;
        index.add(job(u"a"_s, 1, JobState::Succeeded), 0);
        index.add(job(u"b"_s, 2, JobState::Queued), 1);
        index.add(job(u"c"_s, 1, JobState::Offered), 2);
        QCOMPARE(index.find(u"b"_s), std::optional<qsizetype>(1));
        QCOMPARE(index.find(u"x"_s), std::nullopt);
        QCOMPARE(index.latest(mac(1)), std::optional<qsizetype>(2));
        QCOMPARE(index.latest(mac(3)), std::nullopt);
        QCOMPARE(index.of(mac(1)), (QList<qsizetype>{0, 2}));
        QVERIFY(index.of(mac(3)).isEmpty());
    }

    void anEndedJobIsNotOpen()
    {
        JobIndex index;
        index.add(job(u"a"_s, 1, JobState::Failed), 0);
        index.add(job(u"b"_s, 2, JobState::Queued), 1);
        index.add(job(u"c"_s, 3, JobState::Verifying), 2);
        QCOMPARE(index.open(), (QList<qsizetype>{1, 2}));
        index.close(u"b"_s);
        index.close(u"b"_s);
        index.close(u"a"_s);
        QCOMPARE(index.open(), (QList<qsizetype>{2}));
        QCOMPARE(index.find(u"b"_s), std::optional<qsizetype>(1));
    }

    // As the station has it: a device's history survives a restart, and only its end is asked for.
    void theStationKnowsADevicesJobs()
    {
        Fixture f;
        const core::ImageId image = f.import();
        (void)f.registerFull();
        QCOMPARE(f.station->jobCountOf(mac()), 0);
        for (int i = 0; i < 3; ++i) {
            const auto id = f.station->deploy(mac(), image, {});
            QVERIFY(id.ok());
            QVERIFY(f.station->cancel(*id, u"test"_s));
        }
        const auto last = f.station->deploy(mac(), image, {});
        QVERIFY(last.ok());
        f.restart();
        QCOMPARE(f.station->jobCountOf(mac()), 4);
        QCOMPARE(f.station->jobsOf(mac(), 2).size(), 2);
        QCOMPARE(f.station->jobsOf(mac(), 2).last().id, *last);
        QCOMPARE(f.station->jobsOf(mac(), 100).size(), 4);
        QVERIFY(f.station->jobsOf(mac(2), 100).isEmpty());
        QCOMPARE(f.station->latestJob(mac())->state, JobState::Queued);
        QVERIFY(f.station->cancel(*last, u"test"_s));
        QCOMPARE(f.station->job(*last)->state, JobState::Cancelled);
    }

    void automaticModeIsSwitchedOff()
    {
        core::StationOptions options;
        options.autoMode = core::AutoMode::Deploy;
        Fixture f(options);
        f.station->setGoldenImage(f.import());
        (void)f.poll(1, f.registerFull(1));
        QCOMPARE(f.station->jobs().size(), 1);
        QSignalSpy changed(f.station.get(), &core::Station::autoModeChanged);
        f.station->setAutoMode(core::AutoMode::Off);
        f.station->setAutoMode(core::AutoMode::Off);
        QCOMPARE(changed.size(), 1);
        (void)f.poll(2, f.registerFull(2));
        QCOMPARE(f.station->jobs().size(), 1); // the one that was ordered goes on
        QVERIFY(!core::isEnded(f.station->jobs().first().state));
        f.station->setAutoMode(core::AutoMode::Deploy);
        QCOMPARE(f.station->jobs().size(), 2);
    }
};

QTEST_GUILESS_MAIN(TestJobIndex)
#include "tst_job_index.moc"
