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
            core::Job job;
            job.bottleneck = kind;
            QVERIFY(!ui::bottleneckName(kind).isEmpty());
            QVERIFY(ui::bottleneckMeaning(kind).endsWith(u'.'));
            QVERIFY(ui::bottleneckAdvice(job).endsWith(u'.'));
        }
        QVERIFY(ui::bottleneckName(Bottleneck::None).isEmpty());
        QVERIFY(ui::bottleneckMeaning(Bottleneck::None).isEmpty());
        QVERIFY(ui::bottleneckAdvice({}).isEmpty());
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
