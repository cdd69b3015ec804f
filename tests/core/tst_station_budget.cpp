// SPDX-License-Identifier: GPL-3.0-or-later
// Made-up MAC addresses, in every mode; and messages that anybody can cause.
#include "core/station_bench.h"

#include <QDir>

using namespace bench;
using core::MessageKind;

namespace
{

core::MacAddress invented(int n)
{
    return *core::MacAddress::parse(
        u"02:00:00:%1:%2:%3"_s.arg(n >> 16 & 255, 2, 16, QLatin1Char('0'))
            .arg(n >> 8 & 255, 2, 16, QLatin1Char('0'))
            .arg(n & 255, 2, 16, QLatin1Char('0')));
}

struct Crowd : Fixture {
    using Fixture::Fixture;

    // Registers, and asks when it got in.
    bool invent(int n, const QString &peer)
    {
        protocol::RegisterRequest request;
        request.mac = invented(n);
        if (!station->registerDevice(request, peer))
            return false;
        (void)station->poll(request.mac, peer, {}, base);
        return true;
    }
    [[nodiscard]] qsizetype count(MessageKind kind) const
    {
        return std::ranges::count(station->messages(), kind, &core::Message::kind);
    }
};

core::StationOptions automatic(core::AutoMode mode, const QString &folder = {})
{
    core::StationOptions options;
    options.autoMode = mode;
    options.backupDir = folder;
    return options;
}

QString address(int n)
{
    return u"10.1.%1.%2"_s.arg(n / 250).arg(1 + n % 250);
}

} // namespace

