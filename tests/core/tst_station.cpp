// SPDX-License-Identifier: GPL-3.0-or-later
// Devices: who is answered, what is refused, and what lives on over a restart.
#include "core/station_bench.h"

using namespace Qt::StringLiterals;
using core::JobState;
using core::Outcome;
using core::TransferEvent;
using protocol::ActionKind;
using protocol::FailureCode;
using protocol::Phase;
using protocol::ReportKind;
using namespace bench;

class TestStation : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sessionsAndAddresses()
    {
        Fixture f;
        const QString session = f.registerFull();
        const auto refused = [&](const QString &with) {
            const auto action = f.station->poll(mac(), here, with, base);
            return !action.ok() && action.failure().code == FailureCode::Unauthorized;
        };
        QVERIFY(refused({}));
        QVERIFY(refused(u"0"_s.repeated(32)));
        QVERIFY(f.station->poll(mac(), here, session, base).ok());
        const QString newer = f.registerFull();
        QVERIFY(refused(session));
        QVERIFY(f.station->poll(mac(), here, newer, base).ok());

        f.registerPlain(2);
        const auto foreign = f.station->poll(mac(2), u"10.0.0.6"_s, {}, base);
        QCOMPARE(foreign.failure().code, FailureCode::ForeignAddress);
        QCOMPARE(f.station->device(mac(2))->otherAddress, u"10.0.0.6"_s);
        QCOMPARE(f.station->poll(mac(9), here, {}, base).failure().code,
                 FailureCode::UnknownDevice);
    }

    void aSerialNumberIsNoProofInMidJob()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain(1, here, 0, u"A"_s);
        const auto id = f.station->deploy(mac(), image, {});
        f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        f.post(
            {TransferEvent::Kind::Interrupted, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        f.registerPlain(1, u"10.0.0.6"_s, 0, u"B"_s);
        QCOMPARE(f.answer.failure().code, FailureCode::ForeignAddress);
        QCOMPARE(f.station->device(mac())->address, here);
        // Whoever knows the serial number is not the device: it is no secret.
        f.registerPlain(1, u"10.0.0.6"_s, 0, u"A"_s);
        QCOMPARE(f.answer.failure().code, FailureCode::ForeignAddress);
        f.now += core::plainAwayMs;
        f.registerPlain(1, u"10.0.0.6"_s, 0, u"A"_s);
        QVERIFY(f.answer.ok());
        QCOMPARE(f.poll(1, {}, u"10.0.0.6"_s).kind, ActionKind::Deploy);
    }

    // A plain device tells no serial, and its lease has changed before anything was sent.
    void aJobThatHasNotBegunGoesWithTheMac()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        QCOMPARE(f.poll().kind, ActionKind::Deploy);
        QCOMPARE(f.job(*id).state, JobState::Offered);
        const QString there = u"10.0.0.6"_s;
        f.registerPlain(1, there);
        QVERIFY(f.answer.ok());
        QCOMPARE(f.poll(1, {}, there).kind, ActionKind::Deploy);
        QVERIFY(f.board->find(f.job(*id).token)->mayUse(there));
        QVERIFY(!f.board->find(f.job(*id).token)->mayUse(here));
        QCOMPARE(f.station->device(mac())->otherAddress, here); // it was there a moment ago
    }

    void inventedDevicesAreBounded()
    {
        Fixture f;
        const auto image = f.import();
        const auto invent = [&f](int n, const QString &peer) {
            protocol::RegisterRequest request;
            request.mac = *core::MacAddress::parse(
                u"02:00:00:00:%1:%2"_s.arg(n / 256, 2, 16, QLatin1Char('0'))
                    .arg(n % 256, 2, 16, QLatin1Char('0')));
            return f.station->registerDevice(request, peer);
        };
        f.registerPlain(1, here);
        QVERIFY(f.station->deploy(mac(), image, {}).ok()); // counts no more
        int n = 0;
        for (; n < protocol::maxIdleDevicesPerAddress; ++n)
            QVERIFY(invent(n, here).ok());
        QCOMPARE(invent(n, here).failure().code, FailureCode::TooManyDevices);
        QCOMPARE(invent(n + 1, here).failure().code, FailureCode::TooManyDevices);
        QCOMPARE(f.station->messages().last().failure.code, FailureCode::TooManyDevices);
        QCOMPARE(std::ranges::count(f.station->messages(), core::MessageKind::StationWarning,
                                    &core::Message::kind),
                 1);
        // Who is known stays, and is answered; others have room.
        QVERIFY(invent(0, here).ok());
        f.registerPlain(1, here);
        QVERIFY(f.answer.ok());
        QVERIFY(invent(n, u"10.0.1.1"_s).ok());
        for (++n; n < protocol::maxIdleDevices; ++n)
            QVERIFY(invent(n, u"10.0.1.%1"_s.arg(2 + n / 100)).ok());
        // Where it is crowded, there is room for who comes from elsewhere.
        QVERIFY(invent(n, u"10.0.2.1"_s).ok());
        QVERIFY(f.station->devices().size() <= protocol::maxIdleDevices + 1);
        QVERIFY(f.station->device(mac()));
    }

    void aBenchBehindOneAddressRegisters()
    {
        // Five batches of forty-eight, none of which was given a job.
        QVERIFY(protocol::maxIdleDevicesPerAddress >= 5 * 48);
        QVERIFY(protocol::maxIdleDevices >= 10 * protocol::maxIdleDevicesPerAddress);
    }

    void newBootOffersAgain()
    {
        Fixture f;
        const auto image = f.import();
        QString session = f.registerFull();
        const auto id = f.station->deploy(mac(), image, {});
        const auto first = f.poll(1, session);
        QVERIFY(f.station->report(*id, session, f.progress(Phase::Writing)).ok());
        f.now += core::silentSessionMs;
        session = f.registerFull(1, u"boot-2"_s);
        QCOMPARE(f.job(*id).state, JobState::Offered);
        QVERIFY(f.job(*id).interrupted);
        QCOMPARE(f.poll(1, session).packUrl, first.packUrl);
    }

    // Only of the device itself, and gone with it.
    void logOfADevice()
    {
        Fixture f;
        const QString session = f.registerFull();
        QCOMPARE(f.answer->time, f.now / 1000);
        QVERIFY(!f.station->deviceLog(mac()));
        const QSignalSpy logged(f.station.get(), &core::Station::deviceLogged);
        const protocol::DeviceLog log{mac(), {{5120, u"init: eth0: link"_s}}};
        QVERIFY(f.station->takeLog(log, session).ok());
        QCOMPARE(logged.size(), 1);
        QCOMPARE(f.station->deviceLog(mac())->entries.first().line.text, u"init: eth0: link"_s);
        for (const QString &other : {QString(), u"nonsense"_s, f.registerFull(2)})
            QCOMPARE(f.station->takeLog(log, other).failure().code, FailureCode::Unauthorized);
        QCOMPARE(f.station->takeLog({mac(3), {}}, session).failure().code,
                 FailureCode::UnknownDevice);
        QCOMPARE(f.station->deviceLog(mac())->entries.size(), 1);
        QVERIFY(f.station->forget(mac()).ok());
        QVERIFY(!f.station->deviceLog(mac()));
        f.registerPlain(3);
        QCOMPARE(f.answer->time, 0);
        QCOMPARE(f.station->takeLog({mac(3), {}}, {}).failure().code, FailureCode::Unauthorized);
    }

    void refusedOrders()
    {
        Fixture f;
        const auto image = f.import();
        QCOMPARE(f.station->deploy(mac(), image, {}).failure().code, FailureCode::UnknownDevice);
        f.registerPlain(1, here, 1000);
        QCOMPARE(f.station->deploy(mac(), u"none"_s, {}).failure().code, FailureCode::UnknownImage);
        QCOMPARE(f.station->deploy(mac(), image, {}).failure().code, FailureCode::DeviceTooSmall);
        f.registerPlain(1, here, qint64(1) << 30);
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(id.ok());
        QCOMPARE(f.station->deploy(mac(), image, {}).failure().code, FailureCode::DeviceBusy);
        QCOMPARE(f.station->requestAction(mac(), ActionKind::Reboot).failure().code,
                 FailureCode::DeviceBusy);
        QCOMPARE(f.station->forget(mac()).failure().code, FailureCode::DeviceBusy);
        QVERIFY(f.station->cancel(*id, u"test"_s).ok());
        QCOMPARE(f.job(*id).state, JobState::Cancelled);
        QCOMPARE(f.station->cancel(*id, u"test"_s).failure().code, FailureCode::UnknownJob);
        QCOMPARE(f.station->requestAction(mac(), ActionKind::Deploy).failure().code,
                 FailureCode::BadRequest);
        QVERIFY(f.station->forget(mac()).ok());
        QVERIFY(!f.station->device(mac()));
    }

    void sdCardNeedsAllowance()
    {
        Fixture f;
        const auto image = f.import();
        protocol::RegisterRequest request;
        request.mac = mac();
        request.features = {u"full-1"_s};
        request.storage = {u"SD"_s, u"card"_s, {}, qint64(1) << 30, 512};
        QVERIFY(f.station->registerDevice(request, here).ok());
        QCOMPARE(f.station->deploy(mac(), image, {}).failure().code, FailureCode::DeviceIsSdCard);
        core::JobOptions options;
        options.allowSd = true;
        QVERIFY(f.station->deploy(mac(), image, options).ok());
    }

    void oneShots()
    {
        Fixture f;
        f.registerPlain();
        QVERIFY(f.station->requestAction(mac(), ActionKind::Reboot).ok());
        QCOMPARE(f.poll().kind, ActionKind::Reboot);
        QCOMPARE(f.poll().kind, ActionKind::None);
        // 30 s, and a new registration, end it.
        QVERIFY(f.station->requestAction(mac(), ActionKind::Identify).ok());
        f.now += 31'000;
        QTRY_VERIFY(std::ranges::any_of(f.station->messages(), [](const auto &message) {
            return message.kind == core::MessageKind::ActionExpired;
        }));
        QCOMPARE(f.poll().kind, ActionKind::None);
        QVERIFY(f.station->requestAction(mac(), ActionKind::Identify).ok());
        f.registerPlain();
        QCOMPARE(f.poll().kind, ActionKind::None);

        const QString session = f.registerFull(2);
        QVERIFY(f.station->requestAction(mac(2), ActionKind::Identify).ok());
        const auto action = f.poll(2, session);
        QCOMPARE(f.poll(2, session).kind, ActionKind::Identify); // until accepted
        protocol::Report accepted;
        accepted.kind = ReportKind::Accepted;
        QVERIFY(f.station->report(action.job, session, accepted).ok());
        QCOMPARE(f.poll(2, session).kind, ActionKind::None);
    }

    void everythingLivesOnOverARestart()
    {
        Fixture f;
        const auto image = f.import();
        f.station->setGoldenImage(image);
        f.registerPlain(1);
        const QString session = f.registerFull(2);
        const auto deploy = f.station->deploy(mac(1), image, {});
        const auto backup = f.backup(mac(2), f.folder.filePath(u"b.img.zst"_s), {});
        const auto before = f.poll(1);
        f.post({TransferEvent::Kind::Began, f.job(*deploy).token, core::Level::Plain, {}, {}, {}});
        f.restart();
        QCOMPARE(f.station->devices().size(), 2);
        QCOMPARE(f.station->goldenImage(), image);
        QCOMPARE(f.job(*deploy).state, JobState::Offered);
        QVERIFY(f.job(*deploy).interrupted);
        QCOMPARE(f.poll(1).url, before.url);
        QVERIFY(f.board->find(f.job(*deploy).token));
        QCOMPARE(f.poll(2, session).job, *backup); // the session lives on, too
        QVERIFY(f.board->find(f.job(*backup).token)->description().sink);
    }

    void messagesAndSignals()
    {
        Fixture f;
        QSignalSpy added(f.station.get(), &core::Station::deviceAdded);
        QSignalSpy posted(f.station.get(), &core::Station::messagePosted);
        f.registerPlain();
        QCOMPARE(added.size(), 1);
        QCOMPARE(posted.size(), 1);
        f.registerPlain();
        QCOMPARE(added.size(), 1);
        QCOMPARE(f.station->messages().first().kind, core::MessageKind::DeviceAppeared);
        QVERIFY(f.station->isOnline(*f.station->device(mac())));
        f.now += 16'000;
        QVERIFY(!f.station->isOnline(*f.station->device(mac())));
    }
};

QTEST_GUILESS_MAIN(TestStation)
#include "tst_station.moc"
