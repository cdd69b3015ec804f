// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chunk_packer.h"
#include "samples.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace imaging;
using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using samples::Bytes;

namespace
{

// Hands out an image from memory; zeros are told as known now and then; fails at chunk `failAt`.
class MemorySource final : public ChunkSource
{
public:
    explicit MemorySource(QByteArray image, int failAt = -1, bool tellZeros = false)
        : m_image(std::move(image)), m_failAt(failAt), m_tellZeros(tellZeros)
    {
    }

    Result<ChunkRead> next(std::span<std::byte> buffer) override
    {
        if (buffer.size() != chunkBytes || quintptr(buffer.data()) % 4096 != 0)
            return Failure{FailureCode::Internal, Stage::Read, u"buffer"_s};
        if (m_reads == m_failAt)
            return Failure{FailureCode::DeviceReadError, Stage::Read, u"source"_s};
        const auto rest = samples::view(m_image).subspan(size_t(m_reads) * chunkBytes);
        const auto chunk = rest.first(std::min<size_t>(rest.size(), chunkBytes));
        ++m_reads;
        if (m_tellZeros && !chunk.empty() && isZero(chunk))
            return ChunkRead{quint32(chunk.size()), true};
        std::copy(chunk.begin(), chunk.end(), buffer.begin());
        return ChunkRead{quint32(chunk.size()), false};
    }

    int reads() const { return m_reads; }

private:
    QByteArray m_image;
    int m_failAt;
    bool m_tellZeros;
    int m_reads = 0;
};

struct Packed {
    Result<qint64> result = qint64(0);
    std::vector<PackedChunk> chunks; // spans are dead
    std::vector<Bytes> frames;
    QByteArray image; // put together from `bytes`
    bool onThisThread = true;
};

Packed pack(ChunkSource &source, WorkerPool &pool, int level, int maxInFlight,
            quint64 firstIndex = 0)
{
    Packed packed;
    const auto caller = std::this_thread::get_id();
    packed.result = packChunks(
        source, pool, level, maxInFlight,
        [&](const PackedChunk &chunk) {
            packed.onThisThread &= std::this_thread::get_id() == caller;
            packed.chunks.push_back(chunk);
            packed.frames.emplace_back(chunk.frame.begin(), chunk.frame.end());
            if (chunk.entry.kind == ChunkKind::Zero)
                packed.image.append(QByteArray(qsizetype(chunk.length), '\0'));
            else
                packed.image.append(reinterpret_cast<const char *>(chunk.bytes.data()),
                                    qsizetype(chunk.bytes.size()));
            return Result<void>();
        },
        firstIndex);
    return packed;
}

std::vector<ChunkEntry> entriesOf(const Packed &packed)
{
    std::vector<ChunkEntry> entries;
    for (const auto &chunk : packed.chunks)
        entries.push_back(chunk.entry);
    return entries;
}

} // namespace

