// SPDX-License-Identifier: GPL-3.0-or-later
// The course of jobs: deploys, backups, what ends them, and automatic mode.
#include "core/station_bench.h"

#include <QDir>

#include <unistd.h>

using namespace Qt::StringLiterals;
using core::JobState;
using core::Outcome;
using core::TransferEvent;
using protocol::ActionKind;
using protocol::FailureCode;
using protocol::Phase;
using protocol::ReportKind;
using namespace bench;
using namespace std::chrono_literals;

class TestStationJobs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void plainDeploy()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        QVERIFY(f.answer.ok() && f.answer->session.isEmpty());
        QCOMPARE(f.answer->pollIntervalSeconds, 5);
        QCOMPARE(f.poll().kind, ActionKind::None);
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(id.ok());
        const auto action = f.poll();
        QCOMPARE(action.kind, ActionKind::Deploy);
        QVERIFY(action.url.startsWith(base + u"/transfer/"_s));
        QCOMPARE(f.poll().url, action.url); // offered at every poll until it begins
        f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        QCOMPARE(f.job(*id).state, JobState::Transferring);
        QCOMPARE(f.poll().kind, ActionKind::None);
        f.post({TransferEvent::Kind::Interrupted,
                f.job(*id).token,
                core::Level::Plain,
                {FailureCode::ConnectionLost, {}, {}},
                {},
                {}});
        QCOMPARE(f.job(*id).state, JobState::Offered);
        QVERIFY(f.job(*id).interrupted);
        QCOMPARE(f.poll().url, action.url);
        f.post({TransferEvent::Kind::Completed, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        QCOMPARE(f.job(*id).state, JobState::Succeeded);
        QCOMPARE(f.job(*id).outcome, Outcome::SentNotVerified);
        QVERIFY(!f.board->find(f.job(*id).token));
        QVERIFY(!f.station->device(mac())->armed);
    }

    void fullDeployNeedsProof()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        const auto action = f.poll(1, session);
        QCOMPARE(action.job, *id);
        QVERIFY(!action.mapUrl.isEmpty() && !action.packUrl.isEmpty() &&
                !action.reportUrl.isEmpty());
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Writing)).ok());
        QCOMPARE(f.job(*id).state, JobState::Transferring);
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Verifying)).ok());
        QCOMPARE(f.job(*id).state, JobState::Verifying);
        QVERIFY(f.station->report(*id, session, f.deployed(f.job(*id))).ok());
        QCOMPARE(f.job(*id).outcome, Outcome::Verified);
        // A repeated copy of the last report is answered kindly, anything else is refused.
        QVERIFY(f.station->report(*id, session, f.deployed(f.job(*id))).ok());
        QCOMPARE(f.station->report(*id, session, f.progress(Phase::Writing)).failure().code,
                 FailureCode::UnknownJob);
    }

    void repairsAreNoted()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        auto report = f.deployed(f.job(*id));
        report.proof.repairedChunks = 3;
        report.note = u"slow card"_s;
        QVERIFY(f.station->report(*id, session, report).ok());
        QCOMPARE(f.job(*id).outcome, Outcome::Verified);
        QCOMPARE(f.job(*id).note, u"3 MiB read back wrong and were written again; slow card"_s);
    }

    void wrongProofIsNoSuccess_data()
    {
        QTest::addColumn<bool>("wrongImage");
        QTest::newRow("other image") << true;
        QTest::newRow("too few bytes read back") << false;
    }

    void wrongProofIsNoSuccess()
    {
        QFETCH(bool, wrongImage);
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        auto report = f.deployed(f.job(*id));
        if (wrongImage)
            report.proof.imageIdentity = QString(64, u'0');
        else
            report.proof.verifiedBytes -= 1;
        QVERIFY(f.station->report(*id, session, report).ok());
        QCOMPARE(f.job(*id).state, JobState::Failed);
        QCOMPARE(f.job(*id).outcome, Outcome::None);
    }

    void imageRemovedInMidDeploy()
    {
        Fixture f;
        const auto image = f.import();
        f.station->setGoldenImage(image);
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Writing)).ok());
        const auto proof = f.deployed(f.job(*id));
        QVERIFY(f.library->remove(image).ok());
        QVERIFY(f.station->goldenImage().isEmpty());
        // What it was sent is still the measure.
        QVERIFY(f.station->report(*id, session, proof).ok());
        QCOMPARE(f.job(*id).outcome, Outcome::Verified);
        QVERIFY(f.job(*id).total > 0);
    }

    // A job needs its image to its end, over a restart of the station too.
    void packStaysAsLongAsAJobNeedsIt()
    {
        Fixture f;
        const auto image = f.import();
        const QString identity = f.library->image(image)->identity;
        const QString pack = f.folder.filePath(u"images/%1.img.zst"_s.arg(identity));
        f.registerPlain(1);
        f.registerPlain(2);
        const auto first = f.station->deploy(mac(1), image, {});
        const auto second = f.station->deploy(mac(2), image, {});
        f.post({TransferEvent::Kind::Began, f.job(*first).token, core::Level::Plain, {}, {}, {}});
        QVERIFY(f.library->remove(image).ok());
        f.restart(); // which waits for removals
        QVERIFY(QFile::exists(pack));
        for (const auto &id : {*first, *second}) {
            QCOMPARE(f.job(id).state, id == *first ? JobState::Offered : JobState::Queued);
            QVERIFY(f.board->find(f.job(id).token)->description().pack);
        }
        f.post(
            {TransferEvent::Kind::Completed, f.job(*first).token, core::Level::Plain, {}, {}, {}});
        f.restart();
        QVERIFY(QFile::exists(pack));
        QVERIFY(f.station->cancel(*second, u"test"_s).ok());
        QTRY_VERIFY(!QFile::exists(pack));
    }

    void packsOfNobodyAreLeftAlone()
    {
        Fixture f;
        const auto image = f.import();
        const QString folder = f.folder.filePath(u"images/"_s);
        const QString own = folder + f.library->image(image)->identity + u".img.zst"_s;
        const QString orphan = folder + QString(64, u'a') + u".img.zst"_s;
        const QString foreign = folder + u"somebody's.img.zst"_s;
        QVERIFY(QFile::copy(own, orphan) && QFile::copy(own, foreign));
        f.restart();
        f.restart(); // which waits for removals
        QVERIFY(QFile::exists(orphan));
        QVERIFY(QFile::exists(own) && QFile::exists(foreign));
        QVERIFY(f.library->pack(image));
    }

    void deviceReportsFailure()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        protocol::Report report;
        report.kind = ReportKind::Failed;
        report.failure = {FailureCode::DeviceWriteError, protocol::Stage::Write, u"at 5"_s};
        QVERIFY(f.station->report(*id, session, report).ok());
        QCOMPARE(f.job(*id).state, JobState::Failed);
        QCOMPARE(f.job(*id).failure.code, FailureCode::DeviceWriteError);
        QCOMPARE(f.poll(1, session).kind, ActionKind::None);
    }

    void silentDeviceIsInterruptedNotFailed()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Zeroing)).ok());
        const auto pass = [&f](qint64 ms) {
            f.now += ms;
            const QSignalSpy looks(f.station.get(), &core::Station::deviceChanged);
            QTRY_VERIFY(looks.size() >= 2); // the station's timer has looked at it since
        };
        constexpr qint64 toldMs = std::chrono::milliseconds(protocol::fullSilence).count();
        constexpr qint64 endMs = std::chrono::milliseconds(protocol::fullStallDeadline).count();
        pass(toldMs - 1);
        QCOMPARE(f.job(*id).silentSeconds, 0); // nobody is alarmed yet
        pass(1);
        QCOMPARE(f.job(*id).silentSeconds, 5);
        pass(2'000);
        QCOMPARE(f.job(*id).silentSeconds, 7);
        QCOMPARE(f.job(*id).bytesPerSecond, 0.0);
        QCOMPARE(f.job(*id).secondsLeft, -1);
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Zeroing)).ok());
        QCOMPARE(f.job(*id).silentSeconds, 0);
        pass(endMs);
        QCOMPARE(f.job(*id).state, JobState::Transferring);
        QCOMPARE(f.job(*id).silentSeconds, 60);
        f.now += 1;
        QTRY_COMPARE(f.job(*id).state, JobState::Offered);
        QCOMPARE(f.job(*id).failure.code, FailureCode::NotReported);
        // It was only slow: it goes on.
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Writing)).ok());
        QCOMPARE(f.job(*id).state, JobState::Transferring);
        QVERIFY(!f.job(*id).interrupted);
    }

    void bottleneckOfTheMomentAndOfTheJob()
    {
        using protocol::Bottleneck;
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        const auto told = [&](Bottleneck bottleneck, Phase phase, qint64 ms) {
            f.now += ms;
            QVERIFY(f.station->report(*id, session, f.waitingFor(bottleneck, phase)).ok());
            QCOMPARE(f.job(*id).bottleneck, bottleneck);
        };
        told(Bottleneck::None, Phase::Checking, 500);
        for (int i = 0; i < 10; ++i)
            told(Bottleneck::Network, Phase::Writing, 500);
        f.post({TransferEvent::Kind::Interrupted,
                f.job(*id).token,
                core::Level::Full,
                {FailureCode::ConnectionLost, {}, {}},
                {},
                {}});
        QVERIFY(f.job(*id).interrupted);
        QCOMPARE(f.job(*id).bottleneck, Bottleneck::None);
        for (int i = 0; i < 5; ++i)
            told(Bottleneck::Storage, Phase::Verifying, 500);
        QVERIFY(f.station->report(*id, session, f.deployed(f.job(*id))).ok());
        QCOMPARE(f.job(*id).outcome, Outcome::Verified);
        QCOMPARE(f.job(*id).bottleneck, Bottleneck::Network);
        f.restart();
        QCOMPARE(f.job(*id).bottleneck, Bottleneck::Network);
    }

    void bottleneckIsNotKeptFromBeforeTheRestart()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        QVERIFY(f.station
                    ->report(*id, session,
                             f.waitingFor(protocol::Bottleneck::Storage, Phase::Verifying))
                    .ok());
        f.restart();
        QVERIFY(f.job(*id).interrupted);
        QCOMPARE(f.job(*id).bottleneck, protocol::Bottleneck::None);
    }

    // Its client tells nothing; the lane knows who was waited for.
    void bottleneckOfAPlainTransfer()
    {
        using protocol::Bottleneck;
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll();
        f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        const auto transfer = f.board->find(f.job(*id).token);
        const auto second = [&] {
            f.now += 1000;
            transfer->done += 1000;
            transfer->moved += 1000;
            transfer->clocks.network.add(100ms);
            transfer->clocks.storage.add(900ms);
            return f.job(*id).bottleneck;
        };
        // Sampled by the station's own timer, in between.
        QTRY_COMPARE(second(), Bottleneck::Storage);
        f.post(
            {TransferEvent::Kind::Interrupted, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        QCOMPARE(f.job(*id).bottleneck, Bottleneck::None);
        f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        f.post({TransferEvent::Kind::Completed, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        QCOMPARE(f.job(*id).state, JobState::Succeeded);
        QCOMPARE(f.job(*id).bottleneck, Bottleneck::Storage);
    }

    // What is written to the device, and what of it the wire carries, are two things.
    void speedOfTheWire()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        f.poll(1, session);
        const auto transfer = f.board->find(f.job(*id).token);
        qint64 done = 0;
        const auto second = [&] {
            f.now += 1000;
            done += 30'000'000;
            transfer->moved += 11'800'000;
            auto report = f.progress(Phase::Writing, done, 1'000'000'000);
            return f.station->report(*id, session, report).ok();
        };
        QVERIFY(second());
        // Sampled by the station's own timer, in between.
        QTRY_VERIFY(second() && f.job(*id).wireBytesPerSecond > 0);
        QVERIFY(f.job(*id).wireBytesPerSecond < f.job(*id).bytesPerSecond);
        f.post({TransferEvent::Kind::Interrupted,
                f.job(*id).token,
                core::Level::Full,
                {FailureCode::ConnectionLost, {}, {}},
                {},
                {}});
        QCOMPARE(f.job(*id).wireBytesPerSecond, 0.0);
    }

    void backupOutcomes()
    {
        Fixture f;
        f.registerPlain(1, here, 4096);
        f.registerPlain(2);
        const auto known = f.backup(mac(1), f.folder.filePath(u"a.img"_s), {});
        const auto unknown = f.backup(mac(2), f.folder.filePath(u"b.img"_s), {});
        QVERIFY(known.ok() && unknown.ok());
        for (const auto &id : {*known, *unknown})
            f.post({TransferEvent::Kind::Completed,
                    f.job(id).token,
                    core::Level::Plain,
                    {},
                    {4096, u"i"_s},
                    {}});
        QCOMPARE(f.job(*known).outcome, Outcome::BackupReceived);
        QCOMPARE(f.job(*unknown).outcome, Outcome::BackupLengthUnknown);
        QCOMPARE(f.backup(mac(1), u"/nonexistent/x.img"_s, {}).failure().code,
                 FailureCode::DestinationUnwritable);
    }

    void sizeToldAfterTheJobWasMade()
    {
        Fixture f;
        f.registerPlain();
        const auto id = f.backup(mac(), f.folder.filePath(u"a.img"_s), {});
        const auto transfer = f.board->find(f.job(*id).token);
        QCOMPARE(transfer->expectedSize(), 0);
        f.registerPlain(1, here, 8192);
        QCOMPARE(transfer->expectedSize(), 8192); // the lane measures by it
        f.registerPlain();
        QCOMPARE(transfer->expectedSize(), 8192);
        // A stream that had ended before was measured by nothing.
        f.post({TransferEvent::Kind::Completed,
                f.job(*id).token,
                core::Level::Plain,
                {},
                {4096, u"i"_s},
                {}});
        QCOMPARE(f.job(*id).outcome, Outcome::BackupLengthUnknown);
    }

    void cancelledBackupLeavesNothing()
    {
        Fixture f;
        f.registerPlain();
        const QString path = f.folder.filePath(u"a.img"_s);
        const auto id = f.backup(mac(), path, {});
        QVERIFY(QFile::exists(path + u".part"_s));
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        QTRY_VERIFY(!QFile::exists(path + u".part"_s));
    }

    // The name is free at once, though a lane thread has not let go of the file yet.
    void backsUpAgainRightAfterACancel()
    {
        Fixture f;
        f.registerPlain();
        const QString path = f.folder.filePath(u"a.img"_s);
        const auto first = f.backup(mac(), path, {});
        const auto transfer = f.board->find(f.job(*first).token);
        const quint64 connection = transfer->attach([] {});
        QVERIFY(connection != 0);
        QVERIFY(f.station->cancel(*first, u"test"_s).ok());
        const auto second = f.backup(mac(), path, {});
        QVERIFY2(second.ok(), second ? "" : qPrintable(second.failure().detail));
        transfer->detach(connection);
        f.restart();                               // which waits for what was given up
        QVERIFY(QFile::exists(path + u".part"_s)); // the second's
        QVERIFY(f.board->find(f.job(*second).token));
    }

    // What a job left that ended in the last moment before a crash is not another job's.
    void anotherJobStartsAfresh()
    {
        Fixture f;
        const QString session = f.registerFull();
        const QString path = f.folder.filePath(u"a.img"_s);
        const auto first = f.backup(mac(), path, {});
        auto sink = f.board->find(f.job(*first).token)->description().sink;
        QVERIFY(sink->setSize(3 * qint64(imaging::chunkBytes)).ok());
        protocol::UploadRecord zeros;
        zeros.zeroChunks = 2;
        QVERIFY(sink->append(0, zeros, {}).ok() && sink->sync().ok());
        sink.reset();
        f.restart();
        QCOMPARE(f.board->find(f.job(*first).token)->description().sink->next(), quint64(2));
        const QString kept = f.folder.filePath(u"kept"_s);
        // The very files: copies would be nobody's.
        const auto keep = [](const QString &from, const QString &to) {
            return link(from.toLocal8Bit().constData(), to.toLocal8Bit().constData()) == 0;
        };
        QVERIFY(keep(path + u".part"_s, kept));
        QVERIFY(keep(path + u".part.journal"_s, kept + u".journal"_s));
        QVERIFY(f.station->cancel(*first, u"test"_s).ok());
        QTRY_VERIFY(!QFile::exists(path + u".part"_s));
        QVERIFY(QFile::rename(kept, path + u".part"_s));
        QVERIFY(QFile::rename(kept + u".journal"_s, path + u".part.journal"_s));
        const auto second = f.backup(mac(), path, {});
        QVERIFY(second.ok());
        QCOMPARE(f.board->find(f.job(*second).token)->description().sink->next(), quint64(0));
    }

    // The .part was removed by hand while the station was down, and somebody put a file at the
    // final name: it is not the job's, and stays.
    void neverTakesAnothersFileForItsOwn()
    {
        Fixture f;
        f.registerPlain();
        const QString path = f.folder.filePath(u"a.img"_s);
        const auto id = f.backup(mac(), path, {});
        f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        f.stop();
        QVERIFY(QFile::remove(path + u".part"_s));
        QVERIFY(samples::writeFile(path, "the only copy"));
        f.open();
        QCOMPARE(f.job(*id).state, JobState::Failed);
        QCOMPARE(f.job(*id).failure.code, FailureCode::DestinationExists);
        QCOMPARE(samples::readFile(path), "the only copy");
    }

    // A crash between the rename and its record, once and again.
    void knowsItsOwnFileAfterACrash()
    {
        Fixture f;
        f.registerPlain();
        const QString path = f.folder.filePath(u"a.img"_s);
        const auto id = f.backup(mac(), path, {});
        f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        f.stop();
        QVERIFY(QFile::rename(path + u".part"_s, path) && QFile::remove(path + u".part.journal"_s));
        for (int start = 0; start < 2; ++start) {
            f.open();
            QVERIFY(!core::isEnded(f.job(*id).state));
            QVERIFY(f.board->find(f.job(*id).token)->description().sink);
            f.stop();
        }
    }

    // It was ordered, and the station ended before anything of it reached the database.
    void leavesNothingOfAJobThatNobodyKnows()
    {
        Fixture f;
        f.registerPlain();
        const QString path = f.folder.filePath(u"a.img"_s);
        QVERIFY(f.backup(mac(), path, {}).ok());
        const QString other = f.folder.filePath(u"b.img.part"_s);
        QVERIFY(samples::writeFile(other, "somebody else's"));
        QDir records(f.folder.filePath(u"backups"_s));
        QCOMPARE(records.entryList(QDir::Files).size(), 1);
        f.stop();
        for (const QString &end : {u""_s, u"-wal"_s, u"-shm"_s})
            QFile::remove(f.folder.filePath(u"s.sqlite"_s) + end);
        f.open();
        QTRY_VERIFY(!QFile::exists(path + u".part"_s));
        QTRY_VERIFY(!QFile::exists(path + u".part.journal"_s));
        QTRY_VERIFY(records.entryList(QDir::Files).isEmpty());
        QVERIFY(QFile::exists(other));
    }

    void keepsNoRecordOfAnEndedBackup()
    {
        Fixture f;
        f.registerPlain();
        const auto id = f.backup(mac(), f.folder.filePath(u"a.img"_s), {});
        QDir records(f.folder.filePath(u"backups"_s));
        QCOMPARE(records.entryList(QDir::Files), QStringList(*id));
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        QTRY_VERIFY(records.entryList(QDir::Files).isEmpty());
    }

    void anotherSizeIsJudgedAnew_data()
    {
        QTest::addColumn<bool>("begun");
        QTest::newRow("offered") << false;
        QTest::newRow("begun") << true;
    }

    // The job was made before the device told how large it is, or for another card.
    void anotherSizeIsJudgedAnew()
    {
        QFETCH(bool, begun);
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        if (begun)
            f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        f.registerPlain(1, here, qint64(1) << 30);
        QVERIFY(!core::isEnded(f.job(*id).state));
        f.registerPlain(1, here, 1'000'000);
        QVERIFY(f.answer.ok());
        QCOMPARE(f.job(*id).state, JobState::Failed);
        QCOMPARE(f.job(*id).failure.code, FailureCode::DeviceTooSmall);
        QCOMPARE(f.poll().kind, ActionKind::None);
    }

    // Forgetting takes a row away, not the guard against flashing a device again and again.
    void aForgottenDeviceIsNotDeployedAnew()
    {
        core::StationOptions options;
        options.autoMode = core::AutoMode::Deploy;
        Fixture f(options);
        f.station->setGoldenImage(f.import());
        f.registerPlain();
        QCOMPARE(f.poll().kind, ActionKind::Deploy);
        const core::JobId id = f.station->latestJob(mac())->id;
        f.post({TransferEvent::Kind::Completed, f.job(id).token, core::Level::Plain, {}, {}, {}});
        QVERIFY(f.station->forget(mac()).ok());
        f.restart();
        f.registerPlain();
        QCOMPARE(f.poll().kind, ActionKind::None);
        QVERIFY(!f.station->device(mac())->armed);
        QCOMPARE(f.station->latestJob(mac())->id, id);
        QVERIFY(f.station->rearm(mac()).ok());
        QVERIFY(f.station->latestJob(mac())->id != id);
    }

    // The operator did not want it, and one that never had a job is as good as new.
    void forgottenBeforeItBegan()
    {
        core::StationOptions options;
        options.autoMode = core::AutoMode::Deploy;
        Fixture f(options);
        f.registerPlain(2);
        QVERIFY(f.station->forget(mac(2)).ok());
        f.station->setGoldenImage(f.import());
        f.registerPlain(1);
        f.registerPlain(2);
        QCOMPARE(f.poll(1).kind, ActionKind::Deploy);
        QCOMPARE(f.poll(2).kind, ActionKind::Deploy);
        const core::JobId id = f.station->latestJob(mac(1))->id;
        QVERIFY(f.station->cancel(id, u"test"_s).ok());
        QVERIFY(f.station->forget(mac(1)).ok());
        f.registerPlain(1);
        QCOMPARE(f.poll(1).kind, ActionKind::None);
        QCOMPARE(f.station->latestJob(mac(1))->id, id);
    }

    void aNameEndsWhereItEnds()
    {
        Fixture f;
        f.registerPlain();
        const QString precious = f.folder.filePath(u"precious"_s);
        samples::writeFile(precious, "content");
        const QString name = precious + QChar(u'\0') + u".img"_s;
        QCOMPARE(f.backup(mac(), name, {}).failure().code, FailureCode::BadRequest);
        QCOMPARE(f.library->import(name).failure().code, FailureCode::ImageUnreadable);
        QCOMPARE(QFileInfo(precious).size(), 7);
    }

    void autoDeployOnceOnly()
    {
        core::StationOptions options;
        options.autoMode = core::AutoMode::Deploy;
        Fixture f(options);
        f.registerPlain();
        QCOMPARE(f.poll().kind, ActionKind::None);
        QVERIFY(!f.station->latestJob(mac())); // no golden image yet
        f.station->setGoldenImage(f.import());
        const core::Job *first = f.station->latestJob(mac());
        QVERIFY(first);
        const core::JobId id = first->id;
        f.post({TransferEvent::Kind::Completed, f.job(id).token, core::Level::Plain, {}, {}, {}});
        f.registerPlain();
        QCOMPARE(f.poll().kind, ActionKind::None);
        QCOMPARE(f.station->latestJob(mac())->id, id);
        f.restart();
        f.registerPlain();
        QCOMPARE(f.poll().kind, ActionKind::None);
        QCOMPARE(f.station->latestJob(mac())->id, id);
        QVERIFY(f.station->rearm(mac()).ok());
        QVERIFY(f.station->latestJob(mac())->id != id);
    }

    void lateEventsOfEndedJobsAreIgnored()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        f.post({TransferEvent::Kind::Completed, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        QCOMPARE(f.job(*id).state, JobState::Cancelled);
        QCOMPARE(f.job(*id).outcome, Outcome::None);
    }
};

QTEST_GUILESS_MAIN(TestStationJobs)
#include "tst_station_jobs.moc"
