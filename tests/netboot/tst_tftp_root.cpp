// SPDX-License-Identifier: GPL-3.0-or-later
// A folder as the TFTP root: complete, and with everything that can be missing or too large.
#include "netboot/tftp_root.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using netboot::inspectTftpRoot;
using netboot::TftpProblem;
using Kind = TftpProblem::Kind;

namespace
{

using Problems = QList<TftpProblem>;

class Kit
{
public:
    Kit()
    {
        // As the helper demands it: the service is another user.
        allow(0755);
        write(u"config.txt"_s,
              "arm_64bit=1\nkernel=kernel8.img\ninitramfs initramfs.img followkernel\n");
        for (const auto name : {"start4.elf"_L1, "fixup4.dat"_L1, "cmdline.txt"_L1,
                                "bcm2711-rpi-cm4.dtb"_L1, "kernel8.img"_L1, "initramfs.img"_L1})
            write(name, "x");
    }

    void write(const QString &name, const QByteArray &text) const
    {
        QDir(m_folder.path()).mkpath(QFileInfo(name).path());
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }

    void resize(const QString &name, qint64 size) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.resize(size)); // sparse
    }

    void allow(mode_t bits) const
    {
        QCOMPARE(::chmod(QFile::encodeName(m_folder.path()).constData(), bits), 0);
    }

    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] Problems check() const { return inspectTftpRoot(m_folder.path()); }

private:
    QTemporaryDir m_folder{u"/var/tmp/ps-kit-XXXXXX"_s};
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
        kit.write(u"linux/b.img"_s, "x");
        kit.write(u"ram.zst"_s, "x");
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
        kit.resize(u"kernel8.img"_s, netboot::bootSizeGoal - 1);
        QCOMPARE(kit.check(), Problems());
        kit.resize(u"initramfs.img"_s, 2);
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
        kit.write(u"start4cd.elf"_s, "x");
        kit.write(u"fixup4cd.dat"_s, "x");
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