class TestChunkPacker : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyByteInOrder_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::addColumn<int>("inFlight");
        QTest::newRow("nothing") << qint64(0) << 4;
        QTest::newRow("one byte") << qint64(1) << 4;
        QTest::newRow("one chunk") << qint64(chunkBytes) << 4;
        QTest::newRow("whole chunks, one slot") << 7 * qint64(chunkBytes) << 1;
        QTest::newRow("512-byte tail of zeros") << 7 * qint64(chunkBytes) + 512 << 3;
        QTest::newRow("512-byte tail of noise") << 9 * qint64(chunkBytes) + 512 << 3;
        QTest::newRow("more slots than chunks") << 5 * qint64(chunkBytes) + 512 << 64;
        QTest::newRow("no slots asked for") << 2 * qint64(chunkBytes) << 0;
    }

    void everyByteInOrder()
    {
        QFETCH(qint64, size);
        QFETCH(int, inFlight);
        const QByteArray image = samples::mixed(size);
        WorkerPool pool(3);
        for (const bool tellZeros : {false, true}) {
            MemorySource source(image, -1, tellZeros);
            const Packed packed = pack(source, pool, importLevel, inFlight, 100);
            QVERIFY(packed.result.ok());
            QCOMPARE(*packed.result, size);
            QVERIFY(packed.onThisThread);
            QVERIFY(packed.image == image);
            QCOMPARE(packed.chunks.size(), chunkCount(size));
            for (quint64 k = 0; k < packed.chunks.size(); ++k)
                checkChunk(packed, k, image);
        }
    }

    // Whoever packs, with however many threads, gets the same identity.
    void sameImageSameMap()
    {
        const QByteArray image = samples::mixed(12 * chunkBytes + 512);
        WorkerPool one(1);
        WorkerPool four(4);
        MemorySource a(image);
        MemorySource b(image, -1, true);
        MemorySource c(image);
        const auto first = entriesOf(pack(a, one, importLevel, 1));
        QVERIFY(first == entriesOf(pack(b, four, backupLevel, 8)));
        QVERIFY(first == entriesOf(pack(c, four, packNoFrames, 5)));
    }

    void framesUnpack()
    {
        const QByteArray image = samples::mixed(6 * chunkBytes + 777);
        WorkerPool pool(2);
        MemorySource source(image);
        const Packed packed = pack(source, pool, backupLevel, 4);
        ChunkDecompressor decompressor;
        for (size_t k = 0; k < packed.chunks.size(); ++k) {
            if (packed.chunks[k].entry.kind == ChunkKind::Zero)
                continue;
            Bytes out(packed.chunks[k].length);
            QVERIFY(decompressor.decompress(packed.frames[k], out).ok());
            QVERIFY(Sha256::of(out) == packed.chunks[k].entry.digest);
        }
    }

    void sourceFails_data()
    {
        QTest::addColumn<int>("failAt");
        QTest::newRow("at once") << 0;
        QTest::newRow("while the pool works") << 3;
        QTest::newRow("late") << 9;
    }

    void sourceFails()
    {
        QFETCH(int, failAt);
        WorkerPool pool(2);
        MemorySource source(samples::mixed(10 * chunkBytes), failAt);
        const Packed packed = pack(source, pool, importLevel, 4);
        QVERIFY(!packed.result.ok());
        QCOMPARE(packed.result.failure().code, FailureCode::DeviceReadError);
        QVERIFY(packed.chunks.size() <= size_t(failAt));
    }

    void sinkFails_data() { sourceFails_data(); }

    void sinkFails()
    {
        QFETCH(int, failAt);
        WorkerPool pool(2);
        MemorySource source(samples::noise(10 * chunkBytes, 4));
        int calls = 0;
        const auto result = packChunks(source, pool, importLevel, 4, [&](const PackedChunk &) {
            return calls++ == failAt ? Result<void>(Failure{FailureCode::StorageFull, {}, {}})
                                     : Result<void>();
        });
        QVERIFY(!result.ok());
        QCOMPARE(result.failure().code, FailureCode::StorageFull);
        QCOMPARE(calls, failAt + 1); // never called again
        QVERIFY(source.reads() <= failAt + 1 + 4);
    }

    // Not more chunks are read ahead of the sink than were allowed.
    void memoryIsBounded()
    {
        WorkerPool pool(4);
        MemorySource source(samples::mixed(20 * chunkBytes));
        int delivered = 0;
        bool bounded = true;
        const auto result = packChunks(source, pool, backupLevel, 3, [&](const PackedChunk &) {
            bounded &= source.reads() - delivered <= 3;
            ++delivered;
            return Result<void>();
        });
        QVERIFY(result.ok());
        QVERIFY(bounded);
        QCOMPARE(delivered, 20);
    }

    // What one packer leaves behind in a failure must not touch the next one on the same pool.
    void poolIsSharedAndSurvives()
    {
        const QByteArray image = samples::mixed(8 * chunkBytes + 5);
        WorkerPool pool(2);
        std::atomic<int> right = 0;
        std::vector<std::thread> packers;
        for (int t = 0; t < 4; ++t) {
            packers.emplace_back([&, t] {
                for (int round = 0; round < 3; ++round) {
                    MemorySource source(image, t % 2 == 0 ? -1 : 4);
                    const Packed packed = pack(source, pool, backupLevel, 3);
                    right += t % 2 == 0 ? packed.image == image : !packed.result.ok();
                }
            });
        }
        for (auto &packer : packers)
            packer.join();
        QCOMPARE(right.load(), 12);
    }

private:
    void checkChunk(const Packed &packed, quint64 k, const QByteArray &image)
    {
        const PackedChunk &chunk = packed.chunks[k];
        const auto bytes = samples::view(image).subspan(size_t(k) * chunkBytes, chunk.length);
        QCOMPARE(chunk.index, 100 + k);
        QCOMPARE(chunk.length, chunkLength(image.size(), k));
        QCOMPARE(chunk.entry.kind == ChunkKind::Zero, isZero(bytes));
        QCOMPARE(packed.frames[k].empty(), isZero(bytes));
        const Digest expected = isZero(bytes) ? Digest{} : Sha256::of(bytes);
        QVERIFY(chunk.entry.digest == expected);
    }
};

QTEST_APPLESS_MAIN(TestChunkPacker)
#include "tst_chunk_packer.moc"
