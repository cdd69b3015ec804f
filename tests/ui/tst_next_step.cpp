// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever goes wrong, the device's row, its details and its history say why and what to do.
#include "rows.h"
#include "ui/device_cells.h"
#include "ui/device_facts.h"
#include "ui/failure_text.h"
#include "ui/image_model.h"
#include "ui/job_model.h"
#include "ui/job_text.h"

#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using core::JobKind;
using core::JobState;
using core::Outcome;
using protocol::FailureCode;
using protocol::Stage;
using ui::DeviceModel;
using ui::DeviceRow;

namespace
{

DeviceRow failed(FailureCode code, Stage stage, bool interrupted = false)
{
    DeviceRow row =
        rows::withJob(1, JobKind::Deploy, interrupted ? JobState::Transferring : JobState::Failed);
    row.job->failure = {code, stage, u"the detail"_s};
    row.job->interrupted = interrupted;
    return row;
}

QString toolTip(const DeviceRow &row)
{
    return ui::cellToolTip(row, DeviceModel::StageColumn);
}

QStringList valuesOf(const QList<ui::Fact> &facts, const QString &name)
{
    QStringList values;
    for (const ui::Fact &fact : facts) {
        if (fact.name == name && !fact.value.isEmpty())
            values << fact.value;
    }
    return values;
}

} // namespace

