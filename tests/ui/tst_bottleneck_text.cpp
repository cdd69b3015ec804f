// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bottleneck_text.h"

#include "rows.h"
#include "ui/device_cells.h"
#include "ui/device_facts.h"
#include "ui/job_model.h"

#include <QTest>

using namespace Qt::StringLiterals;
using protocol::Bottleneck;

namespace
{

ui::DeviceRow limitedBy(Bottleneck bottleneck)
{
    ui::DeviceRow row = rows::writing(1, rows::gib, 2 * rows::gib);
    row.job->bottleneck = bottleneck;
    return row;
}

QString fact(const ui::DeviceRow &row, const QString &name)
{
    for (const ui::Fact &fact : ui::jobFacts(row)) {
        if (fact.name == name)
            return fact.value;
    }
    return {};
}

} // namespace

class TestBottleneckText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyOneHasItsWords()
    {
        for (const auto kind :
             {Bottleneck::Network, Bottleneck::Decompression, Bottleneck::Compression,
              Bottleneck::Storage, Bottleneck::Verifying}) {
            QVERIFY(!ui::bottleneckName(kind).isEmpty());
            for (const auto level : {core::Level::Plain, core::Level::Full}) {
                core::Job job;
                job.level = level;
                job.bottleneck = kind;
                QVERIFY(ui::bottleneckMeaning(job).endsWith(u'.'));
                QVERIFY(ui::bottleneckAdvice(job).endsWith(u'.'));
            }
        }
        QVERIFY(ui::bottleneckName(Bottleneck::None).isEmpty());
        QVERIFY(ui::bottleneckMeaning({}).isEmpty());
        QVERIFY(ui::bottleneckAdvice({}).isEmpty());
    }

    // At the plain level the station unpacks and packs.
    void whoseItIs_data()
    {
        QTest::addColumn<core::Level>("level");
        QTest::addColumn<core::JobKind>("kind");
        QTest::addColumn<Bottleneck>("bottleneck");
        QTest::addColumn<QString>("whose");
        const auto row = [](const char *name, core::Level level, core::JobKind kind,
                            Bottleneck bottleneck, const QString &whose) {
            QTest::newRow(name) << level << kind << bottleneck << whose;
        };
        using enum core::Level;
        using enum core::JobKind;
        row("deploy", Full, Deploy, Bottleneck::Storage, u"device's storage"_s);
        row("plain deploy", Plain, Deploy, Bottleneck::Storage, u"device's storage"_s);
        row("backup", Full, Backup, Bottleneck::Storage, u"device's storage"_s);
        row("plain backup", Plain, Backup, Bottleneck::Storage, u"station's disk"_s);
        row("unpacks", Full, Deploy, Bottleneck::Decompression, u"device's processor"_s);
        row("is unpacked for", Plain, Deploy, Bottleneck::Decompression, u"station's processor"_s);
        row("packs", Full, Backup, Bottleneck::Compression, u"device's processor"_s);
        row("is packed for", Plain, Backup, Bottleneck::Compression, u"station's processor"_s);
    }

    void whoseItIs()
    {
        QFETCH(core::Level, level);
        QFETCH(core::JobKind, kind);
        QFETCH(Bottleneck, bottleneck);
        QFETCH(QString, whose);
        core::Job job;
        job.level = level;
        job.kind = kind;
        job.bottleneck = bottleneck;
        QVERIFY(ui::bottleneckMeaning(job).contains(whose));
    }

    void aSlowLinkIsSuspected_data()
    {
        QTest::addColumn<Bottleneck>("bottleneck");
        QTest::addColumn<double>("rate");
        QTest::addColumn<bool>("slow");
        QTest::newRow("100 Mbit/s") << Bottleneck::Network << 11.7e6 << true;
        QTest::newRow("100 Mbit/s, in MiB") << Bottleneck::Network << 11.2e6 << true;
        QTest::newRow("gigabit") << Bottleneck::Network << 112e6 << false;
        QTest::newRow("less") << Bottleneck::Network << 6e6 << false;
        QTest::newRow("more than 100 Mbit/s") << Bottleneck::Network << 12.6e6 << false;
        QTest::newRow("an old card") << Bottleneck::Storage << 11.7e6 << false;
        QTest::newRow("from another server") << Bottleneck::Network << 0.0 << false;
    }

    void aSlowLinkIsSuspected()
    {
        QFETCH(bool, slow);
        QFETCH(Bottleneck, bottleneck);
        QFETCH(double, rate);
        ui::DeviceRow row = limitedBy(bottleneck);
        row.job->wireBytesPerSecond = rate;
        QCOMPARE(ui::looksLikeSlowLink(*row.job), slow);
        const QString tip = ui::cellToolTip(row, ui::DeviceModel::SpeedColumn);
        QCOMPARE(tip.contains(u"100 Mbit/s"_s), slow);
    }

    void theSpeedCellNamesIt()
    {
        const auto text = [](const ui::DeviceRow &row) {
            return ui::cellText(row, ui::DeviceModel::SpeedColumn);
        };
        QCOMPARE(text(limitedBy(Bottleneck::Storage)), u"47.7 MiB/s · storage"_s);
        QCOMPARE(text(limitedBy(Bottleneck::Verifying)), u"47.7 MiB/s · verifying"_s);
        QCOMPARE(text(limitedBy(Bottleneck::None)), u"47.7 MiB/s"_s);
        ui::DeviceRow interrupted = limitedBy(Bottleneck::Network);
        interrupted.job->interrupted = true;
        QCOMPARE(text(interrupted), QString());
        QCOMPARE(ui::cellToolTip(interrupted, ui::DeviceModel::SpeedColumn), QString());
    }

    void theDetailsTellWhatToDo()
    {
        ui::DeviceRow row = limitedBy(Bottleneck::Network);
        QVERIFY(fact(row, u"Speed"_s).startsWith(u"The network limits the speed. "_s));
        row.job->state = core::JobState::Succeeded;
        QCOMPARE(fact(row, u"Mostly limited by"_s), u"network"_s);
        row.job->bottleneck = Bottleneck::None;
        QCOMPARE(fact(row, u"Mostly limited by"_s), QString());
    }

    void theHistoryNamesIt()
    {
        ui::JobModel model;
        core::Job job = *limitedBy(Bottleneck::Compression).job;
        job.state = core::JobState::Succeeded;
        model.setJobs({job});
        const QModelIndex cell = model.index(0, ui::JobModel::BottleneckColumn);
        QCOMPARE(cell.data().toString(), u"compression"_s);
        QVERIFY(cell.data(Qt::ToolTipRole).toString().contains(u"packs the backup"_s));
        QVERIFY(!model.headerData(ui::JobModel::BottleneckColumn, Qt::Horizontal, Qt::DisplayRole)
                     .toString()
                     .isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestBottleneckText)
#include "tst_bottleneck_text.moc"
