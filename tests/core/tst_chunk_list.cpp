// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chunk_list.h"

#include "imaging/samples.h"

#include <QTest>

using core::ChunkList;
using imaging::ChunkEntry;
using imaging::ChunkKind;

namespace
{

imaging::Digest digest(int seed)
{
    return imaging::Sha256::of(samples::view(samples::noise(16, quint32(seed))));
}

ChunkEntry data(int seed)
{
    return {ChunkKind::Data, digest(seed)};
}

// Three DATA chunks, five ZERO, one DATA, four ZERO, the last of them shorter.
ChunkList sample()
{
    ChunkList list;
    for (int i = 0; i < 3; ++i)
        list.addData(digest(i), quint32(100 + i));
    list.addZeros(2, 40);
    list.addZeros(3, 40);
    list.addData(digest(8), 1000);
    list.addZeros(3, 40);
    list.addZeros(1, 17);
    return list;
}

} // namespace

class TestChunkList : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isWhatWasAdded()
    {
        const ChunkList list = sample();
        QCOMPARE(list.count(), quint64(13));
        QCOMPARE(list.trailingZeros(), quint64(4));
        std::vector<ChunkEntry> entries{data(0), data(1), data(2)};
        entries.resize(8);
        entries.push_back(data(8));
        entries.resize(13);
        QVERIFY(list.entries() == entries);
        QVERIFY(list.frames() ==
                (std::vector<quint32>{100, 101, 102, 40, 40, 40, 40, 40, 1000, 40, 40, 40, 17}));
    }

    void isEmpty()
    {
        ChunkList list;
        list.addZeros(0, 40);
        QCOMPARE(list.count(), quint64(0));
        QCOMPARE(list.trailingZeros(), quint64(0));
        QVERIFY(list.parts(0).empty() && list.entries().empty() && list.frames().empty());
        QCOMPARE(list.frameBytes(0), 0);
        QVERIFY(!list.firstOther(0, 0, {}));
    }

    // Against the plain list, from everywhere to everywhere.
    void partsBytesAndSizesAreThoseOfThePlainList()
    {
        const auto entries = sample().entries();
        const auto frames = sample().frames();
        qint64 bytes = 0;
        for (quint64 n = 0; n <= entries.size(); ++n) {
            QCOMPARE(sample().frameBytes(n), bytes);
            if (n < frames.size())
                bytes += frames[n];
            ChunkList cut = sample();
            cut.resize(n);
            QCOMPARE(cut.count(), n);
            const std::vector<ChunkEntry> expected(entries.begin(), entries.begin() + ptrdiff_t(n));
            QVERIFY(cut.entries() == expected);
            cut.addData(digest(99), 7);
            QCOMPARE(cut.count(), n + 1);
            QVERIFY(cut.entries().back() == data(99));
            quint64 at = n;
            for (const ChunkList::Part &part : sample().parts(n)) {
                QCOMPARE(part.first, at);
                at += part.zeros + part.data.size();
            }
            QCOMPARE(at, quint64(entries.size()));
        }
    }

    void findsTheFirstOther()
    {
        const ChunkList list = sample();
        const auto entries = list.entries();
        for (const ChunkEntry &expected : {ChunkEntry{}, data(1), data(8), data(77)}) {
            for (quint64 from = 0; from <= entries.size(); ++from) {
                for (quint64 count = 0; count <= entries.size() - from; ++count) {
                    std::optional<quint64> other;
                    for (quint64 i = from; i < from + count && !other; ++i) {
                        if (entries[i] != expected)
                            other = i;
                    }
                    QCOMPARE(list.firstOther(from, count, expected), other);
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestChunkList)
#include "tst_chunk_list.moc"
