// SPDX-License-Identifier: GPL-3.0-or-later
// Devices on their way up.
#include "boot_bench.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace boot_bench;
using core::BootStage;
using protocol::ActionKind;
using protocol::FailureCode;

class TestStationBoot : public QObject
{
    Q_OBJECT

private:
    static QList<protocol::FailureCode> warnings(const Fixture &f)
    {
        QList<protocol::FailureCode> codes;
        for (const core::Message &each : f.station->messages()) {
            if (each.kind == core::MessageKind::StationWarning)
                codes.append(each.failure.code);
        }
        return codes;
    }

private Q_SLOTS:
    void troubleOfTheServiceIsToldOnceWhenItBegins()
    {
        using enum protocol::FailureCode;
        Fixture f;
        core::NetbootStatus status;
        const auto tell = [&](core::NetbootState state, protocol::FailureCode code, bool full) {
            status.state = state;
            status.failure = {code, protocol::Stage::None, {}};
            status.poolFull = full;
            f.station->setNetbootStatus(status);
        };
        using enum core::NetbootState;
        tell(Serving, Internal, false);
        QCOMPARE(warnings(f), QList<protocol::FailureCode>());
        tell(Waiting, InterfaceDown, false);
        tell(Waiting, InterfaceDown, false);
        QCOMPARE(warnings(f), QList{InterfaceDown});
        QVERIFY(f.station->netbootStatus().isServing());
        tell(Waiting, InterfaceGone, false); // first the cable, then the adapter
        tell(Serving, Internal, true);
        tell(Serving, Internal, true);
        QCOMPARE(warnings(f), (QList{InterfaceDown, InterfaceGone, AddressPoolFull}));
        tell(Serving, Internal, false);
        tell(Waiting, InterfaceDown, true); // both begin anew
        QCOMPARE(warnings(f).sliced(3), (QList{InterfaceDown, AddressPoolFull}));
        tell(Failed, KitUnusable, false);
        QCOMPARE(warnings(f).last(), KitUnusable);
        QVERIFY(!f.station->netbootStatus().isServing());
    }

    void theRowIsThereBeforeTheDevice()
    {
        Fixture f;
        QSignalSpy added(f.station.get(), &core::Station::deviceAdded);
        QSignalSpy changed(f.station.get(), &core::Station::deviceChanged);
        f.station->noteBoot(f.timeline(BootStage::Seen));
        QCOMPARE(added.count(), 1);
        const core::Device *device = f.station->device(mac);
        QVERIFY(device && !device->isRegistered());
        QVERIFY(!f.station->isOnline(*device));
        QCOMPARE(device->bootTimeline.stage(), BootStage::Seen);
        changed.clear();
        f.station->noteBoot(f.timeline(BootStage::Seen)); // nothing new
        QCOMPARE(changed.count(), 0);
        f.station->noteBoot(f.timeline(BootStage::Kernel));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(added.count(), 1);
    }

    void anUnregisteredDeviceIsNotAnswered()
    {
        Fixture f;
        f.station->noteBoot(f.timeline(BootStage::Kernel));
        const auto action = f.station->poll(mac, peer, {}, u"http://s"_s);
        QCOMPARE(action.failure().code, FailureCode::UnknownDevice);
    }

    void registrationIsTheFirstOne()
    {
        Fixture f;
        f.station->noteBoot(f.timeline(BootStage::NetworkUp));
        QSignalSpy added(f.station.get(), &core::Station::deviceAdded);
        QSignalSpy registered(f.station.get(), &core::Station::deviceRegistered);
        QVERIFY(!f.registerFull().isEmpty());
        QCOMPARE(added.count(), 0); // the row was there
        QCOMPARE(registered.count(), 1);
        QCOMPARE(f.station->messages().last().kind, core::MessageKind::DeviceAppeared);
        QVERIFY(f.station->device(mac)->isRegistered());
        QCOMPARE(f.station->devices().size(), qsizetype(1));
        // What is on the way up is not remembered, who registered is.
        f.station->noteBoot([&] {
            auto boot = f.timeline(BootStage::Seen);
            boot.mac = *core::MacAddress::parse(u"dc:a6:32:01:02:99");
            return boot;
        }());
        f.restart();
        QCOMPARE(f.station->devices().size(), qsizetype(1));
        QVERIFY(f.station->device(mac)->bootTimeline.isEmpty());
    }

    void inventedAddressesDoNotFillTheList()
    {
        Fixture f;
        f.registerFull();
        // A name is all that a lost row has left; without it automatic mode would write to it.
        core::Device named;
        named.mac = *core::MacAddress::parse(u"dc:a6:32:01:02:77");
        named.armed = false;
        f.store->save(named);
        f.restart();
        auto boot = f.timeline(BootStage::Seen);
        for (int i = 1; i <= 400; ++i) {
            boot.mac = *core::MacAddress::parse(
                u"02:00:00:00:%1:%2"_s.arg(i / 256, 2, 16, '0'_L1).arg(i % 256, 2, 16, '0'_L1));
            boot.changed = boot.changed.addSecs(1);
            f.station->noteBoot(boot);
        }
        QCOMPARE(f.station->devices().size(), qsizetype(2 + 256));
        QVERIFY(f.station->device(mac)); // who registered stays
        QVERIFY(f.station->device(named.mac));
        QVERIFY(f.station->device(boot.mac));
        // And a device that comes up among them still registers.
        protocol::RegisterRequest request;
        request.mac = boot.mac;
        QVERIFY(f.station->registerDevice(request, peer).ok());
    }

    void aJobMayWaitForADeviceOnItsWay()
    {
        Fixture f;
        f.station->noteBoot(f.timeline(BootStage::Firmware));
        QVERIFY(f.order().ok());
        const QString session = f.registerFull();
        QVERIFY(!session.isEmpty());
        QCOMPARE(f.poll(session), ActionKind::Backup);
    }
};

QTEST_GUILESS_MAIN(TestStationBoot)
#include "tst_station_boot.moc"
