// SPDX-License-Identifier: GPL-3.0-or-later
// Tables made by sfdisk, so that what is read is what others write; then damage.
#include "imaging/partition_table.h"
#include "samples.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

using namespace imaging;
using namespace Qt::StringLiterals;
using Kind = PartitionTable::Kind;

namespace
{

constexpr qint64 mib = 1 << 20;
constexpr qint64 imageBytes = 64 * mib;

PartitionTable parse(const QByteArray &image)
{
    return readPartitionTable(
        [&image](qint64 offset, std::span<std::byte> buffer) {
            if (offset + qint64(buffer.size()) > image.size())
                return false;
            memcpy(buffer.data(), image.constData() + offset, buffer.size());
            return true;
        },
        image.size());
}

void setMbrEntry(QByteArray &image, qsizetype at, quint8 type, quint32 first, quint32 count)
{
    image[at + 4] = char(type);
    qToLittleEndian(first, image.data() + at + 8);
    qToLittleEndian(count, image.data() + at + 12);
    const qsizetype sector = at / 512 * 512;
    image[sector + 510] = char(0x55);
    image[sector + 511] = char(0xaa);
}

} // namespace

class TestPartitionTable : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        m_mbr = partitioned("label: dos\n"
                            "start=2048, size=8192, type=c\n"
                            "start=10240, size=20480, type=83\n"
                            "start=32768, size=65536, type=5\n"
                            "start=34816, size=8192, type=83\n"
                            "start=45056, size=4096, type=82\n");
        m_gpt = partitioned("label: gpt\n"
                            "start=2048, size=8192, type=U\n"
                            "start=10240, size=20480, type=L\n");
        if (m_mbr.isEmpty() || m_gpt.isEmpty())
            QSKIP("sfdisk is not installed");
    }

    void mbrWithLogicals()
    {
        const PartitionTable table = parse(m_mbr);
        QVERIFY(table.kind == Kind::Mbr);
        QCOMPARE(table.partitions.size(), 4u);
        QCOMPARE(table.partitions[0].number, 1);
        QCOMPARE(table.partitions[0].offset, mib);
        QCOMPARE(table.partitions[0].length, 4 * mib);
        QCOMPARE(table.partitions[0].mbrType, 0x0c);
        QCOMPARE(table.partitions[2].number, 5);
        QCOMPARE(table.partitions[2].offset, 17 * mib);
        QCOMPARE(table.partitions[3].number, 6);
        QCOMPARE(table.partitions[3].offset, 22 * mib);
        QCOMPARE(table.partitions[3].mbrType, 0x82);
        QCOMPARE(table.end, 48 * mib); // the extended partition, not the last logical one
    }

    void gpt()
    {
        const PartitionTable table = parse(m_gpt);
        QVERIFY(table.kind == Kind::Gpt);
        QCOMPARE(table.partitions.size(), 2u);
        QCOMPARE(table.partitions[0].offset, mib);
        QCOMPARE(table.partitions[0].length, 4 * mib);
        QCOMPARE(table.partitions[0].typeGuid, u"c12a7328-f81f-11d2-ba4b-00a0c93ec93b"_s);
        QCOMPARE(table.partitions[1].typeGuid, u"0fc63daf-8483-4772-8e79-3d69d8477de4"_s);
        QCOMPARE(table.end, imageBytes); // the backup header is in the last sector
    }

    // The same table in sectors of 4096 bytes.
    void gptOf4096()
    {
        QByteArray image(imageBytes, '\0');
        setMbrEntry(image, 446, 0xee, 1, 16383);
        const QByteArray entries = m_gpt.sliced(2 * 512, 128 * 128);
        QByteArray moved = entries;
        qToLittleEndian<quint64>(256, moved.data() + 32);
        qToLittleEndian<quint64>(511, moved.data() + 40);
        qToLittleEndian<quint64>(512, moved.data() + 128 + 32);
        qToLittleEndian<quint64>(1023, moved.data() + 128 + 40);
        QByteArray header = m_gpt.sliced(512, 92);
        qToLittleEndian<quint64>(16383, header.data() + 32);
        qToLittleEndian<quint32>(crc32(moved), header.data() + 88);
        sign(header);
        image.replace(4096, header.size(), header);
        image.replace(2 * 4096, moved.size(), moved);
        const PartitionTable table = parse(image);
        QVERIFY(table.kind == Kind::Gpt);
        QCOMPARE(table.partitions.size(), 2u);
        QCOMPARE(table.partitions[0].offset, mib);
        QCOMPARE(table.partitions[1].length, 2 * mib);
        QCOMPARE(table.end, imageBytes);
        const auto read = [&image](qint64 offset, std::span<std::byte> buffer) {
            memcpy(buffer.data(), image.constData() + offset, buffer.size());
            return true;
        };
        const TableSurvey survey = surveyPartitions(read, imageBytes);
        const std::vector<TableFinding> expected{{TableFault::Sector4096, 0},
                                                 {TableFault::CopyDamaged, 0}};
        QVERIFY(survey.findings == expected);
        QVERIFY(!survey.isUnderstood());
    }

    void mbrOf4096_data()
    {
        QTest::addColumn<qint64>("at"); // where the second partition's file system begins
        QTest::addColumn<qint64>("end");
        QTest::addColumn<qint64>("furthest");
        QTest::newRow("large sectors") << 16 * mib << 48 * mib << 48 * mib;
        QTest::newRow("small sectors") << 2 * mib << 6 * mib << 6 * mib;
        QTest::newRow("nothing tells") << qint64(-1) << 6 * mib << 48 * mib;
    }

    // An MBR counts in sectors, of which it does not tell the size.
    void mbrOf4096()
    {
        QFETCH(qint64, at);
        QFETCH(qint64, end);
        QFETCH(qint64, furthest);
        QByteArray image(imageBytes, '\0');
        setMbrEntry(image, 446, 0x0c, 256, 1024);
        setMbrEntry(image, 446 + 16, 0x83, 4096, 8192);
        if (at >= 0)
            image.replace(at + 1024 + 56, 2, "\x53\xef");
        const PartitionTable table = parse(image);
        QVERIFY(table.kind == Kind::Mbr);
        QCOMPARE(table.end, end);
        QCOMPARE(table.furthestEnd, furthest);
        // A table cannot have been made for an image that it does not fit into.
        if (at < 0)
            QCOMPARE(parse(image.first(47 * mib)).furthestEnd, end);
        // Cut off before its end, it is still known by what its first partition holds.
        image.replace((at == 16 * mib ? mib : mib / 8) + 510, 2, "\x55\xaa");
        if (at >= 0)
            QCOMPARE(parse(image.first(2 * mib)).end, end);
    }

    void marks_data()
    {
        QTest::addColumn<int>("offset");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("ext4") << 1024 + 56 << QByteArray("\x53\xef");
        QTest::newRow("fat") << 510 << QByteArray("\x55\xaa");
        QTest::newRow("swap") << 4086 << QByteArray("SWAPSPACE2");
        QTest::newRow("xfs") << 0 << QByteArray("XFSB");
        QTest::newRow("btrfs") << 65536 + 64 << QByteArray("_BHRfS_M");
        QTest::newRow("luks") << 0 << QByteArray("LUKS\xba\xbe");
    }

    void marks()
    {
        QFETCH(int, offset);
        QFETCH(QByteArray, bytes);
        QByteArray image(imageBytes, '\0');
        setMbrEntry(image, 446, 0x83, 2048, 4096);
        image.replace(8 * mib + offset, bytes.size(), bytes);
        QCOMPARE(parse(image).end, 24 * mib);
        image.replace(mib + offset, bytes.size(), bytes);
        QCOMPARE(parse(image).end, 3 * mib);
    }

    void nothingThere_data()
    {
        QTest::addColumn<QByteArray>("image");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("short") << QByteArray(511, '\0');
        QTest::newRow("zeros") << QByteArray(mib, '\0');
        QTest::newRow("noise") << samples::noise(mib, 3);
        QByteArray bare(mib, '\0');
        bare[510] = char(0x55);
        bare[511] = char(0xaa);
        QTest::newRow("signature alone") << bare;
        QByteArray fat = samples::noise(mib, 4);
        fat[510] = char(0x55);
        fat[511] = char(0xaa);
        QTest::newRow("boot sector of a file system") << fat;
    }

    void nothingThere()
    {
        QFETCH(QByteArray, image);
        const PartitionTable table = parse(image);
        QVERIFY(table.kind == Kind::None);
        QVERIFY(table.partitions.empty());
        QCOMPARE(table.end, 0);
    }

    // A backup that was cut off is known by what its table claims.
    void truncatedImageKeepsItsEnd()
    {
        QCOMPARE(parse(m_mbr.first(2 * mib)).end, 48 * mib);
        QCOMPARE(parse(m_mbr.first(512)).end, 48 * mib);
        QCOMPARE(parse(m_mbr.first(512)).partitions.size(), 2u);
        QCOMPARE(parse(m_gpt.first(2 * mib)).end, imageBytes);
        QCOMPARE(parse(m_gpt.first(2 * mib)).partitions.size(), 2u);
        QCOMPARE(parse(m_gpt.first(1024)).end, imageBytes);
        QVERIFY(parse(m_gpt.first(1024)).partitions.empty());
        QVERIFY(parse(m_gpt.first(1023)).kind == Kind::None);
    }

    void contradictions_data()
    {
        QTest::addColumn<QByteArray>("image");
        const auto mbr = [this](auto change) {
            QByteArray image = m_mbr;
            change(image);
            return image;
        };
        const auto gpt = [this](auto change) {
            QByteArray image = m_gpt;
            change(image);
            return image;
        };
        QTest::newRow("partitions overlap")
            << mbr([](QByteArray &i) { setMbrEntry(i, 446 + 16, 0x83, 4096, 8192); });
        QTest::newRow("a partition on the table")
            << mbr([](QByteArray &i) { setMbrEntry(i, 446, 0x83, 0, 1024); });
        QTest::newRow("status byte") << mbr([](QByteArray &i) { i[446] = 1; });
        QTest::newRow("logical one beyond its container")
            << mbr([](QByteArray &i) { setMbrEntry(i, 16 * mib + 446, 0x83, 2048, 65536); });
        QTest::newRow("chain that bites its tail")
            << mbr([](QByteArray &i) { setMbrEntry(i, 16 * mib + 446 + 16, 5, 0, 2048); });
        QTest::newRow("chain beyond its container")
            << mbr([](QByteArray &i) { setMbrEntry(i, 16 * mib + 446 + 16, 5, 65536, 2048); });
        QTest::newRow("gpt header damaged") << gpt([](QByteArray &i) { i[512 + 60] = 1; });
        QTest::newRow("gpt entries damaged")
            << gpt([](QByteArray &i) { i[1024 + 56] = char(i[1024 + 56] ^ 1); });
        QTest::newRow("gpt missing") << gpt([](QByteArray &i) { i.replace(512, 8, "xxxxxxxx"); });
        QTest::newRow("gpt header's length") << gpt(
            [](QByteArray &i) { qToLittleEndian<quint32>(0xffffffff, i.data() + 512 + 12); });
        QTest::newRow("gpt of far too many entries") << gpt([this](QByteArray &i) {
            resign(i, [](QByteArray &h) { qToLittleEndian<quint32>(0xffffffff, h.data() + 80); });
        });
        QTest::newRow("gpt entries of no bytes") << gpt([this](QByteArray &i) {
            resign(i, [](QByteArray &h) { qToLittleEndian<quint32>(0, h.data() + 84); });
        });
        QTest::newRow("gpt backup beyond everything") << gpt([this](QByteArray &i) {
            resign(i, [](QByteArray &h) { qToLittleEndian<quint64>(~0ull, h.data() + 32); });
        });
    }

    void contradictions()
    {
        QFETCH(QByteArray, image);
        const PartitionTable table = parse(image);
        QVERIFY(table.kind == Kind::None);
        QVERIFY(table.partitions.empty());
        QCOMPARE(table.end, 0);
    }

    void gptOfHugeNumbers_data()
    {
        QTest::addColumn<quint32>("count");
        QTest::addColumn<quint32>("entryBytes");
        QTest::newRow("product is negative") << 0xf8f8f8f8u << 0xf8f8f8f8u;
        QTest::newRow("largest numbers") << 0xffffffffu << 0xfffffff8u;
        QTest::newRow("product is 2^63") << 0x80000000u << 0xfffffff8u;
        QTest::newRow("one huge entry") << 1u << 0xfffffff8u;
        QTest::newRow("many entries") << 0xffffffffu << 128u;
        QTest::newRow("one entry too many") << 8193u << 128u;
    }

    // The numbers are multiplied nowhere before they are known to be small.
    void gptOfHugeNumbers()
    {
        QFETCH(quint32, count);
        QFETCH(quint32, entryBytes);
        QByteArray image = m_gpt;
        resign(image, [&](QByteArray &header) {
            qToLittleEndian(count, header.data() + 80);
            qToLittleEndian(entryBytes, header.data() + 84);
        });
        QVERIFY(parse(image).kind == Kind::None);
        QVERIFY(parse(image.first(1024)).kind == Kind::None); // one sector of GPT is enough
    }

    // What is read at most: 1 MiB of entries.
    void gptOfAsManyEntriesAsAreRead()
    {
        QByteArray image = m_gpt;
        resign(image, [&](QByteArray &header) {
            qToLittleEndian<quint32>(8192, header.data() + 80);
            qToLittleEndian<quint32>(crc32(image.sliced(1024, mib)), header.data() + 88);
        });
        QVERIFY(parse(image).kind == Kind::Gpt);
        QCOMPARE(parse(image).partitions.size(), 2u);
    }

    void gptWithoutEntries()
    {
        QByteArray image = m_gpt;
        resign(image, [](QByteArray &header) {
            qToLittleEndian<quint32>(0, header.data() + 80);
            qToLittleEndian<quint32>(0, header.data() + 88);
        });
        QVERIFY(parse(image).kind == Kind::Gpt);
        QVERIFY(parse(image).partitions.empty());
        QCOMPARE(parse(image).end, imageBytes);
    }

    void findings_data()
    {
        QTest::addColumn<QByteArray>("image");
        QTest::addColumn<QList<int>>("faults"); // TableFault and partition, by turns
        QTest::addColumn<int>("shown");         // partitions
        QTest::addColumn<bool>("believed");
        const auto row = [](const char *name, const QByteArray &image,
                            const std::vector<TableFinding> &findings, int shown, bool believed) {
            QList<int> faults;
            for (const TableFinding &finding : findings)
                faults << int(finding.fault) << finding.partition;
            QTest::newRow(name) << image << faults << shown << believed;
        };
        const auto changed = [](QByteArray image, auto change) {
            change(image);
            return image;
        };
        using Fault = TableFault;
        row("MBR", m_mbr, {}, 4, true);
        row("GPT", m_gpt, {}, 2, true);
        row("cut off", m_gpt.first(2 * mib), {}, 2, true);
        row("no table", QByteArray(mib, '\0'), {}, 0, false);
        row("overlap", changed(m_mbr, [](auto &i) { setMbrEntry(i, 446 + 16, 0x83, 6144, 8192); }),
            {{Fault::Overlap, 2}}, 4, false);
        row("one in another",
            changed(m_mbr, [](auto &i) { setMbrEntry(i, 446 + 48, 0x83, 6144, 1); }),
            {{Fault::Overlap, 4}}, 5, false);
        row("logical overlap",
            changed(m_mbr, [](auto &i) { setMbrEntry(i, 16 * mib + 446, 0x83, 2048, 16384); }),
            {{Fault::Overlap, 6}}, 4, false);
        row("on the table", changed(m_mbr, [](auto &i) { setMbrEntry(i, 446, 0x83, 0, 1024); }),
            {{Fault::OnTable, 1}}, 4, false);
        row("loop",
            changed(m_mbr, [](auto &i) { setMbrEntry(i, 16 * mib + 446 + 16, 5, 0, 2048); }),
            {{Fault::Loop, 0}}, 3, false);
        row("chain leaves",
            changed(m_mbr, [](auto &i) { setMbrEntry(i, 16 * mib + 446 + 16, 5, 65536, 2048); }),
            {{Fault::OutsideExtended, 0}}, 3, false);
        row("logical leaves",
            changed(m_mbr, [](auto &i) { setMbrEntry(i, 16 * mib + 446, 0x83, 2048, 65536); }),
            {{Fault::Overlap, 6}, {Fault::OutsideExtended, 5}}, 4, false);
        row("GPT header", changed(m_gpt, [](auto &i) { i[512 + 60] = 1; }),
            {{Fault::GptDamaged, 0}}, 2, false);
        row("GPT entries", changed(m_gpt, [](auto &i) { i[1024 + 56] = 'x'; }),
            {{Fault::GptDamaged, 0}}, 2, false);
        row("copy's header", changed(m_gpt, [](auto &i) { i[imageBytes - 512 + 60] = 1; }),
            {{Fault::CopyDamaged, 0}}, 2, true);
        row("copy's entries", changed(m_gpt, [](auto &i) { i[imageBytes - 33 * 512 + 56] = 'x'; }),
            {{Fault::CopyDamaged, 0}}, 2, true);
        row("both headers",
            changed(m_gpt,
                    [](auto &i) {
                        i[512 + 60] = 1;
                        i[imageBytes - 512 + 60] = 1;
                    }),
            {{Fault::NoGpt, 0}}, 0, false);
        row("copies differ",
            changed(m_gpt,
                    [this](auto &i) {
                        i[1024 + 56] = 'x';
                        resign(i, [&](QByteArray &header) {
                            qToLittleEndian<quint32>(crc32(i.sliced(1024, 128 * 128)),
                                                     header.data() + 88);
                        });
                    }),
            {{Fault::CopyDiffers, 0}}, 2, true);
        row("hybrid", changed(m_gpt, [](auto &i) { setMbrEntry(i, 446 + 16, 0x0c, 2048, 8192); }),
            {{Fault::HybridMbr, 0}}, 2, true);
        row("stale GPT", changed(m_gpt, [](auto &i) { setMbrEntry(i, 446, 0x83, 2048, 8192); }),
            {{Fault::StaleGpt, 0}}, 1, true);
    }

    // What is wrong is named, and what Linux shows is shown; but nobody builds on it.
    void findings()
    {
        QFETCH(QByteArray, image);
        QFETCH(int, shown);
        QFETCH(bool, believed);
        const auto read = [&image](qint64 offset, std::span<std::byte> buffer) {
            memcpy(buffer.data(), image.constData() + offset, buffer.size());
            return true;
        };
        const TableSurvey survey = surveyPartitions(read, image.size());
        QList<int> faults;
        for (const TableFinding &finding : survey.findings)
            faults << int(finding.fault) << finding.partition;
        QTEST(faults, "faults");
        QCOMPARE(int(survey.table.partitions.size()), shown);
        QCOMPARE(parse(image).kind != Kind::None, believed);
        QCOMPARE(survey.isUnderstood(), believed && survey.findings.empty());
    }

    void readerThatFails()
    {
        const auto never = [](qint64, std::span<std::byte>) { return false; };
        QVERIFY(readPartitionTable(never, imageBytes).kind == Kind::None);
    }

