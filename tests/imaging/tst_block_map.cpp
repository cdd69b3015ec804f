// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/block_map.h"

#include <QTest>

#include <functional>

using namespace imaging;

namespace
{

Digest digestOf(quint8 seed)
{
    Digest digest;
    for (size_t i = 0; i < digest.size(); ++i)
        digest[i] = std::byte(seed + i);
    return digest;
}

// Nine chunks, the last of 512 bytes: two bytes of kind bits, seven rest bits.
constexpr qint64 sampleSize = 8 * qint64(chunkBytes) + 512;

BlockMap sample()
{
    std::vector<ChunkEntry> entries(9);
    for (const size_t k : {0u, 3u, 8u})
        entries[k] = {ChunkKind::Data, digestOf(quint8(k))};
    return BlockMap(sampleSize, entries);
}

using Change = std::function<void(QByteArray &)>;

} // namespace

Q_DECLARE_METATYPE(Change)

class TestBlockMap : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sizes()
    {
        QCOMPARE(chunkCount(1), 1u);
        QCOMPARE(chunkCount(chunkBytes), 1u);
        QCOMPARE(chunkCount(qint64(chunkBytes) + 1), 2u);
        QCOMPARE(chunkLength(sampleSize, 0), chunkBytes);
        QCOMPARE(chunkLength(sampleSize, 8), 512u);
        QCOMPARE(chunkLength(chunkBytes, 0), chunkBytes);
        QCOMPARE(sample().dataBytes(), 2 * qint64(chunkBytes) + 512);
    }

    void roundTrip()
    {
        const BlockMap map = sample();
        const auto parsed = BlockMap::parse(map.serialize());
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->imageSize(), sampleSize);
        QVERIFY(parsed->entries() == map.entries());
        QVERIFY(parsed->identity() == map.identity());
        QCOMPARE(BlockMap::statedCount(map.serialize()), std::optional(9u));
    }

    // The bytes are what identities are made of: they may never change for version 1.
    void layout()
    {
        const QByteArray bytes = sample().serialize();
        QCOMPARE(bytes.size(), 24 + 2 + 3 * 32);
        QCOMPARE(bytes.first(26).toHex(), QByteArray("50534d415000" // PSMAP
                                                     "0100"         // version
                                                     "0002800000000000"
                                                     "00001000"
                                                     "09000000"
                                                     "0901")); // chunks 0, 3, 8
        QCOMPARE(quint8(bytes[26]), 0);
        QCOMPARE(quint8(bytes[26 + 32]), 3);
        QCOMPARE(quint8(bytes[26 + 64]), 8);
    }

    void identityFollowsEveryPart()
    {
        const BlockMap map = sample();
        auto entries = map.entries();
        entries[3].digest[31] ^= std::byte(1);
        QVERIFY(BlockMap(sampleSize, entries).identity() != map.identity());
        entries = map.entries();
        entries[3] = {};
        QVERIFY(BlockMap(sampleSize, entries).identity() != map.identity());
        QVERIFY(BlockMap(sampleSize + 1, map.entries()).identity() != map.identity());
        QVERIFY(BlockMap(sampleSize, map.entries()).identity() == map.identity());
    }

    void refuses_data()
    {
        QTest::addColumn<Change>("change");
        const auto set = [](qsizetype at, char value) {
            return Change([=](QByteArray &bytes) { bytes[at] = value; });
        };
        QTest::newRow("empty") << Change([](QByteArray &bytes) { bytes.clear(); });
        QTest::newRow("magic") << set(0, 'Q');
        QTest::newRow("version 0") << set(6, 0);
        QTest::newRow("version 2") << set(6, 2);
        QTest::newRow("no bytes") << Change([](QByteArray &bytes) {
            bytes.replace(8, 8, QByteArray(8, '\0')).replace(20, 4, QByteArray(4, '\0'));
        });
        QTest::newRow("negative size") << set(15, char(0x80));
        QTest::newRow("over the limit") << set(13, 0x11);
        QTest::newRow("chunk size") << set(18, 0x20);
        QTest::newRow("one chunk more") << set(20, 10);
        QTest::newRow("one chunk less") << set(20, 8);
        QTest::newRow("rest bit") << set(25, char(0x81));
        QTest::newRow("kind without hash") << set(24, char(0x0b));
        QTest::newRow("hash without kind") << set(24, char(0x01));
        QTest::newRow("trailing byte") << Change([](QByteArray &bytes) { bytes.append('x'); });
    }

    void refuses()
    {
        QFETCH(Change, change);
        QByteArray bytes = sample().serialize();
        change(bytes);
        const auto parsed = BlockMap::parse(bytes);
        QVERIFY(!parsed.ok());
        QCOMPARE(parsed.failure().code, protocol::FailureCode::ImageCorrupt);
        QVERIFY(!parsed.failure().detail.isEmpty());
    }

    void refusesEveryShorterOne()
    {
        const QByteArray bytes = sample().serialize();
        for (qsizetype length = 0; length < bytes.size(); ++length)
            QVERIFY2(!BlockMap::parse(bytes.first(length)).ok(),
                     qPrintable(QString::number(length)));
    }

    void largestImage()
    {
        const qint64 size = protocol::maxImageBytes;
        const BlockMap map(size, std::vector<ChunkEntry>(chunkCount(size)));
        const auto parsed = BlockMap::parse(map.serialize());
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->count(), quint64(1) << 24);
    }
};

QTEST_APPLESS_MAIN(TestBlockMap)
#include "tst_block_map.moc"
