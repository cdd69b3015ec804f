// SPDX-License-Identifier: GPL-3.0-or-later
// What a look into an image tells, on images made by the real tools.
#include "core/image_facts.h"

#include "core/image_facts_json.h"
#include "core/image_library.h"
#include "core/import_bench.h"
#include "core/store.h"

#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using core::ImageFacts;
using core::PartitionFacts;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;
constexpr int patience = 60'000; // ms; a busy machine is slow
const QString vfat = u"/usr/sbin/mkfs.vfat -n BOOTFS -i 1234abcd -F 16 %1 > /dev/null; "_s;
const QString ext4 = u"/usr/sbin/mkfs.ext4 -q -F -L rootfs "
                     "-U 11111111-2222-3333-4444-555555555555 %1; "_s;

} // namespace

class TestImageFacts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_bench = std::make_unique<ImportBench>(); }

    void knowsPartitions_data()
    {
        QTest::addColumn<QString>("label");
        QTest::addColumn<QString>("table");
        QTest::addColumn<QStringList>("types");
        QTest::newRow("MBR") << u"dos"_s << u"mbr"_s << QStringList{u"0x0c"_s, u"0x83"_s};
        QTest::newRow("GPT") << u"gpt"_s << u"gpt"_s
                             << QStringList{u"ebd0a0a2-b9e5-4433-87c0-68b6b72699c7"_s,
                                            u"0fc63daf-8483-4772-8e79-3d69d8477de4"_s};
    }

    void knowsPartitions()
    {
        QFETCH(QString, label);
        QFETCH(QString, table);
        QFETCH(QStringList, types);
        const QStringList asked =
            label == "gpt"_L1 ? QStringList{u"EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"_s, u"linux"_s}
                              : QStringList{u"c"_s, u"83"_s};
        make(u"truncate -s 64M a.img; printf 'label: %1\\nstart=2048, size=32768, type=%2\\n"
             "start=34816, size=90112, type=%3\\n' | /usr/sbin/sfdisk -q a.img; "
             "truncate -s 16M boot; truncate -s 44M root; "_s.arg(label, asked[0], asked[1]) +
             vfat.arg(u"boot"_s) + ext4.arg(u"root"_s) +
             u"dd if=boot of=a.img bs=1M seek=1 conv=notrunc status=none; "
             "dd if=root of=a.img bs=1M seek=17 conv=notrunc status=none"_s);
        const ImageFacts facts = look();
        QCOMPARE(facts.table, table);
        QCOMPARE(facts.partitions.size(), 2);
        const PartitionFacts boot = facts.partitions[0];
        QCOMPARE(boot.number, 1);
        QCOMPARE(boot.offset, mib);
        QCOMPARE(boot.length, 16 * mib);
        QCOMPARE(boot.type, types[0]);
        QCOMPARE(boot.filesystem, u"vfat"_s);
        QCOMPARE(boot.label, u"BOOTFS"_s);
        QCOMPARE(boot.uuid, u"1234-ABCD"_s);
        QCOMPARE(boot.dataBytes, mib);
        const PartitionFacts root = facts.partitions[1];
        QCOMPARE(root.number, 2);
        QCOMPARE(root.offset, 17 * mib);
        QCOMPARE(root.type, types[1]);
        QCOMPARE(root.filesystem, u"ext4"_s);
        QCOMPARE(root.label, u"rootfs"_s);
        QCOMPARE(root.uuid, u"11111111-2222-3333-4444-555555555555"_s);
        QVERIFY(root.dataBytes > 0 && root.dataBytes < root.length);
    }

    void knowsABareFileSystem()
    {
        make(u"truncate -s 16M a.img; "_s + ext4.arg(u"a.img"_s));
        const ImageFacts facts = look();
        QVERIFY(facts.table.isEmpty());
        QCOMPARE(facts.partitions.size(), 1);
        QCOMPARE(facts.partitions[0].number, 0);
        QCOMPARE(facts.partitions[0].length, 16 * mib);
        QCOMPARE(facts.partitions[0].filesystem, u"ext4"_s);
    }

    // Swap tells of itself at the end of its first page, others at their very end.
    void knowsOtherKinds_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("filesystem");
        QTest::newRow("swap") << u"truncate -s 5M a.img; /usr/sbin/mkswap a.img > /dev/null"_s
                              << u"swap"_s;
        QTest::newRow("fat32") << u"truncate -s 64M a.img; "
                                  "/usr/sbin/mkfs.vfat -F 32 a.img > /dev/null"_s
                               << u"vfat"_s;
        QTest::newRow("noise") << u"head -c 3000000 /dev/urandom > a.img"_s << u""_s;
        QTest::newRow("a byte") << u"printf '\\001' > a.img"_s << u""_s;
    }

    void knowsOtherKinds()
    {
        QFETCH(QString, command);
        QFETCH(QString, filesystem);
        make(command);
        const ImageFacts facts = look();
        QVERIFY(facts.known);
        QCOMPARE(facts.partitions.size(), 1);
        QCOMPARE(facts.partitions[0].filesystem, filesystem);
    }

    // As images of Raspberry Pi OS have their boot partition: its label is in the root folder,
    // beyond the first MiB, and that in the boot sector is not set.
    void knowsTheLabelOfALargeFat()
    {
        make(u"truncate -s 512M a.img; /usr/sbin/mkfs.vfat -F 32 -s 4 -n BOOTFS a.img > /dev/null; "
             "printf 'NO NAME    ' | dd of=a.img bs=1 seek=71 conv=notrunc status=none"_s);
        QCOMPARE(look().partitions.at(0).label, u"BOOTFS"_s);
    }

    // A table may claim more than there is.
    void staysWithinTheImage()
    {
        make(u"truncate -s 16M a.img; printf 'start=2048, type=83\\n' | /usr/sbin/sfdisk -q a.img; "
             "truncate -s 8M a.img"_s);
        const ImageFacts facts = look();
        QCOMPARE(facts.partitions.size(), 1);
        QCOMPARE(facts.partitions[0].length, 15 * mib);
        QCOMPARE(facts.partitions[0].dataBytes, 0);
    }

    void areKept()
    {
        core::Image image;
        QCOMPARE(core::factsColumn(image), QString());
        core::readFactsColumn({}, image);
        QVERIFY(!image.facts.known);
        image.facts = {
            true, u"gpt"_s, {{1, 4096, 8192, u"t"_s, u"ext4"_s, u"l \"x\""_s, u"u"_s, 5}}};
        image.checkedBy = {u"SHA256SUMS"_s, u"ä.bmap"_s};
        core::Image read;
        core::readFactsColumn(core::factsColumn(image), read);
        QCOMPARE(read.facts, image.facts);
        QCOMPARE(read.checkedBy, image.checkedBy);
        core::readFactsColumn(u"no json"_s, read);
        QVERIFY(!read.facts.known);
    }

    void areMadeUpFor()
    {
        const auto store = core::Store::open(m_bench->path(u"station.db"_s));
        QVERIFY(store.ok());
        make(u"truncate -s 16M a.img; "_s + ext4.arg(u"a.img"_s));
        const QString folder = m_bench->path(u"images"_s);
        auto library = std::make_unique<core::ImageLibrary>(folder, **store, m_bench->pool(),
                                                            QList<core::Image>());
        const auto id = library->import(m_bench->path(u"a.img"_s));
        QVERIFY(id.ok());
        QTRY_COMPARE_WITH_TIMEOUT(library->image(*id)->state, core::ImageState::Ready, patience);
        core::Image image = *library->image(*id);
        QVERIFY(image.facts.known);
        const ImageFacts facts = std::exchange(image.facts, {});
        library.reset();
        library = std::make_unique<core::ImageLibrary>(folder, **store, m_bench->pool(),
                                                       QList<core::Image>{image});
        QTRY_COMPARE_WITH_TIMEOUT(library->image(*id)->facts, facts, patience);
    }

private:
    void make(const QString &command) { QVERIFY(m_bench->sh(command)); }

    ImageFacts look()
    {
        const auto made = m_bench->import(u"a.img"_s);
        return made ? made->facts : ImageFacts();
    }

    std::unique_ptr<ImportBench> m_bench;
};

QTEST_GUILESS_MAIN(TestImageFacts)
#include "tst_image_facts.moc"