private:
    // Written apart from the product's, to check it.
    static quint32 crc32(const QByteArray &bytes)
    {
        quint32 crc = ~0u;
        for (const char byte : bytes) {
            crc ^= quint8(byte);
            for (int bit = 0; bit < 8; ++bit)
                crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
        }
        return ~crc;
    }

    static void sign(QByteArray &header)
    {
        qToLittleEndian<quint32>(0, header.data() + 16);
        qToLittleEndian<quint32>(crc32(header), header.data() + 16);
    }

    template<class Change>
    static void resign(QByteArray &image, Change change)
    {
        QByteArray header = image.sliced(512, 92);
        change(header);
        sign(header);
        image.replace(512, 92, header);
    }

    QByteArray partitioned(const QByteArray &script) const
    {
        const QString path = m_dir.filePath(u"table"_s);
        if (!samples::writeFile(path, QByteArray(imageBytes, '\0')))
            return {};
        QProcess sfdisk;
        sfdisk.start(u"/sbin/sfdisk"_s, {u"-q"_s, path});
        sfdisk.write(script);
        sfdisk.closeWriteChannel();
        const bool done = sfdisk.waitForFinished() && sfdisk.exitCode() == 0;
        return done ? samples::readFile(path) : QByteArray();
    }

    QTemporaryDir m_dir;
    QByteArray m_mbr;
    QByteArray m_gpt;
};

QTEST_GUILESS_MAIN(TestPartitionTable)
#include "tst_partition_table.moc"