class TestNextStep : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFailureSaysCauseAndNextStep_data()
    {
        QTest::addColumn<bool>("interrupted");
        QTest::newRow("failed") << false;
        QTest::newRow("interrupted") << true;
    }

    void everyFailureSaysCauseAndNextStep()
    {
        QFETCH(bool, interrupted);
        for (int code = 0; code <= int(FailureCode::SourceStalled); ++code) {
            const DeviceRow row = failed(FailureCode(code), Stage::Write, interrupted);
            const ui::FailureText words = ui::failureText(row.job->failure);
            QVERIFY(!words.nextStep.isEmpty());
            const QString cause = ui::shortCause(row.job->failure);
            QVERIFY2(ui::cellText(row, DeviceModel::StageColumn).contains(cause),
                     qPrintable(cause));
            QVERIFY2(toolTip(row).contains(cause) && toolTip(row).contains(words.nextStep),
                     qPrintable(toolTip(row)));
            const auto facts = ui::jobFacts(row);
            QCOMPARE(valuesOf(facts, u"Cause"_s), QStringList{words.cause});
            QCOMPARE(valuesOf(facts, u"What to do"_s), QStringList{words.nextStep});
            QCOMPARE(valuesOf(facts, u"Detail"_s), QStringList{u"the detail"_s});
        }
    }

    // A deploy reads back what it wrote, a backup is read once more.
    void whatWasReadTwiceIsSaid()
    {
        for (const JobKind kind : {JobKind::Deploy, JobKind::Backup}) {
            DeviceRow row = rows::withJob(1, kind, JobState::Succeeded);
            QCOMPARE(valuesOf(ui::jobFacts(row), u"Options"_s), QStringList());
            row.job->options.verify = protocol::VerifyScope::Full;
            QCOMPARE(valuesOf(ui::jobFacts(row), u"Options"_s),
                     QStringList(kind == JobKind::Backup ? u"read twice and compared"_s
                                                         : u"read zeros back in full"_s));
        }
    }

    // In the columns of the history and of the library, which are narrow.
    void historyAndLibraryDoSo()
    {
        const DeviceRow row = failed(FailureCode::DeviceTooSmall, Stage::Check);
        const ui::FailureText words = ui::failureText(row.job->failure);
        ui::JobModel jobs;
        jobs.setJobs({*row.job});
        const QModelIndex result = jobs.index(0, ui::JobModel::ResultColumn);
        core::Image image;
        image.id = u"i"_s;
        image.state = core::ImageState::Failed;
        image.failure = row.job->failure;
        ui::ImageModel images;
        images.update(image);
        for (const QModelIndex &index : {result, images.index(0)}) {
            const QString tip = index.data(Qt::ToolTipRole).toString();
            for (const QString &part :
                 {ui::shortCause(row.job->failure), words.nextStep, u"the detail"_s})
                QVERIFY2(tip.contains(part), qPrintable(tip));
        }
    }

    void everyWarningSaysWhatToDo_data()
    {
        QTest::addColumn<DeviceRow>("row");
        QTest::addColumn<QString>("said");
        QTest::addColumn<bool>("aboutJob");
        const auto add = [](const char *name, const DeviceRow &row, const QString &said,
                            bool aboutJob) {
            QVERIFY2(ui::stageText(row).tone == ui::Tone::Warning, name);
            QTest::newRow(name) << row << said << aboutJob;
        };
        DeviceRow row = rows::writing(1, 1, 2);
        row.job->silentSeconds = 12;
        add("silent at work", row, u"network cable"_s, true);
        row = rows::writing(1, 1, 2);
        row.job->destinationSeconds = 12;
        add("disk takes nothing", row, u"Check the disk"_s, true);
        row = rows::withJob(1, JobKind::Backup, JobState::Queued);
        row.job->destinationSeconds = 12;
        add("folder does not answer", row, u"network to the folder"_s, true);
        row = rows::withJob(1, JobKind::Deploy, JobState::Queued);
        row.job->imageSeconds = 12;
        add("library does not answer", row, u"station's data"_s, true);
        row = rows::withJob(1, JobKind::Deploy, JobState::Cancelled);
        row.job->started = QDateTime::currentDateTimeUtc();
        add("cancelled in the middle", row, u"Deploy again"_s, true);
        row = rows::withJob(1, JobKind::Deploy, JobState::Succeeded);
        row.job->outcome = Outcome::SentNotVerified;
        add("not verified", row, u"Boot the device"_s, true);
        row = rows::withJob(1, JobKind::Backup, JobState::Succeeded);
        row.job->outcome = Outcome::BackupLengthUnknown;
        add("length not known", row, u"Compare the file's size"_s, true);
        row = rows::withJob(1, JobKind::Deploy, JobState::Queued);
        row.silentSeconds = 600;
        add("absent", row, u"Switch the device on"_s, true);
        row.job->state = JobState::Offered;
        add("absent, offered", row, u"Switch the device on"_s, true);
        row = rows::device(1);
        row.device.otherUnit = u"10000000beef"_s;
        add("another board", row, u"Check which board"_s, false);
        row = rows::device(1);
        row.device.otherAddress = u"10.20.50.9"_s;
        add("address conflict", row, u"same MAC address"_s, false);
        row.device.takeoverShown = true;
        add("new address", row, u"then re-arm it"_s, false);
        row = rows::device(1);
        row.device.sameSerial = rows::mac(2);
        add("serial number twice", row, u"shows up twice"_s, false);
    }

    void everyWarningSaysWhatToDo()
    {
        QFETCH(DeviceRow, row);
        QFETCH(QString, said);
        QFETCH(bool, aboutJob);
        QVERIFY2(toolTip(row).contains(u"What to do: "_s) && toolTip(row).contains(said),
                 qPrintable(toolTip(row)));
        const QStringList steps =
            valuesOf(aboutJob ? ui::jobFacts(row) : ui::deviceFacts(row), u"What to do"_s);
        QVERIFY2(steps.size() == 1 && steps.first().contains(said), qPrintable(steps.join(u'|')));
    }

    // The row tells of the start then, and not of the job that failed before.
    void aFailureIsStillToldWhileTheDeviceStarts()
    {
        DeviceRow row = failed(FailureCode::VerifyMismatch, Stage::Verify);
        row.silentSeconds = 30;
        row.device.bootTimeline.state = core::BootState::Booting;
        row.device.bootTimeline.steps = {
            {core::BootStage::Seen, QDateTime::currentDateTimeUtc(), {}}};
        QVERIFY(ui::cellText(row, DeviceModel::StageColumn).startsWith(u"Starting"_s));
        QVERIFY2(toolTip(row).contains(u"Verification failed"_s) &&
                     toolTip(row).contains(u"Replace the module"_s),
                 qPrintable(toolTip(row)));
        QVERIFY(
            !ui::cellToolTip(rows::device(1), DeviceModel::StageColumn).contains(u"What to do"_s));
    }
};

QTEST_MAIN(TestNextStep)
#include "tst_next_step.moc"
