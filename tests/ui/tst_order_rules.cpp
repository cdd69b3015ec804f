// SPDX-License-Identifier: GPL-3.0-or-later
#include "rows.h"
#include "ui/order_rules.h"

#include <QTest>

using core::ImageState;
using core::JobKind;
using core::JobState;
using ui::Order;

namespace
{

std::optional<core::Image> image(ImageState state)
{
    core::Image image;
    image.id = QStringLiteral("image");
    image.state = state;
    return image;
}

constexpr auto allOrders = {Order::Deploy, Order::Backup,   Order::Cancel,
                            Order::Reboot, Order::PowerOff, Order::Identify,
                            Order::Rearm,  Order::Accept,   Order::Forget};

} // namespace

class TestOrderRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingSelectedNothingAllowed()
    {
        for (const Order order : allOrders)
            QVERIFY(!ui::judge(order, {}).allowed());
    }

    void idleDevice()
    {
        const ui::Situation situation{{rows::device(1)}, image(ImageState::Ready)};
        for (const Order order : allOrders) {
            const bool expected =
                order != Order::Cancel && order != Order::Rearm && order != Order::Accept;
            QCOMPARE(ui::judge(order, situation).allowed(), expected);
        }
    }

    void busyDevice()
    {
        const ui::Situation situation{{rows::withJob(1, JobKind::Backup, JobState::Offered)},
                                      image(ImageState::Ready)};
        for (const Order order : allOrders)
            QCOMPARE(ui::judge(order, situation).allowed(), order == Order::Cancel);
    }

    void anEndedJobIsNoJob()
    {
        const ui::Situation situation{{rows::withJob(1, JobKind::Backup, JobState::Failed)}, {}};
        QVERIFY(ui::judge(Order::Backup, situation).allowed());
        QVERIFY(!ui::judge(Order::Cancel, situation).allowed());
    }

    void deployFollowsTheImage()
    {
        QVERIFY(ui::judge(Order::Deploy, {{rows::device(1)}, {}}).allowed()); // leads to choosing
        QVERIFY(
            !ui::judge(Order::Deploy, {{rows::device(1)}, image(ImageState::Importing)}).allowed());
        QVERIFY(
            !ui::judge(Order::Deploy, {{rows::device(1)}, image(ImageState::Failed)}).allowed());
        QVERIFY(ui::judge(Order::Backup, {{rows::device(1)}, image(ImageState::Failed)}).allowed());
    }

    void oneOfSeveralIsEnough()
    {
        const QList<ui::DeviceRow> selected{rows::writing(1, 1, 2), rows::device(2)};
        QVERIFY(ui::judge(Order::Deploy, {selected, image(ImageState::Ready)}).allowed());
        const QList<ui::DeviceRow> chosen = ui::eligible(Order::Deploy, selected);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.first().device.mac, rows::mac(2));
    }

    void anAbsentDeviceTakesNoCommand()
    {
        ui::DeviceRow row = rows::device(1);
        row.silentSeconds = 1320;
        row.device.lastSeen = QDateTime::currentDateTimeUtc().addSecs(-1320);
        const ui::Situation situation{{row}, image(ImageState::Ready)};
        for (const Order order : {Order::Reboot, Order::PowerOff, Order::Identify}) {
            const ui::Verdict verdict = ui::judge(order, situation);
            QVERIFY(!verdict.allowed());
            QVERIFY2(
                verdict.whyNot.startsWith(QStringLiteral("The device has been offline since ")),
                qPrintable(verdict.whyNot));
        }
        // A job waits for it, and the dialog says so.
        QVERIFY(ui::judge(Order::Deploy, situation).allowed());
        QVERIFY(ui::judge(Order::Backup, situation).allowed());
        const ui::Situation mixed{{row, rows::device(2)}, {}};
        QVERIFY(ui::judge(Order::Identify, mixed).allowed());
        QCOMPARE(ui::eligible(Order::Identify, mixed.selected).size(), 1);
        const ui::Situation busy{{rows::writing(1, 1, 2)}, {}};
        QVERIFY(ui::judge(Order::Identify, busy).whyNot.contains(QStringLiteral("have jobs")));
    }

    void onlyADisarmedDeviceIsRearmed()
    {
        ui::DeviceRow row = rows::device(1);
        row.device.armed = false;
        QVERIFY(ui::judge(Order::Rearm, {{row}, {}}).allowed());
        row.device.armed = true;
        QVERIFY(!ui::judge(Order::Rearm, {{row}, {}}).allowed());
        row.device.takeoverShown = true;
        QVERIFY(ui::judge(Order::Rearm, {{row}, {}}).allowed());
        row.device.takeoverShown = false;
        row.device.otherUnit = QStringLiteral("10000000beef");
        QVERIFY(ui::judge(Order::Rearm, {{row}, {}}).allowed());
    }

    // Where two claim to be the device, one at a time; what it is at makes no difference.
    void aConflictIsDecided()
    {
        ui::DeviceRow row = rows::writing(1, 1, 2);
        QVERIFY(!ui::judge(Order::Accept, {{row}, {}}).allowed());
        row.device.otherAddress = QStringLiteral("192.0.2.7");
        QVERIFY(ui::judge(Order::Accept, {{row}, {}}).allowed());
        QCOMPARE(ui::claimantOf(row.device), QStringLiteral("192.0.2.7"));
        QVERIFY(ui::judge(Order::Accept, {{row, rows::device(2)}, {}}).allowed());
        ui::DeviceRow other = rows::device(2);
        other.device.otherUnit = QStringLiteral("10000000beef"); // let in at its address, and waits
        QCOMPARE(ui::claimantOf(other.device), other.device.address);
        QVERIFY(ui::judge(Order::Accept, {{other}, {}}).allowed());
        other.device.otherUnitAddress = QStringLiteral("192.0.2.8"); // refused there
        QCOMPARE(ui::claimantOf(other.device), QStringLiteral("192.0.2.8"));
        other.device.otherAddress = QStringLiteral("192.0.2.9"); // who asks with the MAC, too
        QCOMPARE(ui::claimantOf(other.device), QStringLiteral("192.0.2.8"));
        QVERIFY(ui::judge(Order::Accept, {{row, other}, {}}).whyNot.contains(u"one device"));
    }
};

QTEST_GUILESS_MAIN(TestOrderRules)
#include "tst_order_rules.moc"
