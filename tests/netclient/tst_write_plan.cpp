// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/write_plan.h"

#include "test_image.h"

#include <QTest>

#include <cstring>

using namespace testing;
using imaging::ByteExtent;
using imaging::chunkBytes;
using netclient::planWrite;
using netclient::WritePlan;
using protocol::FailureCode;
using protocol::VerifyScope;

namespace
{

constexpr qint64 mib = 1024 * 1024;

// 'd' DATA, '0' ZERO
imaging::BlockMap mapOf(std::string_view pattern, quint32 lastLength = chunkBytes)
{
    std::vector<imaging::ChunkEntry> entries(pattern.size());
    for (size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == 'd')
            entries[i] = {imaging::ChunkKind::Data, imaging::Digest{std::byte(i + 1)}};
    }
    return {qint64(pattern.size()) * chunkBytes - (chunkBytes - lastLength), std::move(entries)};
}

QString text(const std::vector<ByteExtent> &extents)
{
    QStringList parts;
    for (const ByteExtent &extent : extents)
        parts << QStringLiteral("%1+%2").arg(extent.offset).arg(extent.length);
    return parts.join(u' ');
}

QString chunks(const std::vector<quint64> &list)
{
    QStringList parts;
    for (const quint64 chunk : list)
        parts << QString::number(chunk);
    return parts.join(u' ');
}

struct Entry {
    quint8 type = 0;
    quint32 first = 0; // sectors
    quint32 count = 0;
};

// The first bytes of an image, with a file system's mark in its first partition, so that the size
// of the sectors is known.
QByteArray headWith(const std::vector<Entry> &entries)
{
    QByteArray head(2048 * 512, '\0');
    const auto bytes = std::as_writable_bytes(std::span(head.data(), size_t(head.size())));
    for (size_t i = 0; i < entries.size(); ++i)
        addMbrEntry(bytes, i, entries[i].type, entries[i].first, entries[i].count);
    head.replace(entries.front().first * 512 + 1024 + 56, 2, "\x53\xef");
    return head;
}

// An extended partition whose chain leads back to its first record.
QByteArray loop()
{
    QByteArray head = headWith({{0x83, 8, 8}, {0x05, 16, 64}});
    const auto bytes = std::as_writable_bytes(std::span(head.data(), size_t(head.size())));
    addMbrEntry(bytes.subspan(16 * 512), 1, 0x05, 0, 8);
    return head;
}

// What begins where it says in sectors of 4096 bytes.
QByteArray largeSectors()
{
    QByteArray head = headWith({{0x83, 8, 8}});
    head.replace(8 * 512 + 1024 + 56, 2, QByteArray(2, '\0'));
    head.replace(8 * 4096 + 1024 + 56, 2, "\x53\xef");
    return head;
}

} // namespace

