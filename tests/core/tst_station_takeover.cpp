// SPDX-License-Identifier: GPL-3.0-or-later
// Devices whose address changes, machines that pretend to be one, and boards that are swapped.
#include "core/station_bench.h"

using namespace bench;

namespace
{

const QString there = u"10.0.0.6"_s;

// A deploy at work at the full level.
struct Deploy : Fixture {
    Deploy()
    {
        image = import();
        session = registerFull();
        id = *station->deploy(mac(), image, {});
        (void)poll(1, session);
        if (!tell(session, here))
            qFatal("no report");
    }
    [[nodiscard]] bool tell(const QString &with, const QString &peer)
    {
        return station->report(id, with, progress(Phase::Writing), peer).ok();
    }
    [[nodiscard]] FailureCode refusal() const { return answer.failure().code; }
    [[nodiscard]] const core::Job &job() const { return Fixture::job(id); }
    [[nodiscard]] const core::Device &device() const { return *station->device(mac()); }
    void pass(qint64 ms)
    {
        now += ms;
        QMetaObject::invokeMethod(station.get(), "tick");
    }

    core::ImageId image;
    QString session;
    core::JobId id;
};

qsizetype count(const Fixture &f, core::MessageKind kind)
{
    return std::ranges::count(f.station->messages(), kind, &core::Message::kind);
}

protocol::RegisterRequest board(const QString &serial, const QString &cid)
{
    protocol::RegisterRequest request;
    request.mac = mac();
    request.features = {u"full-1"_s};
    request.bootId = serial;
    request.serial = serial;
    request.storage = {u"MMC"_s, u"card"_s, cid, qint64(1) << 30, 512};
    return request;
}

} // namespace

