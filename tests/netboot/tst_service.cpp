// SPDX-License-Identifier: GPL-3.0-or-later
// The service between station and helper. The helper's part is played by a script that tells what
// was recorded and keeps what it is told; the real one is in tests/netboot_service.
#include "netboot/service.h"

#include "core/station.h"
#include "kit_files.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;
using core::BootStage;
using core::BootState;
using core::NetbootState;
using protocol::FailureCode;

namespace
{

const core::MacAddress mac = *core::MacAddress::parse(u"dc:a6:32:01:02:03");

struct Fixture {
    Fixture()
    {
        store = std::move(core::Store::open(folder.filePath(u"s.sqlite"_s)).value());
        const core::Snapshot snapshot = *store->load();
        library = std::make_unique<core::ImageLibrary>(folder.filePath(u"images"_s), *store, pool,
                                                       snapshot.images);
        station = std::make_unique<core::Station>(*store, *library, board, snapshot,
                                                  core::StationOptions());
    }

    // A helper that first reads its wish, then does what `script` says.
    void makeService(const QByteArray &script)
    {
        const QString path = folder.filePath(u"helper"_s);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write("#!/bin/sh\n" + script) < 0 ||
            !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner))
            qFatal("no script");
        file.close();
        service = std::make_unique<netboot::Service>(*station, path);
    }

    void start()
    {
        netboot::ServiceWish wish;
        wish.interface = u"eth1"_s;
        wish.address = *netboot::Subnet::parse(u"10.20.50.1/24");
        fillRange(wish);
        wish.tftpRoot = kit.root();
        service->start(wish);
    }

    QByteArray told() const
    {
        QFile file(folder.filePath(u"told"_s));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    [[nodiscard]] NetbootState state() const { return station->netbootStatus().state; }

    QTemporaryDir folder;
    kit_files::Kit kit;
    imaging::WorkerPool pool{1};
    core::TransferBoard board;
    std::unique_ptr<core::Store> store;
    std::unique_ptr<core::ImageLibrary> library;
    std::unique_ptr<core::Station> station;
    std::unique_ptr<netboot::Service> service;
};

// Tells `events`, then writes down what it hears until its input ends.
QByteArray obedient(const QString &folder, const QByteArray &events)
{
    return "read wish\necho \"$wish\" > " + folder.toUtf8() + "/told\ncat <<'EOF'\n" + events +
           "EOF\ncat >> " + folder.toUtf8() + "/told\necho '{\"event\":\"stopped\"}'\n";
}

} // namespace

