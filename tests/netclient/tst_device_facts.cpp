// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/device_actions.h"
#include "netclient/device_facts.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using netclient::findMac;
using netclient::StopReason;
using netclient::StopSource;
using netclient::SystemPaths;

namespace
{

void put(const QString &path, const QByteArray &text)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write a test file");
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("?");
}

// A copy of the kernel's files.
struct FakeSystem {
    QTemporaryDir folder;
    SystemPaths paths;

    FakeSystem()
    {
        paths.bootId = path("boot_id");
        paths.deviceTree = path("device-tree");
        paths.cpuInfo = path("cpuinfo");
        paths.netClass = path("net");
        paths.sysBlock = path("block");
        paths.dev = path("dev");
        paths.leds = path("leds");
    }
    QString path(const char *name) const { return folder.filePath(QLatin1StringView(name)); }
    void addInterface(const char *name, const QByteArray &mac, const char *carrier,
                      const QByteArray &type = "1\n") const
    {
        const QString base = path("net/") + QLatin1StringView(name);
        put(base + "/address"_L1, mac);
        put(base + "/type"_L1, type);
        put(base + "/carrier"_L1, carrier);
    }
};

} // namespace

class TestDeviceFacts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // As a CM4's firmware leaves it: numbers are big-endian cells, texts end with a NUL.
    void readsHowItBooted()
    {
        const FakeSystem system;
        QVERIFY(readFacts(system.paths, {}).boot == protocol::BootFacts{});
        const QString bootloader = system.paths.deviceTree + "/chosen/bootloader/"_L1;
        put(bootloader + "boot-mode"_L1, QByteArray("\0\0\0\2", 4));
        put(bootloader + "partition"_L1, QByteArray("\0\0\0\1", 4));
        put(bootloader + "build-timestamp"_L1, QByteArray("\x63\xbe\xf0\x59", 4));
        put(bootloader + "version"_L1,
            QByteArray("8ba17717fbcedd4c3b6d4bce7e50c7af4155cba9\0", 41));
        const protocol::BootFacts boot = readFacts(system.paths, {}).boot;
        QCOMPARE(boot.mode, 2);
        QCOMPARE(boot.partition, 1);
        QCOMPARE(boot.bootloaderBuilt, qint64(0x63bef059));
        QCOMPARE(boot.bootloaderVersion, u"8ba17717fbcedd4c3b6d4bce7e50c7af4155cba9"_s);
        put(bootloader + "boot-mode"_L1, "xy"); // no cell
        QCOMPARE(readFacts(system.paths, {}).boot.mode, -1);
    }

    void readsWhatTheKernelTells()
    {
        const FakeSystem system;
        put(system.paths.bootId, "6e1a4f6e-0000-0000-0000-000000000001\n");
        put(system.paths.deviceTree + "/serial-number"_L1, QByteArray("10000000abcdef01\0", 17));
        put(system.paths.deviceTree + "/model"_L1,
            QByteArray("Raspberry Pi Compute Module 4 Rev 1.1\0", 38));
        put(system.paths.cpuInfo, "processor\t: 0\n\nRevision\t: c03141\nSerial\t\t: 1\n");
        const auto facts = readFacts(system.paths, {});
        QCOMPARE(facts.bootId, u"6e1a4f6e-0000-0000-0000-000000000001"_s);
        QCOMPARE(facts.serial, u"10000000abcdef01"_s);
        QCOMPARE(facts.model, u"Raspberry Pi Compute Module 4 Rev 1.1"_s);
        QCOMPARE(facts.boardRevision, u"c03141"_s);
        QVERIFY(facts.isFullLevel());
        QCOMPARE(facts.storage.size, 0);
    }

    void whatIsNotToldStaysEmpty()
    {
        const FakeSystem system;
        const auto facts = readFacts(system.paths, {});
        QVERIFY(facts.serial.isEmpty() && facts.model.isEmpty() && facts.boardRevision.isEmpty());
    }

    void aFileIsCalledOne()
    {
        const FakeSystem system;
        put(system.path("emmc"), QByteArray(4096, 'x'));
        const auto facts = readFacts(system.paths, system.path("emmc"));
        QCOMPARE(facts.storage.type, u"file"_s);
        QCOMPARE(facts.storage.size, 4096);
    }

    void choosesAnInterface()
    {
        const FakeSystem system;
        QVERIFY(!findMac(system.paths, {}));
        system.addInterface("lo", "00:00:00:00:00:00\n", "1\n", "772\n");
        QVERIFY(!findMac(system.paths, u"lo"_s));
        system.addInterface("eth0", "02:00:00:00:00:10\n", "0\n");
        QCOMPARE(findMac(system.paths, {})->toString(), u"02:00:00:00:00:10"_s);
        system.addInterface("eth1", "02:00:00:00:00:11\n", "1\n");
        QCOMPARE(findMac(system.paths, {})->toString(), u"02:00:00:00:00:11"_s);
        QCOMPARE(findMac(system.paths, u"lo"_s)->toString(), u"02:00:00:00:00:11"_s);
        system.addInterface("eth2", "02:00:00:00:00:12\n", "0\n");
        QCOMPARE(findMac(system.paths, u"eth2"_s)->toString(), u"02:00:00:00:00:12"_s);
    }

    void knowsTheRoute()
    {
        const auto route = netclient::routeTo(u"127.0.0.1"_s);
        QCOMPARE(route.address, u"127.0.0.1"_s);
        QCOMPARE(route.interface, u"lo"_s);
        QVERIFY(netclient::routeTo(u"no number"_s).address.isEmpty());
    }

    void ledsAreGivenBack()
    {
        const FakeSystem system;
        put(system.paths.leds + "/ACT/trigger"_L1, "none timer [mmc0] heartbeat\n");
        put(system.paths.leds + "/ACT/brightness"_L1, "255\n");
        StopSource stop;
        stop.stop(StopReason::Interrupted); // it blinks for seconds otherwise
        netclient::SystemActions(system.paths.leds, {}).identify(stop);
        QCOMPARE(contentOf(system.paths.leds + "/ACT/trigger"_L1), "mmc0");
        QCOMPARE(contentOf(system.paths.leds + "/ACT/brightness"_L1), "255");
    }
};

QTEST_GUILESS_MAIN(TestDeviceFacts)
#include "tst_device_facts.moc"
