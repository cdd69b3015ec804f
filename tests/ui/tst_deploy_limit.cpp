// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"
#include "core/deploy_queue.h"
#include "ui/deploy_limit.h"
#include "ui/device_feed.h"
#include "ui/device_model.h"

#include <QLabel>
#include <QSpinBox>
#include <QTest>

using namespace Qt::StringLiterals;

class TestDeployLimit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsWhatTheStationHas()
    {
        Bench bench;
        bench.station().setMaxDeploys(4);
        const ui::DeployLimit limit(bench.station());
        const auto *number = limit.findChild<QSpinBox *>(u"maxDeploys"_s);
        QCOMPARE(number->value(), 4);
        bench.station().setMaxDeploys(0); // from elsewhere
        QCOMPARE(number->value(), 0);
        QCOMPARE(number->text(), u"no limit"_s);
        QCOMPARE(number->maximum(), core::maxDeploysLimit);
        QCOMPARE(limit.findChild<QLabel *>()->buddy(), number);
    }

    void setsIt()
    {
        Bench bench;
        ui::DeployLimit limit(bench.station());
        auto *number = limit.findChild<QSpinBox *>(u"maxDeploys"_s);
        number->stepUp();
        QCOMPARE(bench.station().maxDeploys(), 1);
        number->selectAll();
        QTest::keyClicks(number, u"12"_s);
        QCOMPARE(bench.station().maxDeploys(), 1); // not yet
        QTest::keyClick(number, Qt::Key_Return);
        QCOMPARE(bench.station().maxDeploys(), 12);
    }

    void theRowsShowTheirPlaces()
    {
        Bench bench;
        bench.station().setMaxDeploys(1);
        QVERIFY(bench.giveGoldenImage());
        const core::ImageId image = bench.station().goldenImage();
        ui::DeviceModel model;
        const ui::DeviceFeed feed(bench.station(), model);
        for (int n = 1; n <= 3; ++n)
            QVERIFY(bench.station().deploy(bench.addDevice(n), image, {}).ok());
        const auto stage = [&model](int n) {
            return model.index(n - 1, ui::DeviceModel::StageColumn).data().toString();
        };
        QTRY_COMPARE(stage(3), u"Queued: 2nd of 2"_s);
        QCOMPARE(stage(2), u"Queued: 1st of 2"_s);
        QCOMPARE(stage(1), u"Deploy queued"_s);
        QVERIFY(
            bench.station().cancel(bench.station().latestJob(rows::mac(3))->id, u"test"_s).ok());
        QTRY_COMPARE(stage(2), u"Queued: 1st of 1"_s);
    }
};

QTEST_MAIN(TestDeployLimit)
#include "tst_deploy_limit.moc"
