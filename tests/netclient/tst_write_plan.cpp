// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/write_plan.h"

#include "test_image.h"

#include <QTest>

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

bool noTable(qint64, std::span<std::byte> buffer)
{
    std::ranges::fill(buffer, std::byte{0});
    return true;
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
        row("odd tail", "ddd", 512, 2 * mib + 512, "0 1 2", "0+1048576 1048576+1049088", "",
            "0+2097664", "8192+2088960 2097152+512 0+8192");
        row("less than a chunk", "d", 5120, 4 * mib, "0", "0+1048576 3145728+1048576 0+5120", "",
            "0+5120", "0+5120");
        row("smaller device", "d000", chunkBytes, 2 * mib + 512, "0", "0+1048576 1048576+1049088",
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
        QTest::addColumn<bool>("fits");
        QTest::newRow("same") << QByteArray("dd") << 2 * mib << true;
        QTest::newRow("larger") << QByteArray("dd") << 3 * mib << true;
        QTest::newRow("a sector less") << QByteArray("dd") << 2 * mib - 512 << false;
        QTest::newRow("zeros beyond") << QByteArray("d00") << 1 * mib << true;
        QTest::newRow("zeros across the end") << QByteArray("d00") << 1 * mib + 512 << true;
        QTest::newRow("data after zeros") << QByteArray("d0d") << 1 * mib << false;
        QTest::newRow("nothing") << QByteArray("000") << qint64(0) << false;
    }

    void fits()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(qint64, deviceSize);
        const auto map = mapOf(pattern.toStdString());
        const auto verdict = netclient::checkFits(map, deviceSize, noTable);
        QTEST(verdict.ok(), "fits");
        if (!verdict.ok()) {
            QCOMPARE(verdict.failure().code, FailureCode::DeviceTooSmall);
            QVERIFY(verdict.failure().detail.contains(QString::number(map.imageSize())));
            QVERIFY(verdict.failure().detail.contains(QString::number(deviceSize)));
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
