// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chunk_codec.h"
#include "samples.h"

#include <QTest>

using namespace imaging;
using samples::Bytes;
using samples::view;

namespace
{

Bytes frameOf(const QByteArray &chunk, int level = importLevel)
{
    ChunkCompressor compressor(level);
    Bytes frame(protocol::maxFrameBytes);
    frame.resize(compressor.compress(view(chunk), frame));
    return frame;
}

bool refused(std::span<const std::byte> frame, size_t length)
{
    ChunkDecompressor decompressor;
    Bytes out(length);
    const auto result = decompressor.decompress(frame, out);
    return !result && result.failure().code == protocol::FailureCode::ImageCorrupt;
}

} // namespace

class TestChunkCodec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_data()
    {
        QTest::addColumn<QByteArray>("chunk");
        QTest::newRow("one byte") << QByteArray(1, 'x');
        QTest::newRow("one zero") << QByteArray(1, '\0');
        QTest::newRow("512 bytes") << samples::noise(512, 7);
        QTest::newRow("zeros") << QByteArray(chunkBytes, '\0');
        QTest::newRow("noise") << samples::noise(chunkBytes, 8);
        QTest::newRow("text") << QByteArray("abcdefgh").repeated(chunkBytes / 8);
    }

    void roundTrip()
    {
        QFETCH(QByteArray, chunk);
        ChunkDecompressor decompressor;
        for (const int level : {backupLevel, importLevel}) {
            const Bytes frame = frameOf(chunk, level);
            QVERIFY(frame.size() <= protocol::maxFrameBytes);
            Bytes out(size_t(chunk.size()));
            QVERIFY(decompressor.decompress(frame, out).ok());
            QVERIFY(std::ranges::equal(out, view(chunk)));
        }
    }

    // Nothing of the chunk before may show: packs of the same image are the same bytes.
    void framesDoNotDependOnHistory()
    {
        const QByteArray chunk = samples::mixed(3 * qint64(chunkBytes)).last(chunkBytes);
        ChunkCompressor compressor(importLevel);
        Bytes frame(protocol::maxFrameBytes);
        QVERIFY(compressor.compress(view(samples::noise(777, 1)), frame) > 0);
        frame.resize(compressor.compress(view(chunk), frame));
        QVERIFY(frame == frameOf(chunk));
    }

    void refusesDamage()
    {
        const QByteArray chunk("golden image, golden image, golden image");
        const size_t length = size_t(chunk.size());
        const Bytes frame = frameOf(chunk);
        QVERIFY(!refused(frame, length));
        QVERIFY(refused({}, length));
        QVERIFY(refused(frame, length - 1));
        QVERIFY(refused(frame, length + 1));
        QVERIFY(refused(std::span(frame).first(frame.size() - 1), length));
        Bytes longer = frame;
        longer.push_back(std::byte(0));
        QVERIFY(refused(longer, length));
        Bytes twice = frame;
        twice.insert(twice.end(), frame.begin(), frame.end());
        QVERIFY(refused(twice, length));
        QVERIFY(refused(twice, 2 * length));
        QVERIFY(refused(view(samples::noise(100, 3)), length));
    }

    // A skippable frame gives no bytes and is no chunk.
    void refusesSkippableFrame()
    {
        const QByteArray skippable = QByteArray::fromHex("5a2a4d1800000000");
        QVERIFY(refused(view(skippable), 0));
        QVERIFY(refused(view(skippable), 8));
    }

    void decompressorSurvivesDamage()
    {
        const QByteArray chunk = samples::noise(5000, 4);
        const Bytes frame = frameOf(chunk);
        ChunkDecompressor decompressor;
        Bytes out(5000);
        QVERIFY(!decompressor.decompress(std::span(frame).first(200), out).ok());
        QVERIFY(decompressor.decompress(frame, out).ok());
        QVERIFY(std::ranges::equal(out, view(chunk)));
    }

    void findsEveryByteThatIsNotZero()
    {
        for (const size_t length : {1u, 2u, 15u, 16u, 17u, 31u, 33u, 512u, 4097u}) {
            Bytes bytes(length);
            QVERIFY(isZero(bytes));
            for (size_t at = 0; at < length; ++at) {
                bytes[at] = std::byte(0x80);
                QVERIFY(!isZero(bytes));
                bytes[at] = std::byte(0);
            }
        }
        QVERIFY(isZero({}));
    }

    // Each byte equals its neighbour here as well.
    void sameBytesAreNotZeros() { QVERIFY(!isZero(Bytes(chunkBytes, std::byte(0xff)))); }
};

QTEST_APPLESS_MAIN(TestChunkCodec)
#include "tst_chunk_codec.moc"
