// SPDX-License-Identifier: GPL-3.0-or-later
#include "rows.h"
#include "ui/backup_naming.h"
#include "ui/start_failure.h"
#include "ui/status_summary.h"
#include "ui/window_texts.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

class TestNamingAndStatus : public QObject
{
    Q_OBJECT

    const QDate m_date{2026, 11, 22};

private Q_SLOTS:
    void namesAreSafeForEveryFileSystem_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("name");
        QTest::newRow("model") << u"Raspberry Pi Compute Module 4 Rev 1.1"_s
                               << u"Raspberry-Pi-Compute-Module-4-Rev-1.1-2026-11-22.img.zst"_s;
        QTest::newRow("no model") << QString() << u"e45f01000001-2026-11-22.img.zst"_s;
        QTest::newRow("hostile") << u"../../etc/<x>:*?"_s << u"etc-x-2026-11-22.img.zst"_s;
        QTest::newRow("nothing left") << u"///"_s << u"e45f01000001-2026-11-22.img.zst"_s;
    }

    void namesAreSafeForEveryFileSystem()
    {
        QFETCH(QString, model);
        core::Device device = rows::device(1).device;
        device.model = model;
        const QString name = ui::backupName(device, m_date);
        QTEST(name, "name");
        QVERIFY(!name.contains(u'/'));
    }

    void severalBackupsNeverShareAName()
    {
        QTemporaryDir folder;
        QSet<QString> taken;
        const core::Device device = rows::device(1).device;
        const QString first = ui::uniqueBackupPath(folder.path(), device, m_date, taken);
        QFile existing(ui::uniqueBackupPath(folder.path(), device, m_date, taken));
        QVERIFY(existing.open(QIODevice::WriteOnly));
        QVERIFY(first != existing.fileName());
        taken = ui::pathsIn(folder.path());
        QCOMPARE(taken.size(), 1);
        QCOMPARE(ui::uniqueBackupPath(folder.path(), device, m_date, taken), first);
        const QString third = ui::uniqueBackupPath(folder.path(), device, m_date, taken);
        QVERIFY(third != first && third != existing.fileName());
        QVERIFY(third.endsWith(u"-3.img.zst"_s));
        QVERIFY(first.contains(u"e45f01000001"_s));
    }

    void theSuffixSaysTheFormat()
    {
        QCOMPARE(ui::withImageSuffix(u"/a/b"_s, false), u"/a/b.img.zst"_s);
        QCOMPARE(ui::withImageSuffix(u"/a/b"_s, true), u"/a/b.img"_s);
        QCOMPARE(ui::withImageSuffix(u"/a/b.img"_s, false), u"/a/b.img"_s);
        QCOMPARE(ui::withImageSuffix(u"/a/b.img.zst"_s, true), u"/a/b.img.zst"_s);
    }

    void aStartThatFailsSaysWhatToDo()
    {
        using protocol::FailureCode;
        const auto box = [](FailureCode code, const QStringList &holders) {
            return ui::startFailureBox({code, protocol::Stage::None, u"detail"_s}, u"/data"_s, 5000,
                                       holders);
        };
        const ui::BoxText twice = box(FailureCode::DeviceInUse, {});
        QCOMPARE(twice.text, u"Provisioning Station is already running."_s);
        QVERIFY(twice.informative.contains(u"/data"_s));
        const ui::BoxText port = box(FailureCode::StationIoError, {u"nginx (process 12)"_s});
        QCOMPARE(port.text, u"Port 5000 is already in use."_s);
        QVERIFY(port.informative.contains(u"nginx (process 12)"_s));
        QVERIFY(port.informative.contains(u"--listen"_s));
        // Used, but the system does not say by whom.
        const ui::BoxText unknown = box(FailureCode::StationIoError, {QString()});
        QCOMPARE(unknown.text, port.text);
        QVERIFY(unknown.informative.contains(u"does not say"_s));
        const ui::BoxText other = box(FailureCode::StationIoError, {});
        QVERIFY(other.text.startsWith(u"The station cannot start."_s));
        QVERIFY(!other.informative.isEmpty());
        for (const ui::BoxText &each : {twice, port, unknown, other})
            QVERIFY(each.detailed.contains(u"detail"_s));
    }

    void theStatusLineSumsUp()
    {
        ui::DeviceRow away = rows::device(3);
        away.silentSeconds = 70;
        const ui::StatusSummary summary =
            ui::summarize({rows::writing(1, 1, 2), rows::writing(2, 1, 2), away});
        QCOMPARE(summary.devices, 3);
        QCOMPARE(summary.online, 2);
        QCOMPARE(summary.activeJobs, 2);
        QCOMPARE(summary.bytesPerSecond, 100e6);
        QVERIFY(ui::devicesText(summary).contains(u", 2 online"_s));
        QVERIFY(ui::jobsText(summary).contains(u"95.4 MiB/s"_s));
        QCOMPARE(ui::jobsText({}), u"No jobs"_s);
        ui::DeviceRow waiting = rows::withJob(4, core::JobKind::Deploy, core::JobState::Queued);
        QCOMPARE(ui::summarize({waiting}).waitingJobs, 0);
        waiting.job->place = 1;
        QVERIFY(ui::jobsText(ui::summarize({waiting, rows::writing(1, 1, 2)}))
                    .contains(u", 1 queued, 47.7 MiB/s"_s));
    }
};

QTEST_GUILESS_MAIN(TestNamingAndStatus)
#include "tst_naming_and_status.moc"