class TestService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("only root starts a helper without pkexec");
    }

    void bootsAndRefusals()
    {
        QFile recorded(QStringLiteral(PS_BOOT_RECORDS_DIR "/bench-boot.jsonl"));
        QVERIFY(recorded.open(QIODevice::ReadOnly));
        Fixture f;
        QByteArray events;
        while (!recorded.atEnd()) {
            const QByteArray line = recorded.readLine();
            if (!line.contains("\"stopped\""))
                events += line;
        }
        f.makeService(obedient(f.folder.path(), events));
        QSignalSpy logged(f.service.get(), &netboot::Service::logged);
        f.start();
        QTRY_COMPARE(f.state(), NetbootState::Serving);
        QCOMPARE(f.station->netbootStatus().address, u"10.20.50.1/24"_s);
        QTRY_VERIFY(f.station->device(mac));
        QTRY_COMPARE(f.station->device(mac)->bootTimeline.stage(), BootStage::NetworkUp);
        QVERIFY(logged.count() > 50);
        QCOMPARE(f.service->log().size(), qsizetype(logged.count()));

        protocol::RegisterRequest request;
        request.mac = mac;
        QVERIFY(f.station->registerDevice(request, u"10.20.50.173"_s).ok());
        QCOMPARE(f.station->device(mac)->bootTimeline.state, BootState::Registered);

        Q_EMIT f.station->netbootRefusalChanged(mac, true);
        QTRY_VERIFY(f.told().contains("\"command\":\"refuse\""));
        Q_EMIT f.station->netbootRefusalChanged(mac, false);
        f.service->stop();
        QTRY_COMPARE(f.state(), NetbootState::Off);
        QVERIFY(!f.service->isRunning());
        const QByteArray told = f.told();
        QVERIFY(told.startsWith("{\"address\":\"10.20.50.1/24\""));
        QVERIFY(told.contains("\"command\":\"allow\"") && told.contains("\"command\":\"stop\""));
        f.start(); // and once more
        QTRY_COMPARE(f.state(), NetbootState::Serving);
    }

    void aDeviceThatWasUpBeforeTheServiceHasArrived()
    {
        Fixture f;
        protocol::RegisterRequest request;
        request.mac = mac;
        QVERIFY(f.station->registerDevice(request, u"10.20.50.173"_s).ok());
        f.makeService(
            obedient(f.folder.path(),
                     R"({"event":"dhcp","mac":"dc:a6:32:01:02:03","dhcp":{"from_client":true,)"
                     R"("raspberry":false,"type":"request","vendor_class":"provisioning-client"}})"
                     "\n"));
        f.start();
        QTRY_COMPARE(f.station->device(mac)->bootTimeline.state, BootState::Registered);
        QCOMPARE(f.station->device(mac)->bootTimeline.steps.size(), qsizetype(2));
        f.service->stop();
        QTRY_COMPARE(f.state(), NetbootState::Off);
    }

    void failures_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<int>("code");
        QTest::newRow("says why")
            << QByteArray("read wish\necho '{\"event\":\"failed\",\"code\":\"port-taken\"}'\n"
                          "echo '{\"event\":\"stopped\"}'\nexit 1\n")
            << int(FailureCode::PortTaken);
        QTest::newRow("dies") << QByteArray("test \"$1\" = run && kill -9 $$\n")
                              << int(FailureCode::NetbootFailed);
        QTest::newRow("ends at once") << QByteArray("exit 3\n") << int(FailureCode::NetbootFailed);
        QTest::newRow("talks nonsense")
            << QByteArray("echo nonsense; echo '{}'; exit 1\n") << int(FailureCode::NetbootFailed);
    }

    void failures()
    {
        QFETCH(QByteArray, script);
        QFETCH(int, code);
        Fixture f;
        f.makeService(script);
        f.start();
        QTRY_COMPARE(f.state(), NetbootState::Failed);
        QCOMPARE(int(f.station->netbootStatus().failure.code), code);
        QVERIFY(!f.service->isRunning());
    }

    void aHelperThatDiesIsCleanedUpAfter()
    {
        Fixture f;
        f.makeService("test \"$1\" = run && kill -9 $$\necho \"$1\" > " + f.folder.path().toUtf8() +
                      "/told\n");
        f.start();
        QTRY_COMPARE(f.told(), QByteArray("restore\n"));
    }

    void aKitThatDoesNotBootIsNotServed()
    {
        Fixture f;
        f.makeService(obedient(f.folder.path(), "{\"event\":\"started\"}\n"));
        QVERIFY(QFile::setPermissions(f.kit.path(u"kernel8.img"_s), QFile::ReadOwner));
        f.start();
        QVERIFY(f.service->isRunning());
        QTRY_COMPARE(f.state(), NetbootState::Failed);
        QVERIFY(!f.service->isRunning());
        const protocol::Failure failure = f.station->netbootStatus().failure;
        QCOMPARE(failure.code, FailureCode::KitUnusable);
        QVERIFY(failure.detail.contains(u"kernel8.img cannot be read"_s));
        QCOMPARE(f.told(), QByteArray()); // no helper was asked
        QVERIFY(QFile::setPermissions(f.kit.path(u"kernel8.img"_s), QFile::Permissions(0x6644)));
        f.start(); // mended
        QTRY_COMPARE(f.state(), NetbootState::Serving);
    }

    void stoppedBeforeTheKitWasChecked()
    {
        Fixture f;
        f.makeService(obedient(f.folder.path(), "{\"event\":\"started\"}\n"));
        f.start();
        f.service->stop();
        QCOMPARE(f.state(), NetbootState::Off); // whether the kit's disk answers or not
        QVERIFY(!f.service->isRunning());
        QCOMPARE(f.told(), QByteArray());
        // The answer of that check starts nothing, that of the next does.
        f.start();
        f.service->stop();
        f.start();
        QTRY_COMPARE(f.state(), NetbootState::Serving);
        QTRY_COMPARE(f.told().count('\n'), 1);
    }

    void itWaitsForTheInterface()
    {
        Fixture f;
        f.makeService(obedient(
            f.folder.path(), R"({"event":"started","interface":"eth1","address":"10.20.50.1/24"})"
                             "\n"
                             R"({"event":"waiting","code":"interface-gone","text":"eth1 is gone"})"
                             "\n"));
        f.start();
        QTRY_COMPARE(f.state(), NetbootState::Waiting);
        const core::NetbootStatus &status = f.station->netbootStatus();
        QCOMPARE(status.failure.code, FailureCode::InterfaceGone);
        QCOMPARE(status.failure.detail, u"eth1 is gone"_s);
        QCOMPARE(status.range, u"10.20.50.100-10.20.50.200"_s);
        QVERIFY(f.service->isRunning());
        f.service->stop();
        QTRY_COMPARE(f.state(), NetbootState::Off);
        f.makeService(obedient(f.folder.path(),
                               R"({"event":"started"})"
                               "\n"
                               R"({"event":"waiting","code":"interface-down","text":"x"})"
                               "\n"
                               R"({"event":"resumed"})"
                               "\n"));
        f.start();
        QTRY_COMPARE(f.state(), NetbootState::Serving);
        QTRY_VERIFY(f.service->log().contains(u"eth1 is back"_s));
        QCOMPARE(f.state(), NetbootState::Serving);
    }

    void aFullRangeIsTold()
    {
        Fixture f;
        f.makeService(
            obedient(f.folder.path(),
                     R"({"event":"started"})"
                     "\n"
                     R"({"event":"dhcp","mac":"dc:a6:32:01:02:03","dhcp":{"from_client":true,)"
                     R"("raspberry":true,"type":"discover","vendor_class":"PXEClient"}})"
                     "\n"
                     R"({"event":"log","text":"dnsmasq-dhcp[7]: 9 DHCPDISCOVER(eth1) )"
                     R"(dc:a6:32:01:02:03 no address available"})"
                     "\n"));
        f.start();
        QTRY_VERIFY(f.station->netbootStatus().poolFull);
        QCOMPARE(f.station->messages().last().failure.code, FailureCode::AddressPoolFull);
        QCOMPARE(f.station->messages().last().failure.detail, u"10.20.50.100-10.20.50.200"_s);
        QVERIFY(f.station->device(mac)->bootTimeline.poolFull);
        f.service->stop();
        QTRY_COMPARE(f.state(), NetbootState::Off);
        QVERIFY(!f.station->netbootStatus().poolFull);
    }

    void noHelperAtAll()
    {
        Fixture f;
        f.service = std::make_unique<netboot::Service>(*f.station, u"/nowhere/helper"_s);
        f.start();
        QTRY_COMPARE(f.state(), NetbootState::Failed);
        QCOMPARE(f.station->netbootStatus().failure.code, FailureCode::ProgramMissing);
    }
};

QTEST_GUILESS_MAIN(TestService)
#include "tst_service.moc"
