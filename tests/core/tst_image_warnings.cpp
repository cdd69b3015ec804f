// SPDX-License-Identifier: GPL-3.0-or-later
// What is doubtful of images: a good one made by the real tools, and what may be wrong with it.
#include "core/image_warnings.h"

#include "core/image_facts_json.h"
#include "core/image_library.h"
#include "core/import_bench.h"
#include "core/model_names.h"
#include "core/store.h"

#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using core::ImageWarning;
using core::ImageWarningCode;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;
constexpr int patience = 60'000; // ms; a busy machine is slow

// "code partition bytes", of each.
QStringList texts(const QList<ImageWarning> &warnings)
{
    QStringList list;
    for (const ImageWarning &warning : warnings)
        list << u"%1 %2 %3"_s.arg(core::toText(warning.code))
                    .arg(warning.partition)
                    .arg(warning.bytes);
    return list;
}

} // namespace

class TestImageWarnings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_bench = std::make_unique<ImportBench>();
        // A system as it should be: it makes its own identity when it first starts.
        QVERIFY(m_bench->sh(
            u"PATH=$PATH:/usr/sbin:/sbin; mkdir -p tree/etc/ssh tree/var/lib/dbus; "
            "printf 'uninitialized\\n' > tree/etc/machine-id; "
            "ln -s /etc/machine-id tree/var/lib/dbus/machine-id; echo x > "
            "tree/etc/ssh/sshd_config; "
            "truncate -s 8M boot; mkfs.vfat -F 16 -s 1 boot > /dev/null; "
            "mke2fs -q -F -t ext4 -d tree root 8M; truncate -s 20M mbr.img gpt.img; "
            "printf 'label: dos\\nstart=2048, size=16384, type=c\\nstart=18432, size=16384\\n' "
            "| sfdisk -q mbr.img; "
            "printf 'label: gpt\\nstart=2048, size=16384, type=U\\nstart=18432, size=16384\\n' "
            "| sfdisk -q gpt.img; "
            "for i in mbr gpt; do dd if=boot of=$i.img bs=1M seek=1 conv=notrunc status=none; "
            "dd if=root of=$i.img bs=1M seek=9 conv=notrunc status=none; done"_s));
    }

    void tellsOf_data()
    {
        QTest::addColumn<QString>("base"); // copied to a.img
        QTest::addColumn<QString>("command");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char *name, const QString &base, const QString &command,
                            const QStringList &expected) {
            QTest::newRow(name) << base << command << expected;
        };
        const QString mbr = u"mbr.img"_s;
        const QString gpt = u"gpt.img"_s;
        const QString nothing = u"/dev/null"_s;
        row("good MBR", mbr, {}, {});
        row("good GPT", gpt, {}, {});

        row("cut off MBR", mbr, u"truncate -s 16M a.img"_s, {u"image-truncated 2 1048576"_s});
        row("cut off before partition 2", mbr, u"truncate -s 8M a.img"_s,
            {u"image-truncated 1 1048576"_s, u"image-truncated 2 9437184"_s});
        row("cut off in the last sector", mbr, u"truncate -s 17825280 a.img"_s,
            {u"image-truncated 2 512"_s});
        row("cut off GPT", gpt, u"truncate -s 16M a.img"_s, {u"image-truncated 2 1048576"_s});
        row("GPT without its copy", gpt, u"truncate -s 18M a.img"_s,
            {u"image-truncated 0 2097152"_s});
        row("two sectors of 512 less 12", mbr, u"truncate -s 20971508 a.img"_s,
            {u"size-not-in-sectors 0 500"_s});

        row("zeros but for a byte", nothing, u"printf '\\001' > a.img; truncate -s 5M a.img"_s,
            {u"no-partition-table 0 0"_s});
        row("noise", nothing, u"head -c 3M /dev/urandom > a.img"_s, {u"no-partition-table 0 0"_s});
        row("root alone", u"root"_s, {}, {u"only-filesystem 0 0"_s});
        row("boot alone", u"boot"_s, {}, {u"only-filesystem 0 0"_s});
        row("no FAT", mbr,
            u"dd if=/dev/zero of=a.img bs=1M seek=1 count=8 conv=notrunc status=none"_s,
            {u"no-boot-partition 0 0"_s});

        row("GPT's header", gpt, u"printf x | dd of=a.img bs=1 seek=572 conv=notrunc status=none"_s,
            {u"tables-disagree 0 0"_s});
        row("GPT's copy", gpt,
            u"printf x | dd of=a.img bs=1 seek=20971068 conv=notrunc status=none"_s,
            {u"tables-disagree 0 0"_s});
        row("both", gpt,
            u"for at in 572 20971068; do printf x | "
            "dd of=a.img bs=1 seek=$at conv=notrunc status=none; done"_s,
            {u"tables-disagree 0 0"_s, u"no-partition-table 0 0"_s});
        row("hybrid", gpt, entry(2, 0x0c, 2048, 16384), {u"tables-disagree 0 0"_s});
        row("stale GPT", gpt, entry(1, 0x0c, 2048, 16384), {u"tables-disagree 0 0"_s});
        row("overlap", mbr, entry(2, 0x83, 4096, 16384), {u"partitions-overlap 2 0"_s});
        row("loop", mbr,
            entry(3, 0x05, 36864, 2048) + u"; "_s + entryAt(36864 * 512, 2, 0x05, 0, 2048),
            {u"partition-loop 0 0"_s});
        row("2 TiB", mbr, entry(3, 0x83, 36864, 0xfffffff0),
            {u"partition-unplausible 3 2199023247360"_s});
        row("far away", mbr, entry(3, 0x83, 0xfffffff0, 8), {u"partition-unplausible 3 4096"_s});
        row("MBR of 4096", nothing,
            u"truncate -s 32M a.img; dd if=boot of=a.img bs=1M seek=8 conv=notrunc status=none; "_s +
                entry(1, 0x0c, 2048, 2048),
            {u"sector-size-4096 0 0"_s});

        row("machine-id", mbr,
            root(u"echo 0123456789abcdef0123456789abcdef > tree/etc/machine-id"_s),
            {u"machine-id 2 0"_s});
        row("machine-id of D-Bus", mbr,
            root(u"rm tree/var/lib/dbus/machine-id; : > tree/etc/machine-id; "
                 "echo 0123456789abcdef0123456789abcdef > tree/var/lib/dbus/machine-id"_s),
            {u"machine-id 2 0"_s});
        row("empty machine-id", mbr, root(u": > tree/etc/machine-id"_s), {});
        row("no machine-id", mbr, root(u"rm tree/etc/machine-id"_s), {});
        row("SSH keys", gpt, root(u"echo k > tree/etc/ssh/ssh_host_ed25519_key"_s),
            {u"ssh-host-keys 2 0"_s});
        row("public key alone", mbr, root(u"echo k > tree/etc/ssh/ssh_host_rsa_key.pub"_s), {});
        row("Dropbear's keys", mbr,
            root(u"mkdir tree/etc/dropbear; echo k > tree/etc/dropbear/dropbear_rsa_host_key"_s),
            {u"ssh-host-keys 2 0"_s});
        row("cloud-init", mbr,
            root(u"mkdir -p tree/var/lib/cloud; ln -s instances/x tree/var/lib/cloud/instance"_s),
            {u"cloud-init-state 2 0"_s});
        row("cloud-init that did not run", mbr, root(u"mkdir -p tree/var/lib/cloud/seed"_s), {});
        row("all of a used device, ext2", mbr,
            root(u"echo 0123456789abcdef0123456789abcdef > tree/etc/machine-id; "
                 "echo k > tree/etc/ssh/ssh_host_rsa_key; mkdir -p tree/var/lib/cloud/instance"_s,
                 u"ext2"_s),
            {u"machine-id 2 0"_s, u"ssh-host-keys 2 0"_s, u"cloud-init-state 2 0"_s});
        row("a used root alone", u"root"_s,
            u"cp -a tree used; echo 0123456789abcdef0123456789abcdef > used/etc/machine-id; "
            "mke2fs -q -F -t ext4 -d used a.img 8M; rm -r used"_s,
            {u"only-filesystem 0 0"_s, u"machine-id 0 0"_s});
    }

    void tellsOf()
    {
        QFETCH(QString, base);
        QFETCH(QString, command);
        QVERIFY(m_bench->sh(
            u"PATH=$PATH:/usr/sbin:/sbin; rm -f a.img; cat %1 > a.img; "_s.arg(base) + command));
        const auto made = m_bench->import(u"a.img"_s);
        QVERIFY(made.ok());
        QTEST(texts(made->warnings), "expected");
        for (const ImageWarning &warning : made->warnings)
            QVERIFY(!warning.detail.isEmpty());
    }

    // What Linux shows is shown.
    void showsPartitionsOfDoubtfulTables()
    {
        QVERIFY(m_bench->sh(u"cat mbr.img > a.img; "_s + entry(2, 0x83, 4096, 16384)));
        const auto overlap = m_bench->import(u"a.img"_s);
        QCOMPARE(overlap->facts.table, u"mbr"_s);
        QCOMPARE(overlap->facts.partitions.size(), 2);
        QCOMPARE(overlap->facts.partitions[0].filesystem, u"vfat"_s);
        QCOMPARE(overlap->facts.partitions[1].offset, 2 * mib);
        QVERIFY(m_bench->sh(u"cat gpt.img > a.img; printf x | dd of=a.img bs=1 seek=572 "
                            "conv=notrunc status=none"_s));
        const auto copy = m_bench->import(u"a.img"_s);
        QCOMPARE(copy->facts.table, u"gpt"_s);
        QCOMPARE(copy->facts.partitions.size(), 2);
        QCOMPARE(copy->facts.partitions[1].filesystem, u"ext4"_s);
    }

    void theTypeOfAFileSystemIsItsDetail()
    {
        QVERIFY(m_bench->sh(u"cat root > a.img"_s));
        QCOMPARE(m_bench->import(u"a.img"_s)->warnings.first().detail, u"ext4"_s);
    }

    // A table may claim any number of anything.
    void listsAreShort()
    {
        imaging::TableSurvey survey;
        survey.table.kind = imaging::PartitionTable::Kind::Gpt;
        for (int number = 1; number <= 1000; ++number) {
            survey.table.partitions.push_back({number, number * mib, mib, 0, u"t"_s});
            survey.findings.push_back({imaging::TableFault::Overlap, number});
        }
        survey.table.end = 1001 * mib;
        core::ImageFacts facts;
        facts.known = true;
        const auto warnings = core::tableWarnings(survey, facts, mib);
        QCOMPARE(warnings.size(), 2 * core::maxAlike + 1);
    }

    void mayBeCut_data()
    {
        QTest::addColumn<bool>("known");
        QTest::addColumn<QList<ImageWarningCode>>("codes");
        QTest::addColumn<qint64>("room");
        QTest::addColumn<bool>("may");
        using Code = ImageWarningCode;
        const auto row = [](const char *name, bool known, const QList<Code> &codes, qint64 room,
                            bool may) { QTest::newRow(name) << known << codes << room << may; };
        row("table ends before", true, {}, 8 * mib, true);
        row("just", true, {}, 4 * mib, true);
        row("a byte beyond", true, {}, 4 * mib - 1, false);
        row("not known", false, {}, mib, true);
        row("no table", true, {Code::NoPartitionTable}, 8 * mib, false);
        row("file system", true, {Code::OnlyFilesystem}, 8 * mib, false);
        row("overlap", true, {Code::SshHostKeys, Code::PartitionsOverlap}, 8 * mib, false);
        row("loop", true, {Code::PartitionLoop}, 8 * mib, false);
        row("4096", true, {Code::SectorSize4096}, 8 * mib, false);
        row("contradicting", true, {Code::TablesDisagree}, 8 * mib, false);
        row("others", true,
            {Code::MachineId, Code::NoBootPartition, Code::TrailingBytes, Code::UnmappedData,
             Code::CloudInitState, Code::SizeNotInSectors},
            8 * mib, true);
    }

    void mayBeCut()
    {
        QFETCH(bool, known);
        QFETCH(QList<ImageWarningCode>, codes);
        QFETCH(qint64, room);
        core::Image image;
        image.facts.known = known;
        image.facts.partitions << core::PartitionFacts{1, mib, 3 * mib, {}, {}, {}, {}, -1};
        for (const auto code : codes)
            image.warnings << ImageWarning{code, 0, 0, {}};
        QTEST(core::mayBeCutAt(image, room), "may");
    }

    void areKept()
    {
        core::Image image;
        image.facts.known = true;
        image.warnings = {{ImageWarningCode::ImageTruncated, 2, 7 * mib, u"cut \"off\""_s},
                          {ImageWarningCode::MachineId, 0, 0, u"set"_s}};
        core::Image read;
        core::readFactsColumn(core::factsColumn(image), read);
        QCOMPARE(read.warnings, image.warnings);
        QVERIFY(read.facts.known);
        image.warnings.clear();
        core::readFactsColumn(core::factsColumn(image), read);
        QVERIFY(read.warnings.isEmpty());
        QVERIFY(read.facts.known);
    }

    // Of an entry that an earlier station made, which knew none.
    void areMadeUpFor()
    {
        const auto store = core::Store::open(m_bench->path(u"station.db"_s));
        QVERIFY(store.ok());
        QVERIFY(m_bench->sh(u"cat root > a.img"_s));
        const QString folder = m_bench->path(u"images"_s);
        auto library = std::make_unique<core::ImageLibrary>(folder, **store, m_bench->pool(),
                                                            QList<core::Image>());
        const auto id = library->import(m_bench->path(u"a.img"_s));
        QVERIFY(id.ok());
        QTRY_COMPARE_WITH_TIMEOUT(library->image(*id)->state, core::ImageState::Ready, patience);
        core::Image image = *library->image(*id);
        QCOMPARE(texts(image.warnings), QStringList{u"only-filesystem 0 0"_s});
        const auto warnings = std::exchange(image.warnings, {});
        image.facts.known = false;
        library.reset();
        library = std::make_unique<core::ImageLibrary>(folder, **store, m_bench->pool(),
                                                       QList<core::Image>{image});
        QTRY_COMPARE_WITH_TIMEOUT(library->image(*id)->warnings, warnings, patience);
        QVERIFY(library->image(*id)->facts.known);
    }