class TestStationTakeover : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // The serial number goes over the wire in clear, and so does the MAC.
    void aThiefGetsNoRunningJob()
    {
        Deploy f;
        f.registerFull(1, u"boot-1"_s, there);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        QCOMPARE(count(f, core::MessageKind::AddressConflict), 1);
        QCOMPARE(f.device().otherAddress, there);
        QVERIFY(f.tell(f.session, here)); // and the device works on
        f.registerFull(1, u"boot-2"_s, there);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        f.pass(3'600'000); // silence alone is no proof, either
        f.registerFull(1, u"boot-2"_s, there);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
    }

    // A session that was read from the wire is of no use elsewhere but to register.
    void sessionsAreBoundToTheirAddress()
    {
        Deploy f;
        QVERIFY(!f.tell(f.session, there));
        QCOMPARE(f.station->report(f.id, f.session, f.deployed(f.job()), there).failure().code,
                 FailureCode::ForeignAddress);
        QCOMPARE(f.station->poll(mac(), there, f.session, base).failure().code,
                 FailureCode::ForeignAddress);
        QCOMPARE(f.station->takeLog({mac(), {}}, f.session, there).failure().code,
                 FailureCode::ForeignAddress);
        QCOMPARE(f.job().state, JobState::Transferring);
        QCOMPARE(count(f, core::MessageKind::AddressConflict), 0); // it is the device, by all signs
    }

    void theOldSessionMovesTheJob_data()
    {
        QTest::addColumn<bool>("backup");
        QTest::newRow("deploy") << false;
        QTest::newRow("backup") << true;
    }

    void theOldSessionMovesTheJob()
    {
        QFETCH(bool, backup);
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        const auto id = backup ? f.backup(mac(), f.folder.filePath(u"b.img"_s), {})
                               : f.station->deploy(mac(), image, {});
        (void)f.poll(1, session);
        const Phase phase = backup ? Phase::Reading : Phase::Writing;
        QVERIFY(f.station->report(*id, session, f.progress(phase), here).ok());
        const QString newer = f.registerFull(1, u"boot-1"_s, there, session);
        QVERIFY(f.answer.ok());
        QCOMPARE(f.station->device(mac())->address, there);
        QVERIFY(f.board->find(f.job(*id).token)->mayUse(there));
        QVERIFY(!f.board->find(f.job(*id).token)->mayUse(here));
        QCOMPARE(f.job(*id).failure.code, FailureCode::AddressChanged);
        QCOMPARE(f.poll(1, newer, there).job, *id);
        QVERIFY(f.station->report(*id, newer, f.progress(phase), there).ok());
        QCOMPARE(f.job(*id).state, JobState::Transferring);
        QCOMPARE(count(f, core::MessageKind::AddressConflict), 0);
        QVERIFY(!f.station->device(mac())->takeoverShown);
    }

    // The answer that brought the newer session was lost.
    void theSessionBeforeCountsUntilTheNewerOneIsUsed()
    {
        Deploy f;
        QVERIFY(!f.registerFull(1, u"boot-1"_s, there, f.session).isEmpty());
        const QString newer = f.registerFull(1, u"boot-1"_s, there, f.session);
        QVERIFY(f.answer.ok());
        QCOMPARE(f.poll(1, newer, there).job, f.id);
        f.registerFull(1, u"boot-1"_s, here, f.session);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
    }

    // Somebody else's DHCP server: the kernel's word for the address, and silence.
    void aPowerCutResumesAtTheSameAddress()
    {
        Deploy f;
        f.neighbour = [](const QString &address) {
            return address == here ? core::Neighbour{false, mac()} : core::Neighbour{};
        };
        f.registerFull(1, u"boot-2"_s);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        QCOMPARE(count(f, core::MessageKind::AddressConflict), 0); // no alarm for a restart
        f.pass(core::silentSessionMs);
        const QString session = f.registerFull(1, u"boot-2"_s);
        QVERIFY(f.answer.ok());
        QVERIFY(f.job().interrupted);
        QCOMPARE(f.poll(1, session).job, f.id);
    }

    void anotherMachineAtTheSameAddressDoesNot()
    {
        Deploy f;
        f.neighbour = [](const QString &) { return core::Neighbour{false, mac(9)}; };
        for (int i = 0; i < 10; ++i) {
            f.pass(core::silentSessionMs);
            f.registerFull(1, u"boot-2"_s);
            QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        }
        QVERIFY(count(f, core::MessageKind::AddressConflict) > 0);
    }

    void ourOwnDhcpSawTheRestart_data()
    {
        QTest::addColumn<QString>("serial");
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("allowed");
        QTest::newRow("the board") << u"serial-1"_s << there << true;
        QTest::newRow("another board") << u"serial-2"_s << there << false;
        QTest::newRow("not told") << QString() << there << false;
        QTest::newRow("it has another address") << u"serial-1"_s << here << false;
    }

    void ourOwnDhcpSawTheRestart()
    {
        QFETCH(QString, serial);
        QFETCH(QString, address);
        QFETCH(bool, allowed);
        Deploy f;
        core::BootTimeline boot;
        boot.mac = mac();
        boot.state = core::BootState::Booting;
        boot.serial = serial;
        boot.address = address;
        boot.changed = QDateTime::fromMSecsSinceEpoch(f.now);
        boot.steps = {{core::BootStage::Seen, boot.changed, {}}};
        f.pass(5'000);
        f.station->noteBoot(boot);
        // A broadcast is sent by whoever likes.
        f.registerFull(1, u"boot-2"_s, there);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        boot.steps << core::BootStep{core::BootStage::Firmware, boot.changed, {}};
        f.station->noteBoot(boot);
        f.registerFull(1, u"boot-2"_s, there);
        QCOMPARE(f.answer.ok(), allowed);
        if (!allowed)
            return;
        // The boot counts once: what came after it is a sign of the device.
        f.pass(1'000);
        f.registerFull(1, u"boot-3"_s, here);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
    }

    void aBootBeforeTheLastSignIsNoProof()
    {
        Deploy f;
        core::BootTimeline boot;
        boot.mac = mac();
        boot.state = core::BootState::Booting;
        boot.serial = u"serial-1"_s;
        boot.steps = {{core::BootStage::Seen, QDateTime::fromMSecsSinceEpoch(f.now), {}}};
        f.station->noteBoot(boot);
        f.pass(1'000);
        QVERIFY(f.tell(f.session, here));
        f.registerFull(1, u"boot-2"_s, there);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
    }

    void aBootIsSilentForAWhile()
    {
        Deploy f;
        core::BootTimeline boot;
        boot.mac = mac();
        boot.state = core::BootState::Booting;
        boot.serial = u"serial-1"_s;
        boot.address = there;
        boot.steps = {{core::BootStage::Firmware, QDateTime::fromMSecsSinceEpoch(f.now), {}}};
        f.pass(4'999);
        f.station->noteBoot(boot);
        f.registerFull(1, u"boot-2"_s, there);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        f.pass(1);
        f.registerFull(1, u"boot-2"_s, there);
        QVERIFY(f.answer.ok());
    }

    void theOperatorsWord()
    {
        Deploy f;
        f.registerFull(1, u"boot-2"_s, there);
        QVERIFY(f.station->accept(mac(), there).ok());
        QVERIFY(f.device().otherAddress.isEmpty());
        const QString session = f.registerFull(1, u"boot-2"_s, there);
        QVERIFY(f.answer.ok());
        QCOMPARE(f.poll(1, session, there).job, f.id);
        f.registerFull(1, u"boot-3"_s, here); // once
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        QCOMPARE(f.station->accept(mac(7), there).failure().code, FailureCode::UnknownDevice);
    }

    // What the lane asks for is what the registration gave.
    void theTransferFollowsTheSession()
    {
        Deploy f;
        const auto transfer = f.board->find(f.job().token);
        QVERIFY(transfer->isSession(f.session.toLatin1()));
        for (const QByteArray &other : {QByteArray(), f.session.toLatin1() + '0', QByteArray("x")})
            QVERIFY(!transfer->isSession(other));
        const QString renewed = f.registerFull(1, u"boot-1"_s, there, f.session);
        QVERIFY(f.answer.ok());
        QVERIFY(transfer->isSession(renewed.toLatin1()));
        QVERIFY(!transfer->isSession(f.session.toLatin1()));
        f.restart();
        QVERIFY(f.board->find(f.job().token)->isSession(renewed.toLatin1()));
        QVERIFY(!f.board->find(f.job().token)->isSession({}));
    }

    void atPlainLevelATransferHasNoSession()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(f.board->find(f.job(*id).token)->isSession({}));
        QVERIFY(f.board->find(f.job(*id).token)->isSession("rubbish"));
    }

    // Between the look at the row and the click a third one may have claimed the device.
    void theOperatorsWordIsAboutOneAddress()
    {
        const QString third = u"10.0.0.7"_s;
        Deploy f;
        f.registerFull(1, u"boot-2"_s, there);
        for (const QString &other : {third, QString(), u"10.0.0"_s})
            QCOMPARE(f.station->accept(mac(), other).failure().code, FailureCode::AddressChanged);
        QCOMPARE(f.device().otherAddress, there); // still to be decided
        f.registerFull(1, u"boot-2"_s, there);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);

        f.registerFull(1, u"boot-2"_s, third);
        QCOMPARE(f.device().otherAddress, third);
        QCOMPARE(f.station->accept(mac(), there).failure().code, FailureCode::AddressChanged);
        QCOMPARE(f.station->accept(mac(), there).failure().stage, protocol::Stage::Register);
        QVERIFY(f.station->accept(mac(), third).ok());
        f.registerFull(1, u"boot-2"_s, there); // was not meant
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        f.registerFull(1, u"boot-2"_s, third);
        QVERIFY(f.answer.ok());
        QCOMPARE(f.device().address, third);
    }

    // Its own address: the device was restarted there, and cannot prove it.
    void theOperatorsWordForItsOwnAddress()
    {
        Deploy f;
        f.registerFull(1, u"boot-2"_s, here);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        QVERIFY(f.station->accept(mac(), here).ok());
        f.registerFull(1, u"boot-2"_s, there); // nobody else is meant by it
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        f.registerFull(1, u"boot-2"_s, here);
        QVERIFY(f.answer.ok());
    }

    void theOperatorsWordDoesNotHoldForEver()
    {
        Deploy f;
        f.registerFull(1, u"boot-2"_s, there);
        QVERIFY(f.station->accept(mac(), there).ok());
        f.pass(std::chrono::milliseconds(core::acceptanceLifetime).count());
        f.registerFull(1, u"boot-2"_s, there);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
    }

    // Not even by speaking the plain level, which has no session.
    void aDowngradeIsNoProof()
    {
        Deploy f;
        f.registerPlain(1, there, qint64(1) << 30, u"serial-1"_s);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
        f.registerPlain(1, here, qint64(1) << 30, u"serial-1"_s);
        QCOMPARE(f.refusal(), FailureCode::ForeignAddress);
    }

    void anIdleTakeoverIsShown()
    {
        core::StationOptions options;
        options.autoMode = core::AutoMode::Deploy;
        Fixture f(options);
        const QString session = f.registerFull();
        (void)f.poll(1, session);
        const QString thief = f.registerFull(1, u"boot-9"_s, there);
        QVERIFY(f.answer.ok());
        QVERIFY(f.station->device(mac())->takeoverShown);
        QCOMPARE(f.station->device(mac())->otherAddress, here);
        QCOMPARE(count(f, core::MessageKind::DeviceMoved), 1);
        QCOMPARE(count(f, core::MessageKind::AutomaticPaused), 1);
        f.station->setGoldenImage(f.import());
        QCOMPARE(f.poll(1, thief, there).kind, ActionKind::None); // nothing by itself
        QVERIFY(f.station->rearm(mac()).ok());
        QVERIFY(!f.station->device(mac())->takeoverShown);
        QCOMPARE(f.poll(1, thief, there).kind, ActionKind::Deploy);
    }

    void whatAutomaticModeHasGivenIsTakenBack()
    {
        core::StationOptions options;
        options.autoMode = core::AutoMode::Deploy;
        Fixture f(options);
        f.station->setGoldenImage(f.import());
        const QString session = f.registerFull();
        QCOMPARE(f.poll(1, session).kind, ActionKind::Deploy);
        const QString thief = f.registerFull(1, u"boot-9"_s, there);
        QVERIFY(!f.station->latestJob(mac()));
        QCOMPARE(f.poll(1, thief, there).kind, ActionKind::None);
        QVERIFY(f.station->jobs().isEmpty());
    }

    void anOrdinaryNewLeaseIsNoTakeover_data()
    {
        QTest::addColumn<bool>("full");
        QTest::newRow("plain") << false;
        QTest::newRow("full") << true;
    }

    void anOrdinaryNewLeaseIsNoTakeover()
    {
        QFETCH(bool, full);
        Fixture f;
        full ? (void)f.registerFull() : f.registerPlain();
        f.now += 16'000;
        full ? (void)f.registerFull(1, u"boot-2"_s, there) : f.registerPlain(1, there);
        QVERIFY(f.answer.ok());
        QVERIFY(!f.station->device(mac())->takeoverShown);
        QVERIFY(f.station->device(mac())->otherAddress.isEmpty());
        QVERIFY(f.station->device(mac())->armed);
    }

    // A script that only asks: it registers once, and its lease changes.
    void aPlainDeviceAsksFromAnotherAddress()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        QCOMPARE(f.poll().kind, ActionKind::Deploy);
        f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        f.post(
            {TransferEvent::Kind::Interrupted, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        const auto refused = [&] {
            const auto action = f.station->poll(mac(), there, {}, base);
            return !action && action.failure().code == FailureCode::ForeignAddress;
        };
        QVERIFY(refused());
        QCOMPARE(f.station->device(mac())->otherAddress, there);
        f.now += core::plainAwayMs - 1;
        QVERIFY(refused());
        f.now += 1;
        QCOMPARE(f.poll(1, {}, there).kind, ActionKind::Deploy);
        QCOMPARE(f.station->device(mac())->address, there);
        QVERIFY(f.station->device(mac())->otherAddress.isEmpty());
        QVERIFY(f.board->find(f.job(*id).token)->mayUse(there));
    }

    void aPlainDeviceThatFlushesIsNotAway()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        (void)f.poll();
        f.post({TransferEvent::Kind::Began, f.job(*id).token, core::Level::Plain, {}, {}, {}});
        const auto transfer = f.board->find(f.job(*id).token);
        const quint64 connection = transfer->attach([] {});
        f.now += 2 * core::plainAwayMs;
        f.registerPlain(1, there);
        QCOMPARE(f.answer.failure().code, FailureCode::ForeignAddress);
        QVERIFY(!f.station->poll(mac(), there, {}, base));
        transfer->detach(connection);
        f.registerPlain(1, there);
        QVERIFY(f.answer.ok());
    }

    // The other one shows as long as it tries, and a while longer.
    void aConflictLasts()
    {
        Deploy f;
        f.registerFull(1, u"boot-9"_s, there);
        const qint64 lifetime = std::chrono::milliseconds(core::conflictLifetime).count();
        f.pass(lifetime - 1);
        QCOMPARE(f.device().otherAddress, there);
        f.pass(1);
        QVERIFY(f.device().otherAddress.isEmpty());
    }

    // Two machines with one MAC, a registration a second each.
    void twoMachinesAreToldOfOnceInAWhile()
    {
        Fixture f;
        const auto before = f.station->messages().size();
        for (int second = 0; second < 60; ++second) {
            f.registerFull(1, u"boot-a"_s, here);
            f.registerFull(1, u"boot-b"_s, there);
            f.now += 1'000;
        }
        QVERIFY(f.station->device(mac())->takeoverShown);
        QVERIFY(!f.station->device(mac())->otherAddress.isEmpty());
        QVERIFY2(f.station->messages().size() - before < 20,
                 qPrintable(QString::number(f.station->messages().size())));
    }

    void anotherBoardInheritsNothing_data()
    {
        QTest::addColumn<QString>("serial");
        QTest::addColumn<QString>("cid");
        QTest::addColumn<QString>("unit");
        QTest::newRow("serial") << u"B"_s << u"cid"_s << u"B"_s;
        QTest::newRow("cid") << u"A"_s << u"other"_s << u"other"_s;
        QTest::newRow("both") << u"B"_s << u"other"_s << u"B"_s;
    }

    void anotherBoardInheritsNothing()
    {
        QFETCH(QString, serial);
        QFETCH(QString, cid);
        Fixture f;
        const auto image = f.import();
        auto session = f.station->registerDevice(board(u"A"_s, u"cid"_s), here)->session;
        const auto id = f.station->deploy(mac(), image, {});
        (void)f.poll(1, session);
        QVERIFY(f.station->report(*id, session, f.deployed(f.job(*id))).ok());
        QVERIFY(!f.station->device(mac())->armed);

        session = f.station->registerDevice(board(serial, cid), here)->session;
        const core::Device *device = f.station->device(mac());
        QTEST(device->otherUnit, "unit");
        QCOMPARE(device->serial, u"A"_s); // the row is the first one's, its success too
        QCOMPARE(device->storage.cid, u"cid"_s);
        QCOMPARE(count(f, core::MessageKind::UnitReplaced), 1);
        QCOMPARE(f.poll(1, session).kind, ActionKind::None);
        f.restart();
        QTEST(f.station->device(mac())->otherUnit, "unit");
        QCOMPARE(f.station->poll(mac(), here, session, base).failure().code,
                 FailureCode::Unauthorized); // it tells again what it is
        session = f.station->registerDevice(board(serial, cid), here)->session;

        // Who orders anew orders for this one.
        const auto second = f.station->deploy(mac(), image, {});
        QVERIFY(second.ok());
        device = f.station->device(mac());
        QVERIFY(device->otherUnit.isEmpty());
        QCOMPARE(device->serial, serial);
        QCOMPARE(device->storage.cid, cid);
        QTRY_COMPARE(f.poll(1, session).job, *second); // once the pack was looked at
    }

    void acceptedAsAnotherBoardItHasDoneNothingYet()
    {
        Fixture f;
        const auto image = f.import();
        auto session = f.station->registerDevice(board(u"A"_s, u"a"_s), here)->session;
        const auto id = f.station->deploy(mac(), image, {});
        (void)f.poll(1, session);
        QVERIFY(f.station->report(*id, session, f.deployed(f.job(*id))).ok());
        QVERIFY(f.station->registerDevice(board(u"B"_s, u"b"_s), here).ok());
        QCOMPARE(f.station->latestJob(mac())->id, *id);
        QVERIFY(f.station->accept(mac(), here).ok());
        QCOMPARE(f.station->device(mac())->serial, u"B"_s);
        QVERIFY(!f.station->latestJob(mac()));
        f.restart();
        QCOMPARE(f.station->device(mac())->serial, u"B"_s);
        QVERIFY(!f.station->latestJob(mac()));
        QCOMPARE(f.job(*id).outcome, Outcome::Verified); // it stays in the history
    }

    // Anybody may ask with a MAC. The board that has the seat is the one that the row names.
    void whoOnlyAsksIsNotTheOtherBoard()
    {
        Fixture f;
        QVERIFY(f.station->registerDevice(board(u"A"_s, u"a"_s), here).ok());
        const auto session = f.station->registerDevice(board(u"B"_s, u"b"_s), here)->session;
        QVERIFY(!f.station->poll(mac(), there, {}, base));
        const core::Device *device = f.station->device(mac());
        QCOMPARE(device->otherAddress, there);
        QCOMPARE(device->otherUnit, u"B"_s);
        QCOMPARE(device->otherUnitAddress, here);

        QVERIFY(f.station->accept(mac(), there).ok()); // its word, and no other board's
        device = f.station->device(mac());
        QCOMPARE(device->serial, u"A"_s);
        QCOMPARE(device->otherUnit, u"B"_s);
        QVERIFY(f.station->accept(mac(), here).ok());
        QCOMPARE(f.station->device(mac())->serial, u"B"_s);
        QVERIFY(f.station->device(mac())->otherUnitAddress.isEmpty());
        QVERIFY(f.station->poll(mac(), here, session, base).ok());
        f.registerFull(1, u"boot-9"_s, there); // was not meant by the last word
        QCOMPARE(f.answer.failure().code, FailureCode::ForeignAddress);
    }

    void aThirdBoardIsNotTheSecond()
    {
        Fixture f;
        const auto second = board(u"B"_s, u"b"_s);
        const auto third = board(u"C"_s, u"c"_s);
        QVERIFY(f.station->registerDevice(board(u"A"_s, u"a"_s), here).ok());
        QVERIFY(f.station->registerDevice(second, here).ok());
        QVERIFY(!f.station->registerDevice(third, there).ok());
        QCOMPARE(f.station->device(mac())->otherUnit, u"B"_s); // an order would be B's
        QCOMPARE(f.station->device(mac())->otherUnitAddress, here);
        QCOMPARE(f.station->device(mac())->otherAddress, there);
        QVERIFY(f.station->accept(mac(), there).ok());
        QCOMPARE(f.station->device(mac())->serial, u"A"_s); // C has not been there yet
        QVERIFY(f.station->registerDevice(third, there).ok());
        QCOMPARE(f.station->device(mac())->serial, u"C"_s);
        QVERIFY(f.station->device(mac())->otherUnit.isEmpty());
    }

    // The first board is at work, and the operator says that it is the device.
    void theFirstBoardIsMeant_data()
    {
        QTest::addColumn<QString>("asker"); // somebody else, who only asks
        QTest::newRow("two boards") << QString();
        QTest::newRow("and a third address") << u"10.0.0.7"_s;
    }

    void theFirstBoardIsMeant()
    {
        QFETCH(QString, asker);
        Deploy f;
        QVERIFY(!f.station->registerDevice(board(u"B"_s, u"b"_s), there).ok());
        if (!asker.isEmpty())
            QVERIFY(!f.station->poll(mac(), asker, {}, base));
        QCOMPARE(f.device().otherUnitAddress, there);
        QVERIFY(f.station->accept(mac(), here).ok());
        QVERIFY(f.device().otherUnit.isEmpty());
        QVERIFY(f.device().otherUnitAddress.isEmpty());
        QVERIFY(f.device().otherAddress.isEmpty());
        QCOMPARE(f.device().serial, u"serial-1"_s);
        QVERIFY(f.tell(f.session, here));
        QVERIFY(!f.station->registerDevice(board(u"B"_s, u"b"_s), there).ok());
        QCOMPARE(f.device().otherUnit, u"B"_s); // it has not gone away
    }

    void whereTheOtherBoardIsIsKept()
    {
        Fixture f;
        QVERIFY(f.station->registerDevice(board(u"A"_s, u"a"_s), here).ok());
        QVERIFY(f.station->registerDevice(board(u"B"_s, u"b"_s), here).ok());
        QVERIFY(!f.station->poll(mac(), there, {}, base));
        f.restart();
        QCOMPARE(f.station->device(mac())->otherUnitAddress, here);
        QVERIFY(f.station->accept(mac(), here).ok());
        QVERIFY(f.station->registerDevice(board(u"B"_s, u"b"_s), here).ok());
        QCOMPARE(f.station->device(mac())->serial, u"B"_s);
    }

    void whatWasOrderedForTheFirstBoardEnds()
    {
        Fixture f;
        const auto image = f.import();
        QVERIFY(f.station->registerDevice(board(u"A"_s, u"a"_s), here).ok());
        const auto id = f.station->deploy(mac(), image, {});
        const auto session = f.station->registerDevice(board(u"B"_s, u"b"_s), here)->session;
        QCOMPARE(f.job(*id).state, JobState::Failed);
        QCOMPARE(f.job(*id).failure.code, FailureCode::DeviceReplaced);
        QCOMPARE(f.poll(1, session).kind, ActionKind::None);
    }

    // As long as the first one is at work the other gets no answer.
    void atWorkItIsNotReplaced()
    {
        Deploy f;
        const auto other = board(u"B"_s, u"b"_s);
        QCOMPARE(f.station->registerDevice(other, there).failure().code,
                 FailureCode::ForeignAddress);
        QCOMPARE(f.device().otherUnit, u"B"_s);
        QCOMPARE(count(f, core::MessageKind::UnitReplaced), 1);
        QVERIFY(f.tell(f.session, here));
        f.pass(core::plainAwayMs + 1);
        QVERIFY(f.station->registerDevice(other, there).ok());
        QCOMPARE(f.job().failure.code, FailureCode::DeviceReplaced);
    }

    void theFirstBoardComesBack()
    {
        Fixture f;
        QVERIFY(f.station->registerDevice(board(u"A"_s, u"a"_s), here).ok());
        QVERIFY(f.station->registerDevice(board(u"B"_s, u"b"_s), here).ok());
        QVERIFY(f.station->registerDevice(board(u"A"_s, u"a"_s), here).ok());
        QVERIFY(f.station->device(mac())->otherUnit.isEmpty());
        QCOMPARE(f.station->device(mac())->serial, u"A"_s);
    }

    void oneSerialNumberOnTwoMacs()
    {
        Fixture f;
        f.registerPlain(1, here, 0, u"S"_s);
        f.registerPlain(2, there, 0, u"T"_s);
        QVERIFY(f.station->device(mac(2))->sameSerial.isNull());
        f.registerPlain(3, u"10.0.0.7"_s, 0, u"S"_s);
        QCOMPARE(f.station->device(mac(1))->sameSerial, mac(3));
        QCOMPARE(f.station->device(mac(3))->sameSerial, mac(1));
        QCOMPARE(count(f, core::MessageKind::SerialShared), 1);
        f.now += 60'000;
        f.registerPlain(3, u"10.0.0.7"_s, 0, u"S"_s); // told once
        QCOMPARE(count(f, core::MessageKind::SerialShared), 1);
        QVERIFY(f.station->forget(mac(1)).ok());
        QVERIFY(f.station->device(mac(3))->sameSerial.isNull());
    }
};

QTEST_GUILESS_MAIN(TestStationTakeover)
#include "tst_station_takeover.moc"
