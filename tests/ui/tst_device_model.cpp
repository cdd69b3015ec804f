// SPDX-License-Identifier: GPL-3.0-or-later
#include "rows.h"
#include "ui/device_filter.h"
#include "ui/device_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using ui::DeviceModel;

namespace
{

QList<ui::DeviceRow> devices(int count)
{
    QList<ui::DeviceRow> list;
    for (int i = 0; i < count; ++i)
        list.append(rows::device(i));
    return list;
}

QString cell(const QAbstractItemModel &model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

class TestDeviceModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheRulesOfModels()
    {
        DeviceModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        ui::DeviceFilter filter;
        filter.setSourceModel(&model);
        QAbstractItemModelTester filterTester(
            &filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.sort(DeviceModel::ProgressColumn, Qt::DescendingOrder);
        model.update(devices(5));
        model.update({rows::writing(3, 10, 20), rows::device(7)});
        model.remove(rows::mac(1));
        model.remove(rows::mac(1));
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.row(rows::mac(7))->device.mac, rows::mac(7));
        QCOMPARE(model.row(rows::mac(1)), nullptr);
        QCOMPARE(cell(filter, 0, DeviceModel::StageColumn), u"Writing"_s);
    }

    void newDevicesComeInOneInsertion()
    {
        DeviceModel model;
        QSignalSpy inserted(&model, &DeviceModel::rowsInserted);
        model.update(devices(48));
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(model.rowCount(), 48);
    }

    void aRunOfRowsIsOneChange()
    {
        DeviceModel model;
        model.update(devices(10));
        QSignalSpy changed(&model, &DeviceModel::dataChanged);
        QSignalSpy reset(&model, &DeviceModel::modelReset);
        model.update({rows::device(4), rows::device(2), rows::device(3), rows::device(8)});
        QCOMPARE(changed.size(), 2);
        QCOMPARE(changed.at(0).at(0).toModelIndex().row(), 2);
        QCOMPARE(changed.at(0).at(1).toModelIndex().row(), 4);
        QCOMPARE(changed.at(1).at(0).toModelIndex().row(), 8);
        QCOMPARE(changed.at(1).at(1).toModelIndex().column(), DeviceModel::ColumnCount - 1);
        QCOMPARE(reset.size(), 0);
    }

    void theSameNewDeviceTwiceIsOneRow()
    {
        DeviceModel model;
        model.update({rows::device(1), rows::writing(1, 1, 2)});
        QCOMPARE(model.rowCount(), 1);
        QVERIFY(model.rows().first().hasActiveJob());
    }

    void positionsHoldAfterARemoval()
    {
        DeviceModel model;
        model.update(devices(4));
        model.remove(rows::mac(0));
        model.update({rows::writing(3, 1, 2)});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(cell(model, 2, DeviceModel::StageColumn), u"Writing"_s);
    }

    void cellsOfARunningJob()
    {
        DeviceModel model;
        model.update({rows::writing(1, 2 * rows::gib, 8 * rows::gib)});
        QCOMPARE(cell(model, 0, DeviceModel::DeviceColumn), u"e4:5f:01:00:00:01"_s);
        QCOMPARE(cell(model, 0, DeviceModel::AddressColumn), u"10.20.50.101"_s);
        QCOMPARE(cell(model, 0, DeviceModel::ProgressColumn), u"2.0 of 8.0 GiB"_s);
        QCOMPARE(cell(model, 0, DeviceModel::SpeedColumn), u"47.7 MiB/s"_s);
        QCOMPARE(cell(model, 0, DeviceModel::TimeLeftColumn), u"2 min 8 s"_s);
        QCOMPARE(model.index(0, 0).data(DeviceModel::BarRole).toInt(), int(DeviceModel::MovingBar));
    }

    // One bar and one time left for the job, whatever phase it is in.
    void theWholeJobIsShown()
    {
        DeviceModel model;
        ui::DeviceRow row = rows::writing(1, 2 * rows::gib, 8 * rows::gib);
        row.job->overallTotal = 16 * rows::gib;
        row.job->overallDone = 10 * rows::gib;
        row.job->overallSecondsLeft = 3700;
        row.job->phase = protocol::Phase::Verifying;
        model.update({row});
        QCOMPARE(cell(model, 0, DeviceModel::ProgressColumn), u"62 %"_s);
        QCOMPARE(cell(model, 0, DeviceModel::TimeLeftColumn), u"1 h 1 min"_s);
        QCOMPARE(cell(model, 0, DeviceModel::StageColumn), u"Verifying"_s);
        const QModelIndex bar = model.index(0, DeviceModel::ProgressColumn);
        QCOMPARE(bar.data(DeviceModel::DoneRole).toLongLong(), 10 * rows::gib);
        QCOMPARE(bar.data(DeviceModel::TotalRole).toLongLong(), 16 * rows::gib);
        QCOMPARE(bar.data(Qt::ToolTipRole).toString(), u"Verifying: 2.0 of 8.0 GiB"_s);
        row.job->overallDone = row.job->overallTotal - 1; // not done is not 100 %
        model.update({row});
        QCOMPARE(cell(model, 0, DeviceModel::ProgressColumn), u"99 %"_s);
        row.job->overallTotal = 0; // not known: the phase
        model.update({row});
        QCOMPARE(cell(model, 0, DeviceModel::ProgressColumn), u"2.0 of 8.0 GiB"_s);
    }

    void anInterruptedJobShowsNoSpeed()
    {
        DeviceModel model;
        ui::DeviceRow row = rows::writing(1, 1, 2);
        row.job->interrupted = true;
        model.update({row});
        QVERIFY(cell(model, 0, DeviceModel::SpeedColumn).isEmpty());
        QVERIFY(cell(model, 0, DeviceModel::TimeLeftColumn).isEmpty());
        QCOMPARE(model.index(0, 0).data(DeviceModel::BarRole).toInt(),
                 int(DeviceModel::StoppedBar));
    }

    void sortsByValueNotByText()
    {
        DeviceModel model;
        ui::DeviceRow slow = rows::writing(1, 1, 100);
        slow.job->bytesPerSecond = 9e6;
        ui::DeviceRow fast = rows::writing(2, 1, 100);
        fast.job->bytesPerSecond = 100e6;
        model.update({fast, slow, rows::device(3)});
        ui::DeviceFilter filter;
        filter.setSourceModel(&model);
        filter.sort(DeviceModel::SpeedColumn, Qt::AscendingOrder);
        QCOMPARE(filter.index(0, 0).data(DeviceModel::MacRole).value<core::MacAddress>(),
                 rows::mac(3));
        QCOMPARE(filter.index(1, 0).data(DeviceModel::MacRole).value<core::MacAddress>(),
                 rows::mac(1));
        QCOMPARE(filter.index(2, 0).data(DeviceModel::MacRole).value<core::MacAddress>(),
                 rows::mac(2));
    }

    void theQueueStandsInOrder()
    {
        DeviceModel model;
        QList<ui::DeviceRow> all;
        for (const int place : {10, 1, 0, 2}) {
            ui::DeviceRow row =
                rows::withJob(20 + place, core::JobKind::Deploy, core::JobState::Queued);
            row.job->place = place;
            row.waitingDeploys = 10;
            all.append(row);
        }
        all.append(rows::device(1));
        all.append(rows::writing(2, 1, 100));
        all.append(rows::withJob(3, core::JobKind::Deploy, core::JobState::Succeeded));
        all.last().job->done = all.last().job->total = 1;
        model.update(all);
        ui::DeviceFilter filter;
        filter.setSourceModel(&model);
        const auto order = [&filter] {
            QList<int> numbers;
            for (int i = 0; i < filter.rowCount(); ++i) {
                const auto mac =
                    filter.index(i, 0).data(DeviceModel::MacRole).value<core::MacAddress>();
                numbers.append(int(mac.value() & 0xff));
            }
            return numbers;
        };
        filter.sort(DeviceModel::StageColumn, Qt::AscendingOrder);
        QCOMPARE(order(), (QList<int>{2, 20, 21, 22, 30, 1, 3}));
        filter.sort(DeviceModel::ProgressColumn, Qt::DescendingOrder);
        QCOMPARE(order(), (QList<int>{2, 20, 21, 22, 30, 3, 1}));
        const QString toolTip =
            model.index(0, DeviceModel::StageColumn).data(Qt::ToolTipRole).toString();
        QVERIFY2(toolTip.contains(u"same time"_s), qPrintable(toolTip));
    }

    void filtersByWordsInAnyColumn()
    {
        DeviceModel model;
        model.update({rows::device(1), rows::writing(2, 1, 2), rows::device(3)});
        ui::DeviceFilter filter;
        filter.setSourceModel(&model);
        filter.setWords(u"  writing COMPUTE "_s);
        QCOMPARE(filter.rowCount(), 1);
        filter.setWords(u"abcd0003"_s); // serial number
        QCOMPARE(filter.rowCount(), 1);
        filter.setWords(u"nowhere"_s);
        QCOMPARE(filter.rowCount(), 0);
        filter.setWords(QString());
        QCOMPARE(filter.rowCount(), 3);
    }

    void everyColumnHasATitle()
    {
        DeviceModel model;
        for (int column = 0; column < DeviceModel::ColumnCount; ++column)
            QVERIFY(
                !model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
    }
};

QTEST_MAIN(TestDeviceModel)
#include "tst_device_model.moc"
