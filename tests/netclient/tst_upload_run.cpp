// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/upload_run.h"

#include "protocol/upload_record.h"

#include <QTest>

using imaging::ChunkKind;
using imaging::PackedChunk;
using netclient::UploadRun;
using protocol::UploadRecord;

namespace
{

const std::array<std::byte, 3> frame = {std::byte{1}, std::byte{2}, std::byte{3}};

PackedChunk chunk(quint64 index, char kind)
{
    PackedChunk packed;
    packed.index = index;
    packed.length = imaging::chunkBytes;
    if (kind == 'd') {
        packed.entry = {ChunkKind::Data, imaging::Digest{std::byte(index)}};
        packed.frame = frame;
    }
    return packed;
}

constexpr qint64 much = qint64(1) << 40;

// The records of a body, as "d" with the digest's first byte, or "z" with the number of chunks.
QString decoded(std::span<const std::byte> body)
{
    QStringList records;
    while (!body.empty()) {
        const size_t head = protocol::headBytes(body[0]).value_or(1);
        const auto record = protocol::decodeHead(body.first(head));
        if (!record)
            return QStringLiteral("malformed");
        const bool data = record->kind == UploadRecord::Kind::Data;
        records << (data ? QStringLiteral("d%1").arg(int(record->digest[0]))
                         : QStringLiteral("z%1").arg(record->zeroChunks));
        if (data && !std::ranges::equal(body.subspan(head, record->frameBytes), frame))
            return QStringLiteral("wrong frame");
        body = body.subspan(head + record->frameBytes);
    }
    return records.join(u' ');
}

} // namespace

class TestUploadRun : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writesRecords_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QString>("records");
        QTest::newRow("none") << QByteArray("") << QString();
        QTest::newRow("data") << QByteArray("dd") << QStringLiteral("d5 d6");
        QTest::newRow("zeros share a record") << QByteArray("000") << QStringLiteral("z3");
        QTest::newRow("mixed") << QByteArray("d00d0") << QStringLiteral("d5 z2 d8 z1");
        QTest::newRow("zeros first") << QByteArray("00d") << QStringLiteral("z2 d7");
    }

    void writesRecords()
    {
        QFETCH(QByteArray, pattern);
        UploadRun run(5);
        for (const char kind : pattern)
            run.add(chunk(run.end(), kind));
        QTEST(decoded(run.body()), "records");
        QCOMPARE(run.first(), quint64(5));
        QCOMPARE(run.end(), 5 + quint64(pattern.size()));
        QCOMPARE(run.isEmpty(), pattern.isEmpty());
    }

    void isFullByData()
    {
        UploadRun run(0);
        for (int i = 0; i < 1000; ++i)
            run.add(chunk(run.end(), '0'));
        QVERIFY(!run.isFull(2 * qint64(imaging::chunkBytes), much));
        run.add(chunk(run.end(), 'd'));
        QVERIFY(!run.isFull(2 * qint64(imaging::chunkBytes), much));
        run.add(chunk(run.end(), 'd'));
        QVERIFY(run.isFull(2 * qint64(imaging::chunkBytes), much));
    }

    void isFullByItsBody()
    {
        UploadRun run(0, 100);
        const qint64 record = qint64(protocol::dataRecordHeadBytes + frame.size());
        run.add(chunk(run.end(), 'd'));
        QVERIFY(!run.isFull(much, record + 1));
        QVERIFY(run.isFull(much, record));
    }

    void isFullByRecords()
    {
        UploadRun run(0);
        while (run.end() < 4095)
            run.add(chunk(run.end(), run.end() % 2 == 0 ? 'd' : '0'));
        QVERIFY(!run.isFull(much, much));
        run.add(chunk(run.end(), '0'));
        QVERIFY(run.isFull(much, much));
    }
};

QTEST_APPLESS_MAIN(TestUploadRun)
#include "tst_upload_run.moc"
