// SPDX-License-Identifier: GPL-3.0-or-later
// The Stage column's sentences, and the words for everything that the station can say.
#include "rows.h"
#include "ui/job_text.h"
#include "ui/message_text.h"

#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using core::JobKind;
using core::JobState;
using core::MessageKind;
using core::Outcome;
using protocol::FailureCode;
using protocol::Phase;
using protocol::Stage;
using ui::Tone;

namespace
{

template<class Enum, class Words>
void verifyDistinct(Enum last, Words words)
{
    QSet<QString> seen;
    for (int value = 0; value <= int(last); ++value) {
        const QString text = words(Enum(value));
        QVERIFY2(!text.isEmpty(), qPrintable(QString::number(value)));
        seen.insert(text);
    }
    QCOMPARE(seen.size(), int(last) + 1);
}

ui::DeviceRow ended(JobKind kind, JobState state, Outcome outcome)
{
    ui::DeviceRow row = rows::withJob(1, kind, state);
    row.job->outcome = outcome;
    return row;
}

} // namespace

class TestJobText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyValueHasWords()
    {
        verifyDistinct(Phase::Committing, ui::phaseText);
        verifyDistinct(Outcome::BackupLengthUnknown, ui::outcomeText);
        verifyDistinct(Outcome::BackupLengthUnknown, ui::outcomeMeaning);
        verifyDistinct(JobState::Cancelled, ui::jobStateName);
        verifyDistinct(JobKind::Backup, ui::jobKindName);
        verifyDistinct(ui::Severity::Error, ui::severityName);
    }

    void stages_data()
    {
        QTest::addColumn<ui::DeviceRow>("row");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("tone");
        const auto add = [](const char *name, const ui::DeviceRow &row, const QString &text,
                            Tone tone) { QTest::newRow(name) << row << text << int(tone); };
        add("idle", rows::device(1), u"Idle"_s, Tone::Muted);
        ui::DeviceRow away = rows::device(1);
        away.silentSeconds = 130;
        add("away", away, u"Offline for 2 min"_s, Tone::Muted);
        ui::DeviceRow conflict = rows::device(1);
        conflict.device.otherAddress = u"10.20.50.9"_s;
        add("conflict", conflict, u"Address conflict: 10.20.50.9 uses this MAC address, too"_s,
            Tone::Warning);
        ui::DeviceRow offered = rows::withJob(1, JobKind::Deploy, JobState::Offered);
        add("offered", offered, u"Deploy offered – waiting for the device to fetch it"_s,
            Tone::Busy);
        offered.silentSeconds = 61;
        add("offered, away", offered, u"Offline for 1 min: will be written when it comes back"_s,
            Tone::Warning);
        ui::DeviceRow absent = rows::withJob(1, JobKind::Deploy, JobState::Queued);
        absent.silentSeconds = 7505;
        add("ordered for one that is away", absent,
            u"Offline for 2 h: will be written when it comes back"_s, Tone::Warning);
        absent.job->kind = JobKind::Backup;
        add("backup of one that is away", absent,
            u"Offline for 2 h: will be backed up when it comes back"_s, Tone::Warning);
        add("backup offered", rows::withJob(1, JobKind::Backup, JobState::Offered),
            u"Backup offered – waiting for the device to send it"_s, Tone::Busy);
        add("writing", rows::writing(1, 1, 2), u"Writing"_s, Tone::Busy);
        ui::DeviceRow waiting = rows::withJob(1, JobKind::Deploy, JobState::Queued);
        add("queued", waiting, u"Deploy queued"_s, Tone::Busy);
        waiting.job->place = 3;
        waiting.waitingDeploys = 12;
        add("in the queue", waiting, u"Queued: 3rd of 12"_s, Tone::Busy);
        for (const auto &[place, text] : std::initializer_list<std::pair<int, const char16_t *>>{
                 {1, u"1st"}, {2, u"2nd"}, {4, u"4th"}, {11, u"11th"}, {12, u"12th"}}) {
            waiting.job->place = place;
            QTest::addRow("place %d", place)
                << waiting << u"Queued: %1 of 12"_s.arg(QStringView(text)) << int(Tone::Busy);
        }
        ui::DeviceRow plain = rows::writing(1, 1, 2);
        plain.job->level = core::Level::Plain;
        add("plain", plain, u"Sending the image"_s, Tone::Busy);
        ui::DeviceRow silent = rows::writing(1, 1, 2);
        silent.job->silentSeconds = 37;
        add("nothing heard", silent,
            u"Writing: no sign of the device for 37 s. Resumes when it reconnects"_s,
            Tone::Warning);
        ui::DeviceRow stalled = rows::withJob(1, JobKind::Backup, JobState::Transferring);
        stalled.job->phase = Phase::Reading;
        stalled.job->destinationSeconds = 9;
        add("a disk's pause", stalled, u"Reading the device"_s, Tone::Busy);
        stalled.job->destinationSeconds = 14;
        add("a disk that takes nothing", stalled, u"The disk has taken no data for 14 s"_s,
            Tone::Warning);
        ui::DeviceRow opening = rows::withJob(1, JobKind::Backup, JobState::Queued);
        opening.job->path = u"/mnt/nas/a.img"_s;
        add("a disk that answers at once", opening, u"Backup queued"_s, Tone::Busy);
        opening.job->destinationSeconds = 3;
        add("a disk that takes its time", opening, u"Opening /mnt/nas"_s, Tone::Busy);
        opening.job->destinationSeconds = 10;
        add("a disk that does not answer", opening, u"/mnt/nas has not answered for 10 s"_s,
            Tone::Warning);
        opening.job->state = JobState::Offered;
        opening.job->interrupted = true; // by a restart of the station
        add("nor after a restart", opening, u"/mnt/nas has not answered for 10 s"_s, Tone::Warning);
        ui::DeviceRow library = rows::withJob(1, JobKind::Deploy, JobState::Queued);
        library.job->imageSeconds = 10;
        add("the library's disk does not answer", library,
            u"The disk of the image library has not answered for 10 s"_s, Tone::Warning);
        library.job->place = 2; // nor would its turn be of any help
        add("nor to those in the queue", library,
            u"The disk of the image library has not answered for 10 s"_s, Tone::Warning);
        ui::DeviceRow verifying = rows::withJob(1, JobKind::Deploy, JobState::Verifying);
        verifying.job->phase = Phase::Verifying;
        add("reading back", verifying, u"Verifying"_s, Tone::Busy);
        ui::DeviceRow cut = rows::writing(1, 1, 2);
        cut.job->interrupted = true;
        cut.job->failure = {FailureCode::ConnectionLost, Stage::Write, {}};
        add("interrupted", cut,
            u"Interrupted: The connection to the device was lost. Resumes when the device reconnects"_s,
            Tone::Warning);
        add("verified", ended(JobKind::Deploy, JobState::Succeeded, Outcome::Verified),
            u"Done – verified"_s, Tone::Good);
        add("sent", ended(JobKind::Deploy, JobState::Succeeded, Outcome::SentNotVerified),
            u"Sent, not verified"_s, Tone::Warning);
        ui::DeviceRow failed = ended(JobKind::Deploy, JobState::Failed, Outcome::None);
        failed.job->failure = {FailureCode::DeviceWriteError, Stage::Write, u"EIO"_s};
        add("failed", failed, u"Writing failed: The device's storage refused a write"_s, Tone::Bad);
        add("cancelled", ended(JobKind::Backup, JobState::Cancelled, Outcome::None),
            u"Backup cancelled"_s, Tone::Muted);
        ui::DeviceRow unbegun = ended(JobKind::Deploy, JobState::Cancelled, Outcome::None);
        add("cancelled before it began", unbegun, u"Deploy cancelled"_s, Tone::Muted);
        unbegun.job->started = QDateTime::currentDateTimeUtc();
        add("cancelled in the middle", unbegun, u"Cancelled, does not start until deployed"_s,
            Tone::Warning);

        // Who the device is, is doubtful.
        ui::DeviceRow other = ended(JobKind::Deploy, JobState::Succeeded, Outcome::Verified);
        other.device.otherUnit = u"10000000beef"_s;
        add("another board", other, u"Another board (10000000beef) uses this MAC address"_s,
            Tone::Warning);
        ui::DeviceRow twin = ended(JobKind::Deploy, JobState::Succeeded, Outcome::Verified);
        twin.device.sameSerial = rows::mac(2);
        add("a serial number twice", twin,
            u"Done – verified – Same serial number as e4:5f:01:00:00:02"_s, Tone::Warning);
        ui::DeviceRow moved = rows::device(1);
        moved.device.takeoverShown = true;
        moved.device.otherAddress = u"10.20.50.5"_s; // that it had
        add("a new address", moved, u"New address 10.20.50.101: check the device, then re-arm it"_s,
            Tone::Warning);
        moved = rows::writing(1, 1, 2);
        moved.device.takeoverShown = true;
        add("a new address, at work", moved, u"Writing"_s, Tone::Busy);
    }

    void stages()
    {
        QFETCH(ui::DeviceRow, row);
        const ui::StageText stage = ui::stageText(row);
        QTEST(stage.text, "text");
        QTEST(int(stage.tone), "tone");
        QVERIFY(stage.glyph != ui::Glyph::None); // never colour alone
    }

    void everyMessageHasASentence()
    {
        ui::MessageContext context{u"device"_s,
                                   u"golden.img"_s,
                                   {},
                                   rows::withJob(1, JobKind::Deploy, JobState::Failed).job};
        QSet<QString> seen;
        for (int kind = 0; kind <= int(MessageKind::StationWarning); ++kind) {
            core::Message message;
            message.kind = MessageKind(kind);
            message.failure = {FailureCode::StorageFull, Stage::Import, {}};
            message.text = u"reboot"_s;
            const ui::MessageText text = ui::messageText(message, context);
            QVERIFY(text.text.endsWith(u'.'));
            seen.insert(text.text);
        }
        QCOMPARE(seen.size(), int(MessageKind::StationWarning) + 1);
    }

    void failuresSayTheNextStep()
    {
        core::Message message;
        message.kind = MessageKind::JobFailed;
        message.failure = {FailureCode::VerifyMismatch, Stage::Verify, {}};
        const ui::MessageText text = ui::messageText(message, {});
        QCOMPARE(text.severity, ui::Severity::Error);
        QVERIFY(text.text.contains(u"Verification failed"_s));
        QVERIFY(text.nextStep.contains(u"Replace the module"_s));
    }

    void anUnprovenSuccessIsAWarning()
    {
        core::Message message;
        message.kind = MessageKind::JobSucceeded;
        ui::MessageContext context;
        context.job = ended(JobKind::Deploy, JobState::Succeeded, Outcome::SentNotVerified).job;
        QCOMPARE(ui::messageText(message, context).severity, ui::Severity::Warning);
        context.job->outcome = Outcome::Verified;
        QCOMPARE(ui::messageText(message, context).severity, ui::Severity::Success);
    }

    void anImportWithWarningsIsAWarning()
    {
        core::Message message;
        message.kind = MessageKind::ImportFinished;
        ui::MessageContext context{u"device"_s, u"a.img"_s, {}, {}};
        QCOMPARE(ui::messageText(message, context).severity, ui::Severity::Success);
        QCOMPARE(ui::messageText(message, context).text, u"a.img is ready to be deployed."_s);
        context.imageWarnings = {{core::ImageWarningCode::NoPartitionTable, 0, 0, {}}};
        const ui::MessageText text = ui::messageText(message, context);
        QCOMPARE(text.severity, ui::Severity::Warning);
        QVERIFY(text.text.contains(u"no partition table"_s));
        QVERIFY(!text.text.contains(u"ready to be deployed"_s));
        QVERIFY(!text.nextStep.isEmpty());
    }

    // What is told of a restart of the station names no cable.
    void aRestartOfTheStationIsNoLostConnection()
    {
        core::Message message;
        message.kind = MessageKind::JobInterrupted;
        message.failure = {FailureCode::StationRestarted, Stage::None, {}};
        const ui::MessageText text = ui::messageText(message, {});
        QVERIFY(text.text.contains(u"The station was restarted."_s));
        QVERIFY(!text.nextStep.contains(u"cable"_s));
    }

    void refusalNamesTheOrder()
    {
        const ui::MessageText text =
            ui::refusalText(u"Deploy"_s, {FailureCode::DeviceBusy, {}, {}});
        QCOMPARE(text.text, u"Deploy refused: The device already has a job."_s);
        QVERIFY(!text.nextStep.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestJobText)
#include "tst_job_text.moc"
