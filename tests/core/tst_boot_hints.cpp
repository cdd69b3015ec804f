// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of a device that does not get on.
#include "boot_bench.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace boot_bench;
using core::BootStage;
using core::BootState;

class TestBootHints : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hints_data()
    {
        QTest::addColumn<int>("stage");
        QTest::addColumn<int>("seconds");
        QTest::addColumn<int>("hint");
        const auto row = [](const char *name, BootStage stage, int seconds, core::BootHint hint) {
            QTest::newRow(name) << int(stage) << seconds << int(hint);
        };
        row("spanning tree takes its time", BootStage::Seen, 39, core::BootHint::None);
        row("seen", BootStage::Seen, 40, core::BootHint::OfferIgnored);
        row("offered", BootStage::Offered, 50, core::BootHint::OfferIgnored);
        row("firmware", BootStage::Firmware, 30, core::BootHint::LoadingSilent);
        row("kernel", BootStage::Kernel, 30, core::BootHint::LoadingSilent);
        row("initramfs", BootStage::Initramfs, 59, core::BootHint::None);
        row("network", BootStage::NetworkUp, 31, core::BootHint::NotRegistered);
        row("arrived", BootStage::Registered, 1000, core::BootHint::None);
    }

    void hints()
    {
        QFETCH(int, stage);
        QFETCH(int, seconds);
        QFETCH(int, hint);
        const auto boot = timelineAt(BootStage(stage), 1'700'000'000'000);
        QCOMPARE(int(core::bootHint(boot, boot.changed.addSecs(seconds))), hint);
    }

    void aFullRangeIsKnownAtOnce()
    {
        auto boot = timelineAt(BootStage::Seen, 1'700'000'000'000);
        boot.poolFull = true;
        QCOMPARE(core::bootHint(boot, boot.changed), core::BootHint::NoAddressLeft);
        QCOMPARE(core::bootHint(boot, boot.changed.addSecs(90)), core::BootHint::NoAddressLeft);
        boot.state = BootState::Registered; // it has one
        QCOMPARE(core::bootHint(boot, boot.changed), core::BootHint::None);
    }

    void hintsGoByWhatIsKnown()
    {
        const auto timeline = [](BootStage stage) { return timelineAt(stage, 1'700'000'000'000); };
        auto boot = timeline(BootStage::Offered);
        const QDateTime later = boot.changed.addSecs(60);
        boot.accepted = true;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::NoFileAsked);
        boot.otherServer = true;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::OtherServer);
        boot.otherServer = boot.raspberry = false;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::NotARaspberry);

        boot = timeline(BootStage::Firmware);
        boot.missing = {u"a1b2c3d4/start4.elf"_s, u"start4.elf"_s};
        QCOMPARE(core::bootHint(boot, later), core::BootHint::FirmwareMissing);
        boot.files = {{u"start4.elf"_s, 1, boot.changed}};
        QCOMPARE(core::bootHint(boot, later), core::BootHint::LoadingSilent);
        boot.missing.append(u"a1b2c3d4/kernel8.img"_s);
        QCOMPARE(core::bootHint(boot, later), core::BootHint::KernelMissing);
        boot.broken = u"kernel8.img"_s;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::TransferBroken);

        // Only a large file that is still on its way: nothing is missing.
        boot = timeline(BootStage::Firmware);
        boot.missing = {u"a1b2c3d4/start4.elf"_s, u"a1b2c3d4/start.elf"_s, u"pieeprom.sig"_s};
        QCOMPARE(core::bootHint(boot, later), core::BootHint::LoadingSilent);
        boot.steps = timeline(BootStage::Initramfs).steps;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::LoadingSilent);
        boot.steps += timeline(BootStage::Kernel).steps;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::KernelSilent);

        boot = timeline(BootStage::Kernel);
        boot.missing = {u"initramfs.img"_s};
        QCOMPARE(core::bootHint(boot, later), core::BootHint::InitramfsMissing);
        boot.state = BootState::OwnSystem;
        QCOMPARE(core::bootHint(boot, later), core::BootHint::None);
    }
};

QTEST_GUILESS_MAIN(TestBootHints)
#include "tst_boot_hints.moc"
