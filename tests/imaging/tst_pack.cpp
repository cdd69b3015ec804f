// SPDX-License-Identifier: GPL-3.0-or-later
// PackTail and PackReader.
#include "imaging/pack.h"
#include "samples.h"

#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include <atomic>
#include <functional>
#include <thread>

using namespace imaging;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using samples::Bytes;

namespace
{

using Change = std::function<void(QByteArray &)>;

// Two DATA chunks around a ZERO one, and a short tail.
PackTail sampleTail()
{
    std::vector<ChunkEntry> entries(4);
    entries[0].kind = entries[2].kind = entries[3].kind = ChunkKind::Data;
    entries[2].digest[5] = std::byte(9);
    return PackTail(BlockMap(3 * qint64(chunkBytes) + 512, entries), {1000, 40, 2000, 300});
}

// Offsets in sampleTail(): frame of the map, then the seek table with five entries and its footer.
constexpr qsizetype mapFrameBytes = 8 + 24 + 1 + 3 * 32;
constexpr qsizetype entriesAt = mapFrameBytes + 8;
constexpr qsizetype footerAt = entriesAt + 5 * 8;

Change setU32(qsizetype at, quint32 value)
{
    return [=](QByteArray &bytes) { qToLittleEndian(value, bytes.data() + at); };
}

} // namespace

Q_DECLARE_METATYPE(Change)

