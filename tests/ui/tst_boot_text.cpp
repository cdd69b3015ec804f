// SPDX-License-Identifier: GPL-3.0-or-later
// The words for a device's way up.
#include "rows.h"
#include "ui/boot_text.h"

#include <QSet>
#include <QTest>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using core::BootHint;
using core::BootStage;
using core::BootState;
using core::JobKind;
using core::JobState;

namespace
{

constexpr int lastHint = int(BootHint::NoAddressLeft);
constexpr int lastStage = int(BootStage::Registered);

ui::DeviceRow away(ui::DeviceRow row, BootState state)
{
    row.silentSeconds = 300;
    row.device.bootTimeline.state = state;
    const QDateTime began = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, QTimeZone::utc());
    row.device.bootTimeline.steps = {{BootStage::Seen, began, began.addMSecs(1500)},
                                     {BootStage::Firmware, began.addMSecs(1500), {}}};
    return row;
}

ui::DeviceRow deployed(BootState state)
{
    ui::DeviceRow row = rows::withJob(1, JobKind::Deploy, JobState::Succeeded);
    row.job->outcome = core::Outcome::Verified;
    return away(row, state);
}

QString value(const QList<ui::Fact> &facts, const QString &name)
{
    for (const ui::Fact &fact : facts) {
        if (fact.name == name)
            return fact.value;
    }
    return {};
}

} // namespace

class TestBootText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyHintHasItsOwnWords()
    {
        QSet<QString> causes;
        for (int hint = int(BootHint::None) + 1; hint <= lastHint; ++hint) {
            const ui::HintText text = ui::hintText(BootHint(hint));
            QVERIFY2(!text.cause.isEmpty() && !text.nextStep.isEmpty(),
                     core::toText(BootHint(hint)).data());
            causes.insert(text.cause);
        }
        QCOMPARE(causes.size(), qsizetype(lastHint));
        QVERIFY(core::toText(BootHint(lastHint + 1)).isEmpty()); // none is left out above
        QVERIFY(ui::hintText(BootHint::None).cause.isEmpty());
    }

    void everyStageHasAName()
    {
        QSet<QString> names;
        for (int stage = 0; stage <= lastStage; ++stage)
            names.insert(ui::bootStageName(BootStage(stage)));
        QCOMPARE(names.size(), qsizetype(lastStage + 1));
        QVERIFY(!names.contains(QString()));
    }

    void onItsWay()
    {
        ui::DeviceRow row = away(rows::device(1), BootState::Booting);
        QCOMPARE(ui::stageText(row).text, u"Starting: loads its firmware"_s);
        row.bootHint = BootHint::FirmwareMissing;
        row.bootStoppedSeconds = 45;
        QCOMPARE(ui::stageText(row).text, u"Stopped for 40 s: loads its firmware"_s);
        QCOMPARE(ui::stageText(row).tone, ui::Tone::Warning);
        row.bootHint = BootHint::LoadingSilent; // it may well go on
        QCOMPARE(ui::stageText(row).text, u"Silent for 40 s: loads its firmware"_s);
        row.bootHint = BootHint::NotARaspberry;
        QCOMPARE(ui::stageText(row).text, u"Not a Raspberry Pi"_s);
        row.silentSeconds = -1; // it is there: its start is past
        QCOMPARE(ui::stageText(row).text, u"Idle"_s);
    }

    void aWaitingJobSaysWhereTheDeviceIs()
    {
        for (const JobState state : {JobState::Queued, JobState::Offered}) {
            const ui::DeviceRow row =
                away(rows::withJob(1, JobKind::Deploy, state), BootState::Booting);
            const QString text = ui::stageText(row).text;
            QVERIFY2(text.startsWith(u"Deploy "_s) && text.contains(u"loads its firmware"_s),
                     qPrintable(text));
        }
    }

    void afterTheDeploy()
    {
        QCOMPARE(ui::stageText(deployed(BootState::OwnSystem)).text,
                 ui::outcomeText(core::Outcome::Verified) + u"; booted from its own storage"_s);
        QCOMPARE(ui::stageText(deployed(BootState::Refused)).text,
                 ui::outcomeText(core::Outcome::Verified) + u"; goes on to its own storage"_s);
        ui::DeviceRow gone = deployed(BootState::Registered);
        gone.device.netbootRefused = true;
        QCOMPARE(ui::stageText(gone).text,
                 ui::outcomeText(core::Outcome::Verified) + u"; offline for 5 min"_s);
        // Without the loop guard a row is as it was.
        gone.device.netbootRefused = false;
        QCOMPARE(ui::stageText(gone).text, ui::outcomeText(core::Outcome::Verified));
    }

    void withoutADeploy()
    {
        QCOMPARE(ui::stageText(away(rows::device(1), BootState::OwnSystem)).text,
                 u"Booted from its own storage"_s);
    }

    void details()
    {
        ui::DeviceRow row = away(rows::device(1), BootState::Booting);
        row.device.bootTimeline.files = {{u"config.txt"_s, 1024, {}}, {u"start4.elf"_s, 1024, {}}};
        row.bootHint = BootHint::KernelMissing;
        row.device.netbootRefused = true;
        const auto facts = ui::bootFacts(row);
        QCOMPARE(value(facts, u"What this usually means"_s),
                 ui::hintText(BootHint::KernelMissing).cause);
        QVERIFY(value(facts, u"Stages of its start"_s).startsWith(u"asks for an address: 1.5 s"_s));
        QVERIFY(value(facts, u"Boot files"_s).contains(u"2.0 KiB"_s));
        QVERIFY(!value(facts, u"Network boot"_s).isEmpty());
        QVERIFY(ui::bootFacts(rows::device(2)).isEmpty());
    }
};

QTEST_MAIN(TestBootText)
#include "tst_boot_text.moc"
