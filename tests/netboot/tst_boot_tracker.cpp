// SPDX-License-Identifier: GPL-3.0-or-later
// Timelines from what the helper tells: by hand, and from a recorded boot (data/bench-boot.jsonl:
// the real helper and dnsmasq, with a client that asks as a Raspberry Pi 4 does).
#include "netboot/boot_tracker.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTest>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using core::BootStage;
using core::BootState;
using core::BootTimeline;
using netboot::BootTracker;
using netboot::DhcpSeen;
using netboot::DhcpType;
using netboot::Event;
using netboot::LogLine;
using protocol::MacAddress;

namespace
{

const MacAddress mac = *MacAddress::parse(u"dc:a6:32:01:02:03");
const QString rom = u"PXEClient:Arch:00000:UNDI:002001"_s;
const QString kit = u"provisioning-client"_s; // installer/netboot/initramfs/init.sh

struct Bench {
    explicit Bench(bool raspberriesOnly = false) : tracker(u"/srv/tftp"_s, raspberriesOnly) {}

    MacAddress client(DhcpType type, const QString &vendor, const QString &server = {},
                      MacAddress who = mac)
    {
        const bool pi = vendor == rom;
        const DhcpSeen seen{type,
                            true,
                            vendor,
                            pi,
                            pi ? u"a1b2c3d4"_s : QString(),
                            {},
                            {},
                            server,
                            server == u"10.20.50.1"_s};
        return take({.kind = Event::Kind::Dhcp, .mac = who, .dhcp = seen});
    }

    MacAddress log(const QString &text, qint64 bytes = -1, MacAddress who = {})
    {
        return take({.kind = Event::Kind::Log, .text = text, .bytes = bytes, .mac = who});
    }

    MacAddress take(const Event &event)
    {
        now = now.addSecs(1);
        return tracker.take(event, now);
    }

    void romAsks()
    {
        client(DhcpType::Discover, rom);
        log(u"dnsmasq-dhcp[7]: 99 DHCPOFFER(eth1) 10.20.50.173 dc:a6:32:01:02:03 "_s);
        client(DhcpType::Request, rom, u"10.20.50.1"_s);
        log(u"dnsmasq-dhcp[7]: 99 DHCPACK(eth1) 10.20.50.173 dc:a6:32:01:02:03 "_s);
    }

    void sent(const QString &file, qint64 bytes = 1000)
    {
        log(u"dnsmasq-tftp[7]: sent /srv/tftp/%1 to 10.20.50.173"_s.arg(file), bytes, mac);
    }

    void absent(const QString &file)
    {
        log(u"dnsmasq-tftp[7]: file /srv/tftp/%1 not found for 10.20.50.173"_s.arg(file));
    }

    void loadAll()
    {
        romAsks();
        absent(u"a1b2c3d4/start4.elf"_s);
        for (const QString &file : {u"config.txt"_s, u"start4.elf"_s, u"fixup4.dat"_s,
                                    u"initramfs.img"_s, u"cmdline.txt"_s, u"kernel8.img"_s})
            sent(file);
    }

    const BootTimeline &boot(MacAddress who = mac) const { return *tracker.find(who); }

    QList<BootStage> stages() const
    {
        QList<BootStage> list;
        for (const auto &step : boot().steps)
            list.append(step.stage);
        return list;
    }

    BootTracker tracker;
    QDateTime now = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, QTimeZone::utc());
};

} // namespace