class TestPack : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_dir.isValid()); }

    void tailRoundTrip()
    {
        const PackTail tail = sampleTail();
        const auto parsed = PackTail::parse(tail.serialize());
        QVERIFY(parsed.ok());
        QVERIFY(parsed->map().identity() == tail.map().identity());
        QCOMPARE(parsed->frameOffset(0), 0);
        QCOMPARE(parsed->frameOffset(2), 1040);
        QCOMPARE(parsed->frameBytes(3), 300u);
        QCOMPARE(parsed->tailOffset(), 3340);
        QCOMPARE(tail.serialize().size(), footerAt + 9);
    }

    void tailRefuses_data()
    {
        QTest::addColumn<Change>("change");
        QTest::newRow("map magic") << setU32(0, 0x184D2A5B);
        QTest::newRow("map length over the end") << setU32(4, 0xffffffff);
        QTest::newRow("map one byte shorter") << setU32(4, mapFrameBytes - 9);
        QTest::newRow("map is none") << setU32(8, 0);
        QTest::newRow("table magic") << setU32(mapFrameBytes, 0x184D2A5F);
        QTest::newRow("table length") << setU32(mapFrameBytes + 4, 5 * 8 + 8);
        QTest::newRow("empty frame") << setU32(entriesAt, 0);
        QTest::newRow("huge frame") << setU32(entriesAt, protocol::maxFrameBytes + 1);
        QTest::newRow("other chunk length") << setU32(entriesAt + 4, 512);
        QTest::newRow("other last length") << setU32(entriesAt + 3 * 8 + 4, chunkBytes);
        QTest::newRow("map frame's entry") << setU32(entriesAt + 4 * 8, mapFrameBytes + 1);
        QTest::newRow("map frame has content") << setU32(entriesAt + 4 * 8 + 4, 1);
        QTest::newRow("frame count") << setU32(footerAt, 4);
        QTest::newRow("most frames") << setU32(footerAt, 0xffffffff);
        QTest::newRow("checksum flag")
            << Change([](QByteArray &b) { b[footerAt + 4] = char(0x80); });
        QTest::newRow("footer magic") << setU32(footerAt + 5, 0);
        QTest::newRow("byte behind") << Change([](QByteArray &b) { b.append('\0'); });
        QTest::newRow("map says more chunks") << Change([](QByteArray &b) {
            qToLittleEndian<quint64>(quint64(protocol::maxImageBytes), b.data() + 16);
            qToLittleEndian<quint32>(1u << 24, b.data() + 28);
        });
    }

    void tailRefuses()
    {
        QFETCH(Change, change);
        QByteArray bytes = sampleTail().serialize();
        QVERIFY(PackTail::parse(bytes).ok());
        change(bytes);
        const auto parsed = PackTail::parse(bytes);
        QVERIFY(!parsed.ok());
        QCOMPARE(parsed.failure().code, FailureCode::ImageCorrupt);
    }

    void tailRefusesEveryShorterOne()
    {
        const QByteArray bytes = sampleTail().serialize();
        for (qsizetype length = 0; length < bytes.size(); ++length)
            QVERIFY2(!PackTail::parse(bytes.first(length)).ok(),
                     qPrintable(QString::number(length)));
    }

    void readsBack_data()
    {
        QTest::addColumn<qint64>("size");
        const qint64 chunk = chunkBytes;
        QTest::newRow("one byte") << qint64(1);
        QTest::newRow("under a chunk") << qint64(700'001);
        QTest::newRow("one chunk") << chunk;
        QTest::newRow("a chunk and a byte, which is zero") << chunk + 1;
        QTest::newRow("exactly five chunks") << 5 * chunk;
        QTest::newRow("512-byte tail") << 5 * chunk + 512;
        QTest::newRow("512-byte tail of noise") << 6 * chunk + 512;
    }

    void readsBack()
    {
        QFETCH(qint64, size);
        const QByteArray image = samples::mixed(size);
        const QString path = m_dir.filePath(u"image.img.zst"_s);
        QVERIFY(samples::writePack(path, image));
        const auto reader = PackReader::open(path);
        QVERIFY(reader.ok());
        const BlockMap &map = (*reader)->tail().map();
        QCOMPARE(map.imageSize(), size);
        Bytes chunk(chunkBytes);
        for (quint64 k = 0; k < map.count(); ++k) {
            const auto expected =
                samples::view(image).subspan(size_t(k) * chunkBytes, map.length(k));
            const auto out = std::span(chunk).first(map.length(k));
            QVERIFY((*reader)->readChunk(k, out).ok());
            QVERIFY(std::ranges::equal(out, expected));
            QCOMPARE(map.entry(k).kind == ChunkKind::Zero, isZero(expected));
        }
    }

    void openRefuses_data()
    {
        QTest::addColumn<Change>("change");
        QTest::newRow("empty") << Change([](QByteArray &b) { b.clear(); });
        QTest::newRow("a few bytes") << Change([](QByteArray &b) { b.truncate(16); });
        QTest::newRow("other format") << Change([](QByteArray &b) { b.fill('x'); });
        QTest::newRow("cut at the end") << Change([](QByteArray &b) { b.chop(1); });
        QTest::newRow("cut at the front") << Change([](QByteArray &b) { b.remove(0, 1); });
        QTest::newRow("byte before") << Change([](QByteArray &b) { b.prepend('x'); });
        QTest::newRow("frames over the end")
            << Change([](QByteArray &b) { qToLittleEndian(0x00ffffffu, b.data() + b.size() - 9); });
        QTest::newRow("map over the end") << Change(
            [](QByteArray &b) { qToLittleEndian(0xffffffffu, b.data() + b.size() - 17); });
    }

    void openRefuses()
    {
        QFETCH(Change, change);
        const QString path = m_dir.filePath(u"damaged.img.zst"_s);
        QVERIFY(samples::writePack(path, samples::mixed(2 * chunkBytes + 10)));
        QByteArray bytes = samples::readFile(path);
        change(bytes);
        QVERIFY(samples::writeFile(path, bytes));
        const auto reader = PackReader::open(path);
        QVERIFY(!reader.ok());
        QCOMPARE(reader.failure().code, FailureCode::ImageCorrupt);
    }

    // A hole costs nobody anything, memory for a map of that length does.
    void openBelievesNoMapThatItsChunksDoNotNeed()
    {
        const QString path = m_dir.filePath(u"sparse.img.zst"_s);
        QByteArray end(17, '\0');
        qToLittleEndian<quint32>(0xfffffff0u, end.data()); // the map's frame
        qToLittleEndian<quint32>(2, end.data() + 8);       // frames
        qToLittleEndian<quint32>(0x8F92EAB1u, end.data() + 13);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.seek(qint64(5) << 30));
        QCOMPARE(file.write(end), end.size());
        file.close();
        const auto reader = PackReader::open(path);
        QVERIFY(!reader.ok());
        QCOMPARE(reader.failure().code, FailureCode::ImageCorrupt);
        QVERIFY2(reader.failure().detail.contains(u"2 frames and a map of 4294967280 bytes"_s),
                 qPrintable(reader.failure().detail));
    }

    void openSaysWhatCannotBeRead()
    {
        const auto missing = PackReader::open(m_dir.filePath(u"missing"_s));
        QVERIFY(!missing.ok());
        QCOMPARE(missing.failure().code, FailureCode::ImageUnreadable);
        QVERIFY(missing.failure().detail.contains(u"missing"_s));
        const auto folder = PackReader::open(m_dir.path());
        QVERIFY(!folder.ok());
        QCOMPARE(folder.failure().code, FailureCode::ImageUnreadable);
    }

    void damagedChunkIsNamed()
    {
        const QString path = m_dir.filePath(u"flipped.img.zst"_s);
        const QByteArray image = samples::mixed(4 * chunkBytes);
        QVERIFY(samples::writePack(path, image));
        QByteArray bytes = samples::readFile(path);
        const auto whole = PackReader::open(path);
        QVERIFY(whole.ok());
        const qint64 offset = (*whole)->tail().frameOffset(3);
        bytes[offset + 5000] = char(bytes[offset + 5000] ^ 1);
        QVERIFY(samples::writeFile(path, bytes));

        const auto reader = PackReader::open(path);
        QVERIFY(reader.ok());
        Bytes chunk(chunkBytes);
        QVERIFY((*reader)->readChunk(2, chunk).ok());
        const auto result = (*reader)->readChunk(3, chunk);
        QVERIFY(!result.ok());
        QCOMPARE(result.failure().code, FailureCode::ImageCorrupt);
        QVERIFY(result.failure().detail.contains(u"chunk 3"_s));
        QVERIFY(result.failure().detail.contains(QString::number(offset)));
    }

    // The map says ZERO: a frame with something else in it must not pass.
    void zeroChunkIsChecked()
    {
        const QByteArray image = samples::noise(2 * chunkBytes, 5);
        const QString path = m_dir.filePath(u"lie.img.zst"_s);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        PackWriter writer(file.handle());
        QVERIFY(samples::appendImage(writer, image));
        auto entries = writer.entries();
        entries[1] = {};
        ChunkCompressor compressor(importLevel);
        Bytes frame(protocol::maxFrameBytes);
        std::vector<quint32> sizes;
        for (int k = 0; k < 2; ++k)
            sizes.push_back(quint32(compressor.compress(
                samples::view(image).subspan(size_t(k) * chunkBytes, chunkBytes), frame)));
        PackWriter liar(file.handle(), entries, sizes);
        QVERIFY(liar.finish(image.size()).ok());
        file.close();

        const auto reader = PackReader::open(path);
        QVERIFY(reader.ok());
        Bytes chunk(chunkBytes);
        QVERIFY((*reader)->readChunk(0, chunk).ok());
        QCOMPARE((*reader)->readChunk(1, chunk).failure().code, FailureCode::ImageCorrupt);
    }

    void manyThreadsReadOnePack()
    {
        const QByteArray image = samples::mixed(6 * chunkBytes + 99);
        const QString path = m_dir.filePath(u"shared.img.zst"_s);
        QVERIFY(samples::writePack(path, image));
        const auto reader = PackReader::open(path);
        QVERIFY(reader.ok());
        std::atomic<int> right = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                Bytes chunk(chunkBytes);
                for (quint64 k = 0; k < 7; ++k) {
                    const auto out = std::span(chunk).first((*reader)->tail().map().length(k));
                    right += (*reader)->readChunk(k, out).ok();
                }
            });
        }
        for (auto &thread : threads)
            thread.join();
        QCOMPARE(right.load(), 4 * 7);
    }

private:
    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(TestPack)
#include "tst_pack.moc"