private:
    // Shell that writes the entry `number` of the MBR in the sector at byte `at` of a.img, and the
    // sector's mark.
    static QString entryAt(qint64 at, int number, int type, quint32 first, quint32 count)
    {
        const auto octal = [](quint32 value) {
            QString text;
            for (int byte = 0; byte < 4; ++byte, value >>= 8)
                text += u"\\%1"_s.arg(value & 0xff, 3, 8, QLatin1Char('0'));
            return text;
        };
        return u"printf '\\000\\000\\000\\000\\%1\\000\\000\\000%2%3' | dd of=a.img bs=1 seek=%4 "
               "conv=notrunc status=none; printf '\\125\\252' | dd of=a.img bs=1 seek=%5 "
               "conv=notrunc status=none"_s.arg(type, 3, 8, QLatin1Char('0'))
                   .arg(octal(first), octal(count))
                   .arg(at + 446 + (number - 1) * 16)
                   .arg(at + 510);
    }

    static QString entry(int number, int type, quint32 first, quint32 count)
    {
        return entryAt(0, number, type, first, count);
    }

    // Shell that changes the tree and puts another root into a.img.
    static QString root(const QString &change, const QString &type = u"ext4"_s)
    {
        return u"cp -a tree kept; %1; mke2fs -q -F -t %2 -d tree other 8M; rm -r tree; mv kept "
               u"tree; "
               "dd if=other of=a.img bs=1M seek=9 conv=notrunc status=none; rm other"_s.arg(change,
                                                                                            type);
    }

    std::unique_ptr<ImportBench> m_bench;
};

QTEST_GUILESS_MAIN(TestImageWarnings)
#include "tst_image_warnings.moc"
