// SPDX-License-Identifier: GPL-3.0-or-later
// A backup that is to be read twice, as far as the station has to do with it.
#include "core/station_bench.h"
#include "protocol/names.h"

#include <QFileInfo>

using namespace bench;
using core::JobOptions;
using protocol::VerifyScope;

namespace
{

constexpr qint64 size = qint64(1) << 30; // of the bench's device

struct Proof : Fixture {
    explicit Proof(VerifyScope verify = VerifyScope::Full) : session(registerFull())
    {
        JobOptions wish;
        wish.verify = verify;
        id = *station->backup(mac(), folder.filePath(u"b.img.zst"_s), wish);
    }

    void tell(Phase phase, qint64 done, qint64 total = size)
    {
        QVERIFY(station->report(id, session, progress(phase, done, total)).ok());
        now += 200;
        QMetaObject::invokeMethod(station.get(), "tick");
    }

    void commit(const QString &note)
    {
        post({TransferEvent::Kind::Completed,
              job(id).token,
              core::Level::Full,
              {},
              {size, QString(64, u'a')},
              note});
    }

    QString session;
    core::JobId id;
};

} // namespace

class TestBackupProof : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDeviceIsTold()
    {
        Proof f;
        QCOMPARE(f.poll(1, f.session).verify, VerifyScope::Full);
        f.restart();
        const auto action = f.poll(1, f.session);
        QCOMPARE(action.kind, ActionKind::Backup);
        QCOMPARE(action.verify, VerifyScope::Full);
        Proof once(VerifyScope::Sampled);
        QCOMPARE(once.poll(1, once.session).verify, VerifyScope::Sampled);
    }

    // It has no way to do it, and is not ordered to.
    void aPlainDeviceCannot()
    {
        Fixture f;
        f.registerPlain();
        JobOptions wish;
        wish.verify = VerifyScope::Full;
        const QString path = f.folder.filePath(u"b.img"_s);
        QCOMPARE(f.station->backup(mac(), path, wish).failure().code, FailureCode::Unsupported);
        QVERIFY(!QFileInfo::exists(path + u".part"_s));
        QVERIFY(f.station->backup(mac(), path, {}).ok());
    }

    void theRecordSaysWhetherItWasDone_data()
    {
        QTest::addColumn<QString>("told");
        QTest::addColumn<QString>("kept");
        const QString twice(protocol::names::readTwice);
        QTest::newRow("done") << twice << twice;
        QTest::newRow("done, and more") << twice + "; no ext4"_L1 << twice + "; no ext4"_L1;
        QTest::newRow("a client that knows nothing of it")
            << QString() << u"read once only, although it was to be read twice"_s;
        QTest::newRow("likewise, with a note")
            << u"no ext4"_s << u"read once only, although it was to be read twice; no ext4"_s;
    }

    void theRecordSaysWhetherItWasDone()
    {
        QFETCH(QString, told);
        QFETCH(QString, kept);
        Proof f;
        f.commit(told);
        QCOMPARE(f.job(f.id).outcome, Outcome::BackupVerified);
        QCOMPARE(f.job(f.id).note, kept);
        Proof once(VerifyScope::Sampled);
        once.commit(u"no ext4"_s);
        QCOMPARE(once.job(once.id).note, u"no ext4"_s);
    }

    // What is read again is work, too: the bar of the whole job does not stand at its end
    // meanwhile.
    void theProgressIsOfBoth()
    {
        Proof f;
        (void)f.poll(1, f.session);
        const auto transfer = f.board->find(f.job(f.id).token);
        f.tell(Phase::Reading, size / 2);
        transfer->done = size / 2;
        f.tell(Phase::Reading, size / 2);
        QCOMPARE(f.job(f.id).done, size / 2);
        QCOMPARE(f.job(f.id).overallDone, size / 2);
        QCOMPARE(f.job(f.id).overallTotal, 2 * size);
        transfer->done = size;
        f.tell(Phase::Verifying, size / 4);
        QCOMPARE(f.job(f.id).state, JobState::Verifying);
        QCOMPARE(f.job(f.id).done, size / 4);
        QCOMPARE(f.job(f.id).overallDone, size + size / 4);
        QCOMPARE(f.job(f.id).overallTotal, 2 * size);
        f.tell(Phase::Committing, 0, 0);
        QCOMPARE(f.job(f.id).overallDone, size + size / 4); // never back
        f.commit(QString(protocol::names::readTwice));
        QCOMPARE(f.job(f.id).state, JobState::Succeeded);
        QCOMPARE(f.job(f.id).overallDone, 2 * size);
    }

    void whatDiffersFailsTheJob()
    {
        Proof f;
        f.tell(Phase::Verifying, size / 4);
        protocol::Report report;
        report.kind = ReportKind::Failed;
        report.failure = {FailureCode::BackupMismatch, protocol::Stage::Verify, u"chunk 3"_s};
        QVERIFY(f.station->report(f.id, f.session, report).ok());
        QCOMPARE(f.job(f.id).state, JobState::Failed);
        QCOMPARE(f.job(f.id).failure.code, FailureCode::BackupMismatch);
        QTRY_VERIFY(!QFileInfo::exists(f.job(f.id).path + u".part"_s));
        QVERIFY(!QFileInfo::exists(f.job(f.id).path));
    }
};

QTEST_GUILESS_MAIN(TestBackupProof)
#include "tst_backup_proof.moc"
