// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"
#include "ui/device_feed.h"
#include "ui/device_model.h"

#include <QTest>

using namespace std::chrono_literals;

class TestDeviceFeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void devicesThatWereThereComeAtOnce()
    {
        Bench bench;
        const core::MacAddress mac = bench.addDevice(1);
        ui::DeviceModel model;
        const ui::DeviceFeed feed(bench.station(), model);
        QVERIFY(model.row(mac));
        QVERIFY(model.row(mac)->isOnline());
    }

    // A poll that brings nothing new is no change of the device, but it was heard of.
    void anIdleDeviceWasLastHeardOfWhenItPolled()
    {
        Bench bench;
        const core::MacAddress mac = bench.addDevice(1);
        ui::DeviceModel model;
        const ui::DeviceFeed feed(bench.station(), model, nullptr, 10ms);
        const QDateTime registered = model.row(mac)->device.lastSeen;
        QTRY_VERIFY(QDateTime::currentDateTimeUtc() > registered);
        QCOMPARE(bench.poll(mac, 1).kind, protocol::ActionKind::None);
        QTRY_VERIFY(model.row(mac)->device.lastSeen > registered);
    }
};

QTEST_GUILESS_MAIN(TestDeviceFeed)
#include "tst_device_feed.moc"
