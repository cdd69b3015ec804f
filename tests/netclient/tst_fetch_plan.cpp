// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/fetch_plan.h"

#include <QTest>

using imaging::chunkBytes;
using netclient::FetchRun;
using netclient::nextFetchRun;

namespace
{

imaging::PackTail tailOf(const std::vector<quint32> &frames)
{
    std::vector<imaging::ChunkEntry> entries(frames.size());
    const qint64 size = qint64(frames.size()) * chunkBytes;
    return {imaging::BlockMap(size, std::move(entries)), frames};
}

} // namespace

class TestFetchPlan : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void plans_data()
    {
        using Frames = std::vector<quint32>;
        using Chunks = std::vector<quint64>;
        QTest::addColumn<Frames>("frames");
        QTest::addColumn<Chunks>("chunks");
        QTest::addColumn<qint64>("most");
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<qint64>("length");
        QTest::addColumn<int>("wanted");
        const Frames frames = {1000, 50, 50, 2000, 20'000, 3000};
        const qint64 much = 100 * qint64(chunkBytes);
        QTest::newRow("one") << frames << Chunks{3} << much << qint64(1100) << qint64(2000) << 1;
        QTest::newRow("neighbours")
            << frames << Chunks{3, 4} << much << qint64(1100) << qint64(22'000) << 2;
        QTest::newRow("small gap is bridged")
            << frames << Chunks{0, 3} << much << qint64(0) << qint64(3100) << 2;
        QTest::newRow("large gap is not")
            << frames << Chunks{3, 5} << much << qint64(1100) << qint64(2000) << 1;
        QTest::newRow("enough image") << frames << Chunks{0, 1, 2, 3} << 2 * qint64(chunkBytes)
                                      << qint64(0) << qint64(1050) << 2;
        QTest::newRow("at least one")
            << frames << Chunks{0, 1} << qint64(1) << qint64(0) << qint64(1000) << 1;
        QTest::newRow("last") << frames << Chunks{5} << much << qint64(23'100) << qint64(3000) << 1;
    }

    void plans()
    {
        QFETCH(std::vector<quint32>, frames);
        QFETCH(std::vector<quint64>, chunks);
        QFETCH(qint64, most);
        const FetchRun run = nextFetchRun(tailOf(frames), chunks, most);
        QTEST(run.offset, "offset");
        QTEST(run.length, "length");
        QTEST(int(run.wanted), "wanted");
        QCOMPARE(run.firstChunk, chunks.front());
        QCOMPARE(run.endChunk, chunks[run.wanted - 1] + 1);
    }
};

QTEST_APPLESS_MAIN(TestFetchPlan)
#include "tst_fetch_plan.moc"
