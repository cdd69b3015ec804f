// SPDX-License-Identifier: GPL-3.0-or-later
// Copies of /sys/block as a CM4 and its relatives show it.
#include "imaging/storage_finder.h"
#include "loop_device.h"
#include "samples.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <sys/stat.h>

using namespace imaging;
using namespace Qt::StringLiterals;
using protocol::FailureCode;

class TestStorageFinder : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void emmcByTypeNotByName()
    {
        addCard(u"mmcblk0"_s, "SD", 62'333'952);
        addEmmc(u"mmcblk1"_s, 61'071'360);
        addCard(u"sda"_s, "", 1000);
        addCard(u"loop0"_s, "", 1000);
        for (const bool allowSd : {false, true}) {
            const auto found = find(allowSd);
            QVERIFY(found.ok());
            QCOMPARE(found->devicePath, u"/dev/mmcblk1"_s);
            QCOMPARE(found->facts.type, u"MMC"_s);
            QCOMPARE(found->facts.name, u"BJTD4R"_s);
            QCOMPARE(found->facts.cid, u"150100424a5444345205a1b2c3d4e500"_s);
            QCOMPARE(found->facts.size, qint64(61'071'360) * 512);
            QCOMPARE(found->facts.logicalBlockSize, 512);
        }
    }

    // A device of 4096-byte blocks has its size in sectors of 512 all the same.
    void sizeIsIn512ByteSectors()
    {
        addCard(u"mmcblk0"_s, "MMC", 8192, 4096);
        QCOMPARE(find(false)->facts.size, 8192 * 512);
        QCOMPARE(find(false)->facts.logicalBlockSize, 4096);
    }

    // Written to, read back and called a success, if only its name counted.
    void aFileOfThatNameIsNoDevice()
    {
        addEmmc(u"mmcblk0"_s, 1000);
        QVERIFY(QDir(m_dir->path()).mkpath(u"dev"_s));
        const QString dev = m_dir->filePath(u"dev"_s);
        QVERIFY(samples::writeFile(dev + u"/mmcblk0"_s, QByteArray(512'000, '\0')));
        const auto found = findStorage(sysBlock(), dev, true);
        QVERIFY(!found.ok());
        QCOMPARE(found.failure().code, FailureCode::DeviceNotFound);
        QVERIFY(found.failure().detail.contains(dev + u"/mmcblk0 is no block device"_s));
        // Named explicitly it is what it is.
        const auto named = describeStorage(dev + u"/mmcblk0"_s, sysBlock());
        QVERIFY(named.ok());
        QCOMPARE(named->facts.type, u"file"_s);
    }

    void severalAreNotGuessedAmong()
    {
        addEmmc(u"mmcblk0"_s, 1000);
        addEmmc(u"mmcblk2"_s, 1000);
        const auto found = find(false);
        QVERIFY(!found.ok());
        QCOMPARE(found.failure().code, FailureCode::DeviceAmbiguous);
        QVERIFY(found.failure().detail.contains(u"/dev/mmcblk0, /dev/mmcblk2"_s));
    }

    void sdCardOnlyIfAllowed()
    {
        addCard(u"mmcblk0"_s, "SD", 1000);
        const auto refused = find(false);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.failure().code, FailureCode::DeviceIsSdCard);
        QVERIFY(refused.failure().detail.contains(u"/dev/mmcblk0"_s));
        const auto allowed = find(true);
        QVERIFY(allowed.ok());
        QCOMPARE(allowed->devicePath, u"/dev/mmcblk0"_s);
    }

    void severalSdCards()
    {
        addCard(u"mmcblk0"_s, "SD", 1000);
        addCard(u"mmcblk1"_s, "SD", 1000);
        QCOMPARE(find(false).failure().code, FailureCode::DeviceIsSdCard);
        QCOMPARE(find(true).failure().code, FailureCode::DeviceAmbiguous);
    }

    void noneAtAll()
    {
        QCOMPARE(find(true).failure().code, FailureCode::DeviceNotFound);
        addCard(u"sda"_s, "", 1000);
        addCard(u"mmcblk0"_s, "SDIO", 1000);
        addCard(u"mmcblk1"_s, "MMC", 0); // empty slot
        QCOMPARE(find(true).failure().code, FailureCode::DeviceNotFound);
        QCOMPARE(findStorage(u"/nonexistent"_s, u"/dev"_s, true).failure().code,
                 FailureCode::DeviceNotFound);
    }

    void describesAFile()
    {
        const QString path = m_dir->filePath(u"card.img"_s);
        QVERIFY(samples::writeFile(path, QByteArray(12'345, 'x')));
        const auto found = describeStorage(path, sysBlock());
        QVERIFY(found.ok());
        QCOMPARE(found->devicePath, path);
        QCOMPARE(found->facts.type, u"file"_s);
        QCOMPARE(found->facts.size, 12'345);
        QCOMPARE(found->facts.logicalBlockSize, 512);
        QVERIFY(found->facts.cid.isEmpty());
    }

    void describeFailures()
    {
        for (const QString &path : {m_dir->filePath(u"missing"_s), m_dir->path(), u"/dev/null"_s}) {
            const auto found = describeStorage(path, sysBlock());
            QVERIFY(!found.ok());
            QCOMPARE(found.failure().code, FailureCode::DeviceNotFound);
            QVERIFY(found.failure().detail.contains(path));
        }
    }

    void describesABlockDevice()
    {
        const QString file = m_dir->filePath(u"backing"_s);
        QVERIFY(samples::writeFile(file, QByteArray(1 << 20, 'x')));
        const samples::LoopDevice loop(file, 4096);
        if (!loop.isValid())
            QSKIP("loop devices need root, and support by the kernel");
        const auto found = describeStorage(loop.path(), u"/sys/block"_s);
        QVERIFY(found.ok());
        QCOMPARE(found->facts.type, u"block"_s);
        QCOMPARE(found->facts.size, 1 << 20);
        QCOMPARE(found->facts.logicalBlockSize, 4096);

        // The same device under a card's name: type and CID come from sysfs, sizes from the device
        // itself.
        addEmmc(u"mmcblk7"_s, 5);
        struct stat status {
        };
        QCOMPARE(::stat(qPrintable(loop.path()), &status), 0);
        const QString node = m_dir->filePath(u"mmcblk7"_s);
        if (::mknod(qPrintable(node), S_IFBLK | 0600, status.st_rdev) != 0)
            QSKIP("no device nodes in the temporary folder");
        const auto card = describeStorage(node, sysBlock());
        if (!card.ok())
            QSKIP("device nodes do not work in the temporary folder");
        QCOMPARE(card->facts.type, u"MMC"_s);
        QCOMPARE(card->facts.cid, u"150100424a5444345205a1b2c3d4e500"_s);
        QCOMPARE(card->facts.size, 1 << 20);
    }

private:
    QString sysBlock() const { return m_dir->filePath(u"sys/block"_s); }

    protocol::Result<FoundStorage> find(bool allowSd) const
    {
        return findStorage(sysBlock(), u"/dev"_s, allowSd);
    }

    // As sysfs does it: /sys/block/NAME is a link to the device's folder elsewhere.
    void addCard(const QString &name, const QByteArray &type, qint64 sectors, int blockSize = 512)
    {
        const QString folder = m_dir->filePath("sys/devices/"_L1 + name);
        QDir().mkpath(folder + "/queue"_L1);
        QDir().mkpath(sysBlock());
        QFile::link(folder, sysBlock() + u'/' + name);
        write(folder + "/size"_L1, QByteArray::number(sectors));
        write(folder + "/queue/logical_block_size"_L1, QByteArray::number(blockSize));
        if (type.isEmpty())
            return;
        QDir().mkpath(folder + "/device"_L1);
        write(folder + "/device/type"_L1, type);
        write(folder + "/device/name"_L1, "BJTD4R");
        write(folder + "/device/cid"_L1, "150100424a5444345205a1b2c3d4e500");
    }

    // With the partitions of its own that an eMMC has: they show the card's type too.
    void addEmmc(const QString &name, qint64 sectors)
    {
        addCard(name, "MMC", sectors);
        for (const auto &part : {"boot0"_L1, "boot1"_L1, "rpmb"_L1})
            addCard(name + part, "MMC", 8192);
    }

    static void write(const QString &path, const QByteArray &text)
    {
        QVERIFY(samples::writeFile(path, text + '\n'));
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestStorageFinder)
#include "tst_storage_finder.moc"