class TestStationBudget : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whoIsGoneMakesRoom()
    {
        Crowd f;
        for (int n = 0; n < protocol::maxIdleDevicesPerAddress; ++n)
            QVERIFY(f.invent(n, here));
        QVERIFY(!f.invent(1000, here));
        QVERIFY(f.invent(0, here)); // known
        f.now += 10'000;
        QVERIFY(f.invent(7, here)); // the one that is still there
        f.now += 6'000;
        QSignalSpy removed(f.station.get(), &core::Station::deviceRemoved);
        QVERIFY(f.invent(1000, here));
        QVERIFY(!removed.isEmpty());
        QVERIFY(f.station->device(invented(7)));
        QVERIFY(f.station->device(invented(1000)));
        QVERIFY(!f.station->device(invented(1)));
        f.restart(); // nor does the store keep them
        QVERIFY(!f.station->device(invented(1)));
        QVERIFY(f.station->device(invented(1000)));
    }

    void whoHadAJobStays()
    {
        Crowd f;
        f.registerPlain(1, here);
        f.registerPlain(2, here);
        const auto id = f.backup(mac(1), f.folder.filePath(u"b.img"_s), {});
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        f.now += 3'600'000;
        for (int n = 0; n < 3 * protocol::maxIdleDevicesPerAddress; ++n) {
            QVERIFY(f.invent(n, here));
            f.now += 1'000;
        }
        QVERIFY(f.station->device(mac(1)));
        QVERIFY(!f.station->device(mac(2)));
        QVERIFY(f.station->devices().size() <= 1 + protocol::maxIdleDevicesPerAddress);
    }

    // As fast as it goes, without a pause in which a row would be gone.
    void aFloodLeavesRoomForARealDevice()
    {
        Crowd f;
        int n = 0;
        for (; n < protocol::maxIdleDevices; ++n)
            QVERIFY(f.invent(n, address(n / 200)));
        for (int real = 0; real < 48; ++real) {
            const QString peer = u"10.9.0.%1"_s.arg(real + 1);
            QVERIFY(f.invent(1'000'000 + real, peer));
            ++n;
            (void)f.invent(n, address(n / 200 % 20));
        }
        for (int real = 0; real < 48; ++real)
            QVERIFY(f.station->device(invented(1'000'000 + real)));
        QVERIFY(f.station->devices().size() <= protocol::maxIdleDevices);
    }

    void manyInAutomaticDeploy()
    {
        Crowd f(automatic(core::AutoMode::Deploy));
        f.station->setGoldenImage(f.import());
        int let = 0;
        for (int n = 0; n < 20'000; ++n) {
            let += f.invent(n, address(n / 128)) ? 1 : 0;
            f.now += n % 4 == 0 ? 1 : 0; // 4000 a second
        }
        QVERIFY(let > 0);
        QVERIFY2(f.station->devices().size() <= protocol::maxIdleDevices + 256,
                 qPrintable(QString::number(f.station->devices().size())));
        QVERIFY2(f.station->jobs().size() <= 256,
                 qPrintable(QString::number(f.station->jobs().size())));
        QVERIFY(f.station->messages().size() <= 1000);
        // A real device gets its image, once those that are gone are found to be.
        f.now += 16'000;
        f.registerPlain(1, u"10.9.0.1"_s);
        QVERIFY(f.answer.ok());
        QCOMPARE(f.poll(1, {}, u"10.9.0.1"_s).kind, ActionKind::Deploy);
    }

    void manyInAutomaticBackup()
    {
        QTemporaryDir saved;
        Crowd f(automatic(core::AutoMode::Backup, saved.path()));
        for (int n = 0; n < 1'000; ++n)
            (void)f.invent(n, address(n / 128));
        const auto parts = [&] { return QDir(saved.path()).entryList({u"*.part"_s}).size(); };
        QVERIFY2(parts() <= 256, qPrintable(QString::number(parts())));
        QTRY_VERIFY(parts() > 0);
        QVERIFY2(parts() <= 256, qPrintable(QString::number(parts())));
        f.now += 16'000;
        f.registerPlain(1, u"10.9.0.1"_s);
        QCOMPARE(f.poll(1, {}, u"10.9.0.1"_s).kind, ActionKind::Backup);
        QTRY_COMPARE(parts(), 1); // what was given to nobody is taken back
    }

    void behindOneAddressOthersHaveRoom()
    {
        Crowd f(automatic(core::AutoMode::Deploy));
        f.station->setGoldenImage(f.import());
        for (int n = 0; n < 200; ++n)
            QVERIFY(f.invent(n, here));
        QCOMPARE(f.station->jobs().size(), 64);
        f.registerPlain(1, u"10.9.0.1"_s);
        QCOMPARE(f.poll(1, {}, u"10.9.0.1"_s).kind, ActionKind::Deploy);
        // The others are armed still, and get theirs when a place is free.
        const core::JobId id = f.station->jobs().first().id;
        QVERIFY(f.station->cancel(id, u"test"_s).ok());
        QVERIFY(f.invent(150, here));
        QVERIFY(f.station->latestJob(invented(150)));
    }

    void whoOnlyRegistersGetsNothing()
    {
        Fixture f(automatic(core::AutoMode::Deploy));
        f.station->setGoldenImage(f.import());
        f.registerPlain();
        QVERIFY(f.station->jobs().isEmpty());
        QCOMPARE(f.poll().kind, ActionKind::Deploy);
    }

    // Not the one that an earlier start has left, whether the named one becomes ready or not.
    void aStartThatNamesItsImageDeploysNoOther_data()
    {
        QTest::addColumn<bool>("good");
        QTest::newRow("ready") << true;
        QTest::newRow("fails") << false;
    }

    void aStartThatNamesItsImageDeploysNoOther()
    {
        QFETCH(bool, good);
        Crowd f(automatic(core::AutoMode::Deploy));
        const core::ImageId before = f.import();
        f.station->setGoldenImage(before);
        f.options.namesImage = true;
        f.restart();
        f.registerPlain();
        QCOMPARE(f.ask().kind, ActionKind::None); // nothing is named yet
        const QString path = f.folder.filePath(good ? u"next.img"_s : u"next.img.xz"_s);
        samples::writeFile(path, samples::noise(2 * qint64(imaging::chunkBytes), 2));
        const auto named = f.library->import(path);
        QVERIFY(named.ok());
        f.station->setGoldenImage(*named);
        QCOMPARE(f.station->goldenImage(), before);
        QCOMPARE(f.count(MessageKind::AutomaticWaits), 1);
        QCOMPARE(f.ask().kind, ActionKind::None);
        const auto state = good ? core::ImageState::Ready : core::ImageState::Failed;
        QTRY_COMPARE_WITH_TIMEOUT(f.library->image(*named)->state, state, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(f.station->awaitsGoldenImage(), !good, 60'000);
        if (!good) {
            QCOMPARE(f.poll().kind, ActionKind::None);
            QVERIFY(f.station->device(mac())->armed);
            QVERIFY(f.station->jobs().isEmpty());
            f.station->setGoldenImage(before); // the operator's choice
        }
        QCOMPARE(f.poll().kind, ActionKind::Deploy);
        QCOMPARE(f.station->latestJob(mac())->image, good ? *named : before);
    }

    // Polls without any right, from two addresses in turn.
    void conflictsDoNotFlushTheMessages()
    {
        Crowd f;
        f.registerPlain();
        for (int i = 0; i < 1'000; ++i) {
            const QString peer = i % 2 == 0 ? u"10.0.0.6"_s : u"10.0.0.7"_s;
            QVERIFY(!f.station->poll(mac(), peer, {}, base));
        }
        QCOMPARE(f.count(MessageKind::AddressConflict), 1);
        QCOMPARE(f.station->messages().first().kind, MessageKind::DeviceAppeared);
        f.now += core::MessageGate::repeatMs;
        QVERIFY(!f.station->poll(mac(), u"10.0.0.6"_s, {}, base));
        QCOMPARE(f.count(MessageKind::AddressConflict), 2);
    }

    void nothingThatAnybodyCausesPushesTheRestOut()
    {
        Crowd f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        for (int n = 0; n < 4'000; ++n) {
            (void)f.invent(n, address(n / 100));
            protocol::RegisterRequest again;
            again.mac = invented(n);
            again.bootId = u"boot-%1"_s.arg(n);
            (void)f.station->registerDevice(again, u"10.8.0.1"_s);
            f.now += 50;
        }
        QCOMPARE(f.count(MessageKind::JobCancelled), 1);
        QVERIFY(f.station->messages().size() <= 1000);
    }

    void aRealBenchIsToldWhole()
    {
        Crowd f;
        for (int n = 0; n < 64; ++n)
            QVERIFY(f.invent(n, address(n)));
        QCOMPARE(f.count(MessageKind::DeviceAppeared), 64);
    }
};

QTEST_GUILESS_MAIN(TestStationBudget)
#include "tst_station_budget.moc"