class TestWritePlan : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void plans_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<uint>("lastLength");
        QTest::addColumn<qint64>("deviceSize");
        QTest::addColumn<QString>("data");
        QTest::addColumn<QString>("wipe");
        QTest::addColumn<QString>("zero");
        QTest::addColumn<QString>("veil");
        QTest::addColumn<QString>("unveil");
        const auto row = [](const char *name, const char *pattern, uint last, qint64 device,
                            const char *data, const char *wipe, const char *zero, const char *veil,
                            const char *unveil) {
            QTest::newRow(name) << QByteArray(pattern) << last << device
                                << QString::fromLatin1(data) << QString::fromLatin1(wipe)
                                << QString::fromLatin1(zero) << QString::fromLatin1(veil)
                                << QString::fromLatin1(unveil);
        };
        row("same size", "d0dd", chunkBytes, 4 * mib, "0 2 3", "0+1048576 3145728+1048576",
            "1048576+1048576", "0+1048576 3145728+1048576",
            "8192+1040384 3145728+1044480 4190208+4096 0+8192");
        row("larger device", "dd00", chunkBytes, 16 * mib, "0 1",
            "0+1048576 15728640+1048576 3145728+1048576", "2097152+2097152",
            "0+1048576 3145728+1048576", "8192+1040384 3145728+1044480 4190208+4096 0+8192");
        row("odd tail", "ddd", 512, 2 * mib + 512, "0 1 2", "0+2097664", "", "0+2097664",
            "8192+2088960 2097152+512 0+8192");
        row("less than a chunk", "d", 5120, 4 * mib, "0", "0+1048576 3145728+1048576", "", "0+5120",
            "0+5120");
        row("smaller device", "d000", chunkBytes, 2 * mib + 512, "0", "0+2097664",
            "1048576+1049088", "0+2097664", "8192+2088960 2097152+512 0+8192");
    }

    void plans()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(uint, lastLength);
        QFETCH(qint64, deviceSize);
        const auto map = mapOf(pattern.toStdString(), lastLength);
        const WritePlan plan = planWrite(map, deviceSize, VerifyScope::Full, false);
        QTEST(chunks(plan.data), "data");
        QTEST(text(plan.wipe), "wipe");
        QTEST(text(plan.zero), "zero");
        QTEST(text(plan.veil), "veil");
        QTEST(text(plan.unveil), "unveil");
        QCOMPARE(netclient::totalBytes(plan.unveil), netclient::totalBytes(plan.veil));
    }

    void everyByteIsExpectedWhenAskedForAll()
    {
        const auto map = mapOf("d00dd0d", 512);
        const qint64 size = 9 * mib;
        const WritePlan plan = planWrite(map, size, VerifyScope::Full, true);
        qint64 end = 0;
        for (const auto &expectation : plan.checks) {
            QVERIFY(expectation.offset >= end);
            QCOMPARE(expectation.offset % 4096, 0);
            QVERIFY(expectation.length <= chunkBytes);
            QVERIFY(expectation.offset - end < 4096);
            end = expectation.offset + expectation.length;
        }
        QCOMPARE(end, size);
    }

    void sampledZerosIncludeTheEndsOfARun()
    {
        const auto map = mapOf("d" + std::string(130, '0') + "d");
        const WritePlan plan = planWrite(map, 132 * mib, VerifyScope::Sampled, false);
        std::vector<qint64> zeros;
        for (const auto &expectation : plan.checks) {
            if (expectation.isZero)
                zeros.push_back(expectation.offset / mib);
        }
        QCOMPARE(zeros, (std::vector<qint64>{1, 65, 129, 130}));
    }

    void theDevicesEndMustReadAsZero()
    {
        const WritePlan plan = planWrite(mapOf("dd"), 8 * mib, VerifyScope::Sampled, false);
        QCOMPARE(plan.checks.back().offset, 7 * mib);
        QVERIFY(plan.checks.back().isZero);
    }

    void fits_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<qint64>("deviceSize");
        QTest::addColumn<QByteArray>("head"); // what the image begins with
        QTest::addColumn<bool>("fits");
        const auto row = [](const char *name, std::string_view pattern, qint64 deviceSize,
                            const QByteArray &head, bool fits) {
            QTest::newRow(name) << QByteArray(pattern.data(), qsizetype(pattern.size()))
                                << deviceSize << head << fits;
        };
        const QByteArray mbr = headWith({{0x83, 8, 2040}}); // up to 1 MiB
        const QByteArray none;
        row("same", "dd", 2 * mib, none, true);
        row("larger", "dd", 3 * mib, none, true);
        row("a sector less", "dd", 2 * mib - 512, mbr, false);
        row("zeros beyond", "d00", 1 * mib, mbr, true);
        row("zeros across the end", "d00", 1 * mib + 512, mbr, true);
        row("a sector of the partition beyond", "d00", 1 * mib, headWith({{0x83, 8, 2041}}), false);
        row("data after zeros", "d0d", 1 * mib, mbr, false);
        row("nothing", "000", 0, mbr, false);
        // Where no table tells what may be cut off, nothing is.
        row("no table", "d00", 1 * mib, none, false);
        row("zeros alone", std::string(4403, '0'), 1024 * mib, none, false);
        row("partitions that overlap", "d0000", 3 * mib,
            headWith({{0x83, 8, 4000}, {0x83, 2048, 2048}}), false);
        row("partitions that begin alike", "d0000", 3 * mib,
            headWith({{0x83, 8, 4000}, {0x83, 8, 4000}}), false);
        QByteArray ext(4096, '\0');
        ext.replace(1024 + 56, 2, "\x53\xef");
        row("a file system alone", "d0000000", 8 * mib - 512, ext, false);
        row("a chain in a circle", "d0000", 3 * mib, loop(), false);
        row("a GPT that is not there", "d00", 1 * mib, headWith({{0xee, 1, 2047}}), false);
        row("large sectors", "d000", 3 * mib, largeSectors(), false);
    }

    void fits()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(qint64, deviceSize);
        QFETCH(QByteArray, head);
        const auto map = mapOf(pattern.toStdString());
        const auto read = [&head](qint64 offset, std::span<std::byte> buffer) {
            const QByteArray there = head.mid(offset, qsizetype(buffer.size()));
            std::ranges::fill(buffer, std::byte{0});
            std::memcpy(buffer.data(), there.constData(), size_t(there.size()));
            return true;
        };
        const auto verdict = netclient::checkFits(map, deviceSize, read);
        QTEST(verdict.ok(), "fits");
        if (!verdict.ok()) {
            QCOMPARE(verdict.failure().code, FailureCode::DeviceTooSmall);
            QVERIFY(verdict.failure().detail.contains(QString::number(map.imageSize())));
            QVERIFY(verdict.failure().detail.contains(QString::number(deviceSize)));
        }
    }

    void merges_data()
    {
        QTest::addColumn<QString>("merged");
        QTest::addColumn<std::vector<ByteExtent>>("extents");
        const auto row = [](const char *merged, const std::vector<ByteExtent> &extents) {
            QTest::newRow(merged) << QString::fromLatin1(merged) << extents;
        };
        row("", {});
        row("0+4", {{0, 4}});
        row("0+8", {{0, 4}, {4, 4}});
        row("0+4 5+4", {{5, 4}, {0, 4}});
        row("0+9", {{4, 5}, {0, 8}});
        row("0+20 30+1", {{0, 20}, {30, 1}, {5, 5}, {10, 10}});
    }

    void merges()
    {
        QFETCH(std::vector<ByteExtent>, extents);
        QTEST(text(netclient::merged(extents)), "merged");
    }

    // Whatever ends where: what is wiped at once shares no page.
    void nothingIsWipedTwice_data()
    {
        QTest::addColumn<qint64>("imageSize");
        QTest::addColumn<qint64>("deviceSize");
        for (const qint64 device : {mib, 2 * mib, 3 * mib, 8 * mib, 3 * mib + 512}) {
            for (const qint64 behind : {qint64(0), qint64(512), qint64(5120), mib - 512, mib,
                                        mib + 512, 2 * mib - 4096}) {
                for (const qint64 image : {behind, device - behind}) {
                    if (image > 0 && image <= device)
                        QTest::addRow("%lld on %lld", image, device) << image << device;
                }
            }
        }
    }

    void nothingIsWipedTwice()
    {
        QFETCH(qint64, imageSize);
        QFETCH(qint64, deviceSize);
        const auto chunks = imaging::chunkCount(imageSize);
        const auto map =
            mapOf(std::string(chunks, 'd'), imaging::chunkLength(imageSize, chunks - 1));
        for (const bool eraseRest : {false, true}) {
            const WritePlan plan = planWrite(map, deviceSize, VerifyScope::Sampled, eraseRest);
            qint64 free = 0; // page
            const auto apart = netclient::merged(plan.wipe);
            QCOMPARE(apart.size(), plan.wipe.size());
            for (const ByteExtent &extent : apart) {
                QCOMPARE(extent.offset % 4096, 0);
                QVERIFY(extent.offset / 4096 >= free);
                free = (extent.offset + extent.length + 4095) / 4096;
            }
            QVERIFY(free <= (deviceSize + 4095) / 4096);
        }
    }

    void anUnreadableTableDoesNotFit()
    {
        const auto unreadable = [](qint64, std::span<std::byte>) { return false; };
        QVERIFY(!netclient::checkFits(mapOf("d00"), mib, unreadable).ok());
        QVERIFY(netclient::checkFits(mapOf("d00"), 3 * mib, unreadable).ok()); // not asked
    }

    void whatCannotBeReadWithinTheImageCounts_data()
    {
        QTest::addColumn<qint64>("imageSize");
        QTest::addColumn<qint64>("unreadable"); // the read that begins here fails
        QTest::newRow("the first sector, which is all") << qint64(512) << qint64(0);
        QTest::newRow("GPT's header, the last sector") << qint64(1024) << qint64(512);
        QTest::newRow("GPT's header for 4096, the end") << qint64(8192) << qint64(4096);
    }

    // Up to the image's last byte.
    void whatCannotBeReadWithinTheImageCounts()
    {
        QFETCH(qint64, imageSize);
        QFETCH(qint64, unreadable);
        const auto read = [&](qint64 offset, std::span<std::byte> buffer) {
            std::ranges::fill(buffer, std::byte{0});
            if (offset == 0 && buffer.size() == 512) { // a protective MBR: GPT is looked for
                buffer[446 + 4] = std::byte{0xee};
                buffer[446 + 8] = buffer[446 + 12] = std::byte{1};
                buffer[510] = std::byte{0x55};
                buffer[511] = std::byte{0xaa};
            }
            return offset != unreadable;
        };
        const imaging::BlockMap map = mapOf("0", quint32(imageSize));
        const auto verdict = netclient::checkFits(map, 100, read);
        QVERIFY(!verdict.ok());
        QVERIFY2(verdict.failure().detail.contains(QStringLiteral("could not be read")),
                 qPrintable(verdict.failure().detail));
    }

    void slices()
    {
        QCOMPARE(text(netclient::sliced({{0, 10}, {20, 3}}, 4)),
                 QStringLiteral("0+4 4+4 8+2 20+3"));
        QVERIFY(netclient::sliced({}, 4).empty());
    }
};

QTEST_APPLESS_MAIN(TestWritePlan)
#include "tst_write_plan.moc"