class TestBootTracker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lines_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("kind"); // -1: says nothing
        QTest::addColumn<QString>("what");
        const auto row = [](const QString &line, int kind, const QString &what = {}) {
            QTest::newRow(qPrintable(line.left(60))) << line << kind << what;
        };
        using Kind = LogLine::Kind;
        row(u"dnsmasq-dhcp[6856]: 3309781886 PXE(b0) dc:a6:32:01:02:03 proxy"_s, int(Kind::Offer));
        row(u"dnsmasq-dhcp[1]: 1 DHCPOFFER(b0) 10.20.50.173 dc:a6:32:01:02:03"_s, int(Kind::Offer),
            u"10.20.50.173"_s);
        row(u"dnsmasq-dhcp[1]: 1 DHCPACK(b0) 10.20.50.173 dc:a6:32:01:02:03 reterm"_s,
            int(Kind::Ack), u"10.20.50.173"_s);
        row(u"dnsmasq-dhcp[1]: DHCPACK(b0) 10.20.50.173 dc:a6:32:01:02:03"_s, int(Kind::Ack),
            u"10.20.50.173"_s);
        row(u"dnsmasq-dhcp[1]: 1 DHCPDISCOVER(b0) dc:a6:32:01:02:03 ignored"_s, int(Kind::Refused));
        row(u"dnsmasq-dhcp[1]: 1 PXE(bench0) dc:a6:32:01:02:03 proxy-ignored"_s,
            int(Kind::Refused));
        row(u"dnsmasq-tftp[1]: sent /srv/tftp/a b/start4.elf to 10.0.0.1"_s, int(Kind::Sent),
            u"/srv/tftp/a b/start4.elf"_s);
        row(u"dnsmasq-tftp[1]: file /srv/tftp/x to 1 not found for 10.0.0.1"_s, int(Kind::NotFound),
            u"/srv/tftp/x to 1"_s);
        row(u"dnsmasq-tftp[1]: failed sending /srv/tftp/kernel8.img to 10.0.0.1"_s,
            int(Kind::Broken), u"/srv/tftp/kernel8.img"_s);
        row(u"dnsmasq-dhcp[1]: 1 DHCPDISCOVER(b0) dc:a6:32:01:02:03 "_s, -1);
        row(u"dnsmasq-dhcp[1]: 1 client provides name: DHCPACK(b0) 10.0.0.1 dc:a6:32:01:02:03"_s,
            -1);
        row(u"dnsmasq-dhcp[1]: 1 DHCPDISCOVER(b0) dc:a6:32:01:02:03 no address available"_s,
            int(Kind::NoAddress));
        row(u"dnsmasq-dhcp[1]: 1 DHCPDISCOVER(b0) 10.0.0.9 dc:a6:32:01:02:03 no address available"_s,
            int(Kind::NoAddress));
        row(u"dnsmasq[1]: sent /srv/tftp/x to 10.0.0.1"_s, -1);
        row(u"sent /srv/tftp/x to 10.0.0.1"_s, -1);
        row(u""_s, -1);
        row(u"dnsmasq-tftp[1]: sent /"_s + QString(100'000, u'x') + u" to 10.0.0.1"_s, -1);
    }

    void lines()
    {
        QFETCH(QString, line);
        QFETCH(int, kind);
        QFETCH(QString, what);
        const auto parsed = netboot::parseLogLine(line);
        QCOMPARE(parsed ? int(parsed->kind) : -1, kind);
        if (!parsed)
            return;
        QCOMPARE(parsed->file.isEmpty() ? parsed->address : parsed->file, what);
        QCOMPARE(parsed->file.isEmpty(), parsed->mac == mac);
    }

    void endsOfTransfers_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind"); // -1: says nothing
        using Kind = LogLine::Kind;
        QTest::newRow("boot ROM") << u"error 0 Early terminate received from 10.0.0.1"_s
                                  << int(Kind::Ended);
        QTest::newRow("iPXE") << u"error 8 User aborted the transfer received from 10.0.0.1"_s
                              << int(Kind::Ended);
        QTest::newRow("no text") << u"error 0  received from 10.0.0.1"_s << int(Kind::Ended);
        QTest::newRow("its memory is full")
            << u"error 3 Disk full received from 10.0.0.1"_s << int(Kind::Error);
        QTest::newRow("no address") << u"error 0 Early terminate received from x"_s << -1;
        QTest::newRow("no number") << u"error Early terminate received from 10.0.0.1"_s << -1;
    }

    void endsOfTransfers()
    {
        QFETCH(QString, text);
        QFETCH(int, kind);
        const auto parsed = netboot::parseLogLine(u"dnsmasq-tftp[1]: "_s + text);
        QCOMPARE(parsed ? int(parsed->kind) : -1, kind);
        if (parsed)
            QCOMPARE(parsed->address, u"10.0.0.1"_s);
    }

    void aProbeForTheSizeIsNotSent()
    {
        const QString ends =
            u"dnsmasq-tftp[7]: error 0 Early terminate received from 10.20.50.173"_s;
        Bench b;
        b.romAsks();
        b.log(ends, -1, mac);
        b.sent(u"start4.elf"_s, 2'000'000);
        QCOMPARE(b.boot().files.size(), qsizetype(0));
        QCOMPARE(b.boot().missing, QStringList());
        b.sent(u"start4.elf"_s, 2'000'000);
        QCOMPARE(b.boot().files.size(), qsizetype(1));
        // Of the kernel: it does not have it yet. Absent files in between are none of its business.
        b.log(ends, -1, mac);
        b.absent(u"recovery.elf"_s);
        b.sent(u"kernel8.img"_s);
        QCOMPARE(b.boot().stage(), BootStage::Firmware);
        QCOMPARE(b.boot().missing, QStringList{u"recovery.elf"_s});
        // Broken off on purpose in the middle.
        b.log(ends, -1, mac);
        b.log(u"dnsmasq-tftp[7]: failed sending /srv/tftp/kernel8.img to 10.20.50.173"_s, -1, mac);
        QCOMPARE(b.boot().broken, QString());
        // Another machine's end is not this one's.
        b.log(u"dnsmasq-tftp[7]: error 0 Early terminate received from 10.20.50.174"_s);
        b.sent(u"kernel8.img"_s);
        QCOMPARE(b.boot().stage(), BootStage::Kernel);
    }

    void aMachineThatCannotGoOnBreaksOff()
    {
        Bench b;
        b.romAsks();
        b.log(u"dnsmasq-tftp[7]: error 3 Disk full received from 10.20.50.173"_s, -1, mac);
        b.sent(u"initramfs.img"_s);
        QCOMPARE(b.boot().files.size(), qsizetype(0));
        QCOMPARE(b.boot().broken, u"initramfs.img"_s);
    }

    void aFullRangeIsNoIgnoredOffer()
    {
        const QString none =
            u"dnsmasq-dhcp[7]: 99 DHCPDISCOVER(eth1) dc:a6:32:01:02:03 no address available"_s;
        Bench b;
        b.client(DhcpType::Discover, rom);
        QVERIFY(!b.tracker.isPoolFull(b.now));
        QCOMPARE(b.log(none), mac);
        QCOMPARE(b.log(none), MacAddress()); // nothing new
        QVERIFY(b.tracker.isPoolFull(b.now));
        QCOMPARE(core::bootHint(b.boot(), b.now), core::BootHint::NoAddressLeft);
        QCOMPARE(core::bootHint(b.boot(), b.now.addSecs(90)), core::BootHint::NoAddressLeft);
        // It asks no more: whether there is an address now nobody knows.
        QVERIFY(!b.tracker.isPoolFull(b.now.addSecs(301)));
        b.romAsks(); // a lease has ended
        QVERIFY(!b.tracker.isPoolFull(b.now));
        QCOMPARE(core::bootHint(b.boot(), b.now.addSecs(60)), core::BootHint::NoFileAsked);
        // The system that it has loaded, and an installed one, can meet the same.
        b.sent(u"initramfs.img"_s);
        b.sent(u"kernel8.img"_s);
        b.client(DhcpType::Discover, kit);
        b.log(none);
        QCOMPARE(core::bootHint(b.boot(), b.now), core::BootHint::NoAddressLeft);
        b.tracker.forget(mac);
        QVERIFY(!b.tracker.isPoolFull(b.now));
        b.client(DhcpType::Discover, u"dhcpcd"_s);
        b.log(none);
        QVERIFY(b.tracker.isPoolFull(b.now));
        b.log(u"dnsmasq-dhcp[7]: 99 DHCPOFFER(eth1) 10.20.50.173 dc:a6:32:01:02:03 "_s);
        QVERIFY(!b.tracker.isPoolFull(b.now));
    }

    void wholeBoot()
    {
        Bench b;
        QCOMPARE(b.client(DhcpType::Discover, rom), mac);
        QCOMPARE(b.stages(), QList{BootStage::Seen});
        QCOMPARE(b.boot().serial, u"a1b2c3d4"_s); // before any file
        b.loadAll();
        QCOMPARE(b.client(DhcpType::Discover, kit), MacAddress());
        QCOMPARE(b.client(DhcpType::Request, kit, u"10.20.50.1"_s), mac);
        QCOMPARE(b.tracker.takeRegistration(mac, b.now.addSecs(2)), mac);
        QCOMPARE(b.boot().state, BootState::Registered);
        QCOMPARE(b.stages(), (QList{BootStage::Seen, BootStage::Offered, BootStage::Firmware,
                                    BootStage::Initramfs, BootStage::Kernel, BootStage::NetworkUp,
                                    BootStage::Registered}));
        for (qsizetype i = 0; i + 1 < b.boot().steps.size(); ++i)
            QCOMPARE(b.boot().steps[i].ended, b.boot().steps[i + 1].began);
        QVERIFY(!b.boot().steps.last().ended.isValid());
        QCOMPARE(b.boot().files.size(), qsizetype(6));
        QCOMPARE(b.boot().files[1].name, u"start4.elf"_s);
        QCOMPARE(b.boot().files[1].bytes, qint64(1000));
        QCOMPARE(b.boot().missing, QStringList{u"a1b2c3d4/start4.elf"_s});
        QCOMPARE(b.boot().address, u"10.20.50.173"_s);
        // Its lease is renewed, and nothing changes.
        QCOMPARE(b.client(DhcpType::Request, kit), MacAddress());
    }

    void probesAreNoErrors()
    {
        Bench b;
        b.romAsks();
        for (const QString &file :
             {u"a1b2c3d4/start4.elf"_s, u"a1b2c3d4/start.elf"_s, u"pieeprom.sig"_s})
            b.absent(file);
        b.absent(u"pieeprom.sig"_s);
        QCOMPARE(b.boot().missing.size(), qsizetype(3));
        QCOMPARE(core::bootHint(b.boot(), b.now), core::BootHint::None);
    }

    void aBrokenFileCountsUntilItIsSent()
    {
        Bench b;
        b.romAsks();
        b.sent(u"start4.elf"_s);
        b.log(u"dnsmasq-tftp[7]: failed sending /srv/tftp/kernel8.img to 10.20.50.173"_s, -1, mac);
        QCOMPARE(core::bootHint(b.boot(), b.now.addSecs(60)), core::BootHint::TransferBroken);
        b.sent(u"kernel8.img"_s);
        QCOMPARE(b.boot().broken, QString());
    }

    void asksAgainAndAgain()
    {
        Bench b;
        for (int i = 0; i < 5; ++i)
            b.client(DhcpType::Discover, rom);
        QCOMPARE(b.stages(), QList{BootStage::Seen});
        QCOMPARE(b.boot().asked, 4);
        QCOMPARE(core::bootHint(b.boot(), b.now.addSecs(60)), core::BootHint::OfferIgnored);
        b.client(DhcpType::Request, rom, u"10.20.50.2"_s);
        QCOMPARE(core::bootHint(b.boot(), b.now.addSecs(60)), core::BootHint::OtherServer);
    }

    void aRestartBeginsAnew()
    {
        Bench b;
        b.loadAll();
        QVERIFY(b.boot().files.size() > 1);
        b.client(DhcpType::Discover, rom);
        QCOMPARE(b.stages(), QList{BootStage::Seen});
        QVERIFY(b.boot().files.isEmpty());
        QCOMPARE(b.boot().serial, u"a1b2c3d4"_s);
    }

    void refusedAndThenFromItsOwnStorage()
    {
        Bench b;
        const QString ignored =
            u"dnsmasq-dhcp[7]: 9 DHCPDISCOVER(eth1) dc:a6:32:01:02:03 ignored"_s;
        b.client(DhcpType::Discover, rom);
        QCOMPARE(b.log(ignored), MacAddress()); // the loop guard has said nothing
        b.tracker.setRefused(mac, true);
        for (int i = 0; i < 3; ++i) {
            b.client(DhcpType::Discover, rom);
            b.log(ignored);
            QCOMPARE(b.boot().state, BootState::Refused);
        }
        QCOMPARE(b.client(DhcpType::Discover, u"dhcpcd-9.4.1"_s), mac);
        QCOMPARE(b.boot().state, BootState::OwnSystem);
        QCOMPARE(b.client(DhcpType::Request, u"dhcpcd-9.4.1"_s), MacAddress());
        b.tracker.setRefused(mac, false);
        b.romAsks();
        QCOMPARE(b.boot().state, BootState::Booting);
    }

    void refusedBesideAnotherServer()
    {
        Bench b(true);
        b.tracker.setRefused(mac, true);
        for (int i = 0; i < 3; ++i) {
            b.client(DhcpType::Discover, rom);
            b.log(u"dnsmasq-dhcp[7]: 9 PXE(eth1) dc:a6:32:01:02:03 proxy-ignored"_s);
            QCOMPARE(b.boot().state, BootState::Refused);
            b.client(DhcpType::Request, rom, u"192.168.1.1"_s); // the office's address all the same
            QCOMPARE(b.boot().state, BootState::Refused);
        }
        b.client(DhcpType::Request, u"dhcpcd-9.4.1"_s, u"192.168.1.1"_s);
        QCOMPARE(b.boot().state, BootState::OwnSystem);
    }

    void storageFirstDevicesAreSeenToo()
    {
        // Registered over the network, deployed, restarted: its boot ROM does not ask this time.
        Bench b;
        b.loadAll();
        b.client(DhcpType::Request, u"udhcp 1.35.0"_s);
        (void)b.tracker.takeRegistration(mac, b.now);
        b.client(DhcpType::Request, u"dhcpcd-9.4.1"_s); // init-reboot, without a discover
        QCOMPARE(b.boot().state, BootState::OwnSystem);
    }

    void theKitIsNeverAnotherSystem()
    {
        Bench b;
        // It was up before the station was.
        QCOMPARE(b.client(DhcpType::Request, kit), mac);
        QCOMPARE(b.boot().state, BootState::Booting);
        QCOMPARE(b.stages(), QList{BootStage::NetworkUp});
        QCOMPARE(core::bootHint(b.boot(), b.now.addSecs(60)), core::BootHint::NotRegistered);
        QCOMPARE(b.client(DhcpType::Request, kit), MacAddress());
        // It lost its lease and asks for another.
        QCOMPARE(b.tracker.takeRegistration(mac, b.now), mac);
        for (const DhcpType type : {DhcpType::Discover, DhcpType::Request})
            QCOMPARE(b.client(type, kit), MacAddress());
        QCOMPARE(b.boot().state, BootState::Registered);
        // After the installed system, without the boot ROM's asking us.
        b.client(DhcpType::Discover, u"dhcpcd-9.4.1"_s);
        QCOMPARE(b.boot().state, BootState::OwnSystem);
        QCOMPARE(b.client(DhcpType::Request, kit), mac);
        QCOMPARE(b.boot().state, BootState::Booting);
        QCOMPARE(b.stages(), QList{BootStage::NetworkUp});
    }

    void aSlowKernelIsStillTheKit()
    {
        Bench b;
        b.loadAll();
        b.now = b.now.addSecs(600);
        b.client(DhcpType::Discover, kit);
        b.client(DhcpType::Request, kit);
        QCOMPARE(b.boot().state, BootState::Booting);
        QCOMPARE(b.boot().stage(), BootStage::NetworkUp);
        QVERIFY(b.boot().steps.size() > 1); // the same boot
        Bench office(true);
        QCOMPARE(office.client(DhcpType::Request, kit), mac);
    }

    void longAfterTheKernelItIsAnotherSystem()
    {
        Bench b;
        b.loadAll();
        b.now = b.now.addSecs(600);
        b.client(DhcpType::Request, u"dhcpcd-9.4.1"_s);
        QCOMPARE(b.boot().state, BootState::OwnSystem);
    }

    void otherMachines()
    {
        Bench b;
        const MacAddress pc = *MacAddress::parse(u"02:00:00:00:00:01");
        b.client(DhcpType::Discover, u"PXEClient:Arch:00007"_s, {}, pc);
        QVERIFY(!b.boot(pc).raspberry);
        QCOMPARE(b.boot(pc).state, BootState::Booting);
        QCOMPARE(core::bootHint(b.boot(pc), b.now.addSecs(60)), core::BootHint::NotARaspberry);
        Bench office(true);
        QCOMPARE(office.client(DhcpType::Discover, u"PXEClient:Arch:00007"_s, {}, pc),
                 MacAddress());
        QCOMPARE(office.client(DhcpType::Discover, u"MSFT 5.0"_s, {}, pc), MacAddress());
        QVERIFY(!office.tracker.find(pc));
        QCOMPARE(office.client(DhcpType::Discover, rom), mac);
        office.client(DhcpType::Request, rom, u"192.168.1.1"_s); // the office's address, our files
        QVERIFY(office.boot().accepted && !office.boot().otherServer);
    }

    void addressesWithoutMac() // where the neighbour table did not know
    {
        Bench b;
        b.romAsks();
        QCOMPARE(b.log(u"dnsmasq-tftp[7]: sent /srv/tftp/config.txt to 10.20.50.173"_s, 5), mac);
        QCOMPARE(b.log(u"dnsmasq-tftp[7]: sent /srv/tftp/config.txt to 10.20.50.99"_s, 5),
                 MacAddress());
    }

    void inventedAddressesDoNotFillTheMemory()
    {
        Bench b;
        b.loadAll();
        b.client(DhcpType::Request, u"udhcp 1.35.0"_s);
        (void)b.tracker.takeRegistration(mac, b.now);
        for (int i = 1; i <= 2000; ++i)
            b.client(DhcpType::Discover, rom, {},
                     *MacAddress::parse(u"02:00:00:00:%1:%2"_s.arg(i / 256, 2, 16, '0'_L1)
                                            .arg(i % 256, 2, 16, '0'_L1)));
        QVERIFY(b.tracker.find(mac)); // who arrived stays
        QVERIFY(!b.tracker.find(*MacAddress::parse(u"02:00:00:00:00:01")));
    }

    void recordedBoot()
    {
        QFile file(QStringLiteral(PS_BOOT_RECORDS_DIR "/bench-boot.jsonl"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        BootTracker tracker(u"/srv/tftp"_s);
        QDateTime now = QDateTime::fromMSecsSinceEpoch(0, QTimeZone::utc());
        while (!file.atEnd()) {
            const auto event = netboot::parseEvent(file.readLine());
            QVERIFY(event.ok());
            now = now.addMSecs(100);
            (void)tracker.take(*event, now);
        }
        const BootTimeline *boot = tracker.find(mac);
        QVERIFY(boot && boot->raspberry);
        QCOMPARE(boot->serial, u"a1b2c3d4"_s);
        QCOMPARE(boot->boardRevision, u"00d03114"_s);
        QCOMPARE(boot->stage(), BootStage::NetworkUp);
        QCOMPARE(boot->steps.size(), qsizetype(6));
        QVERIFY(boot->missing.contains(u"dt-blob.bin"_s));
        qint64 kernel = -1;
        for (const auto &sent : boot->files)
            kernel = sent.name == "kernel8.img"_L1 ? sent.bytes : kernel;
        QVERIFY(kernel > 0);
    }

    void junk()
    {
        Bench b;
        b.loadAll();
        QRandomGenerator random(1);
        const QString good = u"dnsmasq-tftp[7]: sent /srv/tftp/config.txt to 10.20.50.173"_s;
        for (int i = 0; i < 20'000; ++i) {
            QString line = good;
            for (int n = 0; n < 4; ++n)
                line[random.bounded(line.size())] = QChar(random.bounded(0x20, 0x300));
            (void)b.log(line);
        }
        QVERIFY(b.boot().missing.size() <= 100 && b.boot().files.size() <= 200);
    }
};

QTEST_GUILESS_MAIN(TestBootTracker)
#include "tst_boot_tracker.moc"
