// SPDX-License-Identifier: GPL-3.0-or-later
// A folder as the TFTP root: complete, and with everything that can be missing or too large.
#include "netboot/tftp_root.h"

#include "kit_files.h"
#include "netboot/boot_files.h"

#include <QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;
using netboot::inspectTftpRoot;
using netboot::TftpProblem;
using Kind = TftpProblem::Kind;

namespace
{

using Problems = QList<TftpProblem>;

class Kit : public kit_files::Kit
{
public:
    [[nodiscard]] Problems check() const { return inspectTftpRoot(root()); }
};

} // namespace

class TestTftpRoot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWholeKitIsGood()
    {
        const Kit kit;
        QCOMPARE(kit.check(), Problems());
    }

    void missingFiles_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"start4.elf", "fixup4.dat", "cmdline.txt", "bcm2711-rpi-cm4.dtb",
                                 "kernel8.img", "initramfs.img"})
            QTest::addRow("%s", name) << QString::fromLatin1(name);
    }

    void missingFiles()
    {
        QFETCH(QString, name);
        const Kit kit;
        QVERIFY(QFile::remove(kit.path(name)));
        QCOMPARE(kit.check(), (Problems{{Kind::Missing, name, 0}}));
        kit.write(name, {});
        QCOMPARE(kit.check(), (Problems{{Kind::Empty, name, 0}}));
        QVERIFY(QDir().mkpath(kit.path(name + u".d"_s)) && QFile::remove(kit.path(name)) &&
                QDir().rename(kit.path(name + u".d"_s), kit.path(name)));
        QCOMPARE(kit.check(), (Problems{{Kind::Missing, name, 0}})); // a folder is no file
    }

    void noConfiguration()
    {
        const Kit kit;
        QVERIFY(QFile::remove(kit.path(u"config.txt"_s)));
        QCOMPARE(kit.check(), (Problems{{Kind::Missing, u"config.txt"_s, 0}}));
    }

    void theConfigurationNamesOtherFiles()
    {
        const Kit kit;
        kit.write(u"config.txt"_s,
                  "kernel=a.img\nkernel=linux/b.img\n initramfs  ram.zst 0x2000\n");
        QCOMPARE(kit.check(), (Problems{{Kind::Missing, u"linux/b.img"_s, 0},
                                        {Kind::Missing, u"ram.zst"_s, 0}}));
        kit.write(u"linux/b.img"_s, kit_files::kernel());
        kit.write(u"ram.zst"_s, "\x28\xb5\x2f\xfd");
        QCOMPARE(kit.check(), Problems());
    }

    void noInitramfsIsNamed()
    {
        const Kit kit;
        kit.write(u"config.txt"_s, "# initramfs initramfs.img\n");
        QCOMPARE(kit.check(), (Problems{{Kind::NoInitramfs, u"config.txt"_s, 0}}));
    }

    void theLargestFileThatTftpTakes()
    {
        const Kit kit;
        kit.write(u"extra/rootfs.img"_s, "x");
        kit.resize(u"extra/rootfs.img"_s, netboot::tftpFileLimit);
        QCOMPARE(kit.check(), Problems());
        kit.resize(u"extra/rootfs.img"_s, netboot::tftpFileLimit + 1);
        QCOMPARE(kit.check(),
                 (Problems{{Kind::TooLarge, u"extra/rootfs.img"_s, netboot::tftpFileLimit + 1}}));
    }

    void aSlowKit()
    {
        const Kit kit;
        const qint64 initramfs = kit_files::initramfs().size();
        kit.resize(u"kernel8.img"_s, netboot::bootSizeGoal - initramfs);
        QCOMPARE(kit.check(), Problems());
        kit.resize(u"initramfs.img"_s, initramfs + 1);
        QCOMPARE(kit.check(), (Problems{{Kind::Slow, {}, netboot::bootSizeGoal + 1}}));
    }

    void aFileThatOthersMayNotRead()
    {
        const Kit kit;
        QVERIFY(QFile::setPermissions(kit.path(u"kernel8.img"_s),
                                      QFile::ReadOwner | QFile::WriteOwner));
        QCOMPARE(kit.check(), (Problems{{Kind::Unreadable, u"kernel8.img"_s, 0}}));
    }

    void theHelperWouldNotServeIt()
    {
        const Kit kit;
        kit.allow(0777);
        QCOMPARE(kit.check().size(), 1);
        QCOMPARE(kit.check()[0].kind, Kind::Refused);
        kit.allow(0700);
        QCOMPARE(kit.check().size(), 1);
        QCOMPARE(kit.check()[0].kind, Kind::Refused);
        QVERIFY(QDir().mkpath(kit.path(u"a kit"_s)));
        const auto blank = inspectTftpRoot(kit.path(u"a kit"_s));
        QCOMPARE(blank[0].kind, Kind::Refused);
        QVERIFY(blank[0].file.contains(u"letters, digits"_s));
    }

    void littleMemoryForTheGpuWantsTheCutDownPair_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<bool>("wanted");
        QTest::newRow("16") << QByteArray("gpu_mem=16\n") << true;
        QTest::newRow("less") << QByteArray("gpu_mem=8\n") << true;
        QTest::newRow("the last one counts") << QByteArray("gpu_mem=64\ngpu_mem=16\n") << true;
        QTest::newRow("more") << QByteArray("gpu_mem=32\n") << false;
        QTest::newRow("a comment") << QByteArray("#gpu_mem=16\n") << false;
        QTest::newRow("of another model") << QByteArray("gpu_mem_256=16\n") << false;
    }

    void littleMemoryForTheGpuWantsTheCutDownPair()
    {
        QFETCH(QByteArray, line);
        QFETCH(bool, wanted);
        const Kit kit;
        kit.write(u"config.txt"_s, line + "initramfs initramfs.img followkernel\n");
        QCOMPARE(kit.check(), wanted ? (Problems{{Kind::Missing, u"start4cd.elf"_s, 0},
                                                 {Kind::Missing, u"fixup4cd.dat"_s, 0}})
                                     : Problems());
        kit.write(u"start4cd.elf"_s, kit_files::firmware());
        kit.write(u"fixup4cd.dat"_s, "x");
        QCOMPARE(kit.check(), Problems());
    }

    void whatIsInTheFiles_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<Problems>("problems");
        const QString elf = u"start4.elf"_s;
        const auto firmware = [&](const char *what, const QByteArray &built, Kind kind,
                                  const QString &date) {
            QTest::newRow(what) << elf << kit_files::firmware(built)
                                << Problems{{kind, elf, 0, date}};
        };
        const auto bad = [](const char *what, const QString &name, const QByteArray &content,
                            Kind kind) {
            QTest::newRow(what) << name << content << Problems{{kind, name, 0}};
        };
        const auto good = [](const char *what, const QString &name, const QByteArray &content) {
            QTest::newRow(what) << name << content << Problems();
        };
        firmware("before the Compute Module 4", "Jun  1 2020", Kind::FirmwareOld, u"2020-06-01"_s);
        firmware("as was reported", "Jan 25 2021", Kind::FirmwareOld, u"2021-01-25"_s);
        firmware("the newest that refuses", "Jan 27 2021", Kind::FirmwareOld, u"2021-01-27"_s);
        firmware("not known", "Jan 28 2021", Kind::FirmwareDoubtful, u"2021-01-28"_s);
        firmware("not known either", "Jan 19 2022", Kind::FirmwareDoubtful, u"2022-01-19"_s);
        good("the oldest that is known to start", elf, kit_files::firmware("Jan 20 2022"));
        good("one digit", elf, kit_files::firmware("Mar  1 2024"));
        bad("no date", elf, kit_files::firmware("yesterday"), Kind::NoFirmware);
        bad("no such day", elf, kit_files::firmware("Feb 30 2023"), Kind::NoFirmware);
        bad("five bytes of text", elf, "hello", Kind::NoFirmware);
        bad("text with a date", elf, "VC_BUILD_ID_TIME: Aug 26 2022", Kind::NoFirmware);
        bad("another machine's program", elf, kit_files::firmware("Aug 26 2022", 62),
            Kind::NoFirmware);
        bad("its end lacks", elf, kit_files::firmware().chopped(1), Kind::NoFirmware);
        bad("its head alone", elf, kit_files::firmware().left(40), Kind::NoFirmware);
        bad("text for a kernel", u"kernel8.img"_s, "hello", Kind::NoKernel);
        good("a kernel under gzip", u"kernel8.img"_s, "\x1f\x8b\x08");
        bad("text for a device tree", u"bcm2711-rpi-cm4.dtb"_s, "hello", Kind::NoDeviceTree);
        bad("text for an initramfs", u"initramfs.img"_s, "hello", Kind::NoArchive);
        good("an initramfs under gzip", u"initramfs.img"_s, "\x1f\x8b\x08");
    }

    void whatIsInTheFiles()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(Problems, problems);
        const Kit kit;
        kit.write(name, content);
        QCOMPARE(kit.check(), problems);
        // The service goes by the same.
        const auto checked = netboot::checkKit(kit.root());
        const bool fatal = !problems.isEmpty() && problems[0].isFatal();
        QCOMPARE(checked.ok(), !fatal);
        if (fatal) {
            QCOMPARE(checked.failure().code, protocol::FailureCode::KitUnusable);
            QVERIFY(checked.failure().detail.contains(name));
        }
    }

    void whatTheServiceDoesNotServe()
    {
        const Kit kit;
        QVERIFY(netboot::checkKit(kit.root()).ok());
        QVERIFY(QFile::remove(kit.path(u"fixup4.dat"_s)));
        QVERIFY(QFile::setPermissions(kit.path(u"kernel8.img"_s), QFile::ReadOwner));
        const auto two = netboot::checkKit(kit.root());
        QVERIFY(!two.ok());
        QCOMPARE(two.failure().code, protocol::FailureCode::KitUnusable);
        QCOMPARE(two.failure().detail, kit.root() + u": fixup4.dat is missing; kernel8.img cannot "
                                                    "be read by everybody"_s);
        kit.allow(0777);
        QCOMPARE(netboot::checkKit(kit.root()).failure().code,
                 protocol::FailureCode::TftpRootUnusable);
        QCOMPARE(netboot::checkKit(u"/nowhere/at/all"_s).failure().code,
                 protocol::FailureCode::TftpRootUnusable);
        const QTemporaryDir empty(u"/var/tmp/ps-kit-XXXXXX"_s);
        QVERIFY(QFile::setPermissions(empty.path(), QFile::Permissions(0x7755)));
        QCOMPARE(netboot::checkKit(empty.path()).failure().code,
                 protocol::FailureCode::KitUnusable);
    }

    void aKitForEachSerialNumber()
    {
        const Kit kit;
        for (const auto name : {"config.txt"_L1, "start4.elf"_L1, "fixup4.dat"_L1, "cmdline.txt"_L1,
                                "bcm2711-rpi-cm4.dtb"_L1, "kernel8.img"_L1, "initramfs.img"_L1})
            QVERIFY(QFile::remove(kit.path(name)));
        kit.write(u"a1b2c3d4/config.txt"_s, "initramfs initramfs.img followkernel\n");
        kit.writeFiles(u"a1b2c3d4/"_s);
        kit.write(u"notes/readme"_s, "x");
        QCOMPARE(kit.check(), Problems());
        kit.write(u"a1b2c3d5/config.txt"_s, "initramfs initramfs.img followkernel\n");
        kit.writeFiles(u"a1b2c3d5/"_s);
        QVERIFY(QFile::remove(kit.path(u"a1b2c3d5/start4.elf"_s)));
        QCOMPARE(kit.check(), (Problems{{Kind::Missing, u"a1b2c3d5/start4.elf"_s, 0}}));
    }

    void anotherDeviceTreeIsNamed()
    {
        const Kit kit;
        kit.write(u"config.txt"_s, "initramfs initramfs.img\ndevice_tree=my.dtb\n");
        QVERIFY(QFile::remove(kit.path(u"bcm2711-rpi-cm4.dtb"_s)));
        QCOMPARE(kit.check(), (Problems{{Kind::Missing, u"my.dtb"_s, 0}}));
        kit.write(u"my.dtb"_s, kit_files::deviceTree());
        QCOMPARE(kit.check(), Problems());
    }

    void noFolder()
    {
        QCOMPARE(inspectTftpRoot(u"/nowhere/at/all"_s),
                 (Problems{{Kind::NoFolder, u"/nowhere/at/all"_s, 0}}));
        QCOMPARE(inspectTftpRoot({}), (Problems{{Kind::NoFolder, {}, 0}}));
    }
};

QTEST_GUILESS_MAIN(TestTftpRoot)
#include "tst_tftp_root.moc"
