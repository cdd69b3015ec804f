// SPDX-License-Identifier: GPL-3.0-or-later
// Backups on the lane: plain streams, runs of records, commits.
#include "http/lane_bench.h"

using namespace Qt::StringLiterals;
using core::TransferEvent;
using transport::HttpAnswer;
using transport::HttpClient;
using transport::HttpRequest;
using namespace bench;
using namespace std::chrono_literals;

class TestLaneUpload : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void plainUpload_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("pack") << "b.img.zst";
        QTest::newRow("sparse") << "b.img";
    }

    void plainUpload()
    {
        QFETCH(QString, name);
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Backup, name, imageBytes);
        const auto [status, body] = f.once("PUT", "/transfer/t/upload", f.image);
        QCOMPARE(status, 201);
        const imaging::WorkTimes times = transfer->clocks.times(core::JobKind::Backup);
        QVERIFY(times.processors > 0s && times.storage > 0s && times.network == 0s);
        QCOMPARE(times.processors + times.storage, transfer->clocks.processors.total());
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 1);
        QCOMPARE(f.events.all().last().backup.size, imageBytes);
        QCOMPARE(f.events.all().last().backup.identity,
                 imaging::toHex(f.pack->tail().map().identity()));
        QVERIFY(QFile::exists(f.folder.filePath(name)));
    }

    // The station has not heard of the end yet, and somebody sends again.
    void whatIsStoredStaysStored()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        QCOMPARE(f.once("PUT", "/transfer/t/upload", f.image).first, 201);
        QCOMPARE(f.once("PUT", "/transfer/t/upload", f.image).first, 404);
        QCOMPARE(f.once("PUT", "/transfer/t/upload", f.image.left(1000)).first, 404);
        const QByteArray size = "?size=4096";
        QCOMPARE(f.once("PUT", "/transfer/t/upload/chunks/0" + size, records(f, 0, 1)).first, 404);
        QFile file(f.folder.filePath(u"b.img"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll() == f.image);
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 1);
        QCOMPARE(f.events.count(TransferEvent::Kind::Failed), 0);
    }

    void sizeThatIsNotTheDevices_data()
    {
        QTest::addColumn<qint64>("registered");
        QTest::addColumn<qint64>("announced");
        QTest::addColumn<int>("status");
        QTest::newRow("larger") << imageBytes << imageBytes + 512 << 409;
        QTest::newRow("smaller") << imageBytes << imageBytes - 512 << 409;
        QTest::newRow("huge") << imageBytes << protocol::maxImageBytes << 409;
        QTest::newRow("huge device") << protocol::maxImageBytes << protocol::maxImageBytes << 409;
        QTest::newRow("largest card") << (qint64(1) << 41) << (qint64(1) << 41) << 200;
        QTest::newRow("never told, large") << qint64(0) << protocol::maxUntoldBytes << 200;
        QTest::newRow("never told, huge") << qint64(0) << protocol::maxUntoldBytes + 1 << 409;
    }

    // One ZERO record of five bytes stands for as many chunks as it says.
    void sizeThatIsNotTheDevices()
    {
        QFETCH(qint64, registered);
        QFETCH(qint64, announced);
        QFETCH(int, status);
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, registered);
        protocol::UploadRecord zeros;
        zeros.zeroChunks = quint32(imaging::chunkCount(announced));
        std::array<std::byte, protocol::dataRecordHeadBytes> head;
        const size_t length = protocol::encodeHead(zeros, head);
        const QByteArray body(reinterpret_cast<const char *>(head.data()), qsizetype(length));
        const QByteArray size = "?size=" + QByteArray::number(announced);
        const auto answer = f.once("PUT", "/transfer/t/upload/chunks/0" + size, body);
        QCOMPARE(answer.first, status);
        QCOMPARE(f.events.count(TransferEvent::Kind::Failed), status == 200 ? 0 : 1);
        if (status == 200)
            return;
        QVERIFY(answer.second.contains("backup-mismatch"));
        QCOMPARE(f.events.all().last().failure.code, protocol::FailureCode::BackupMismatch);
        // Nothing was begun: no journal, and no file of that size.
        QVERIFY(!QFile::exists(f.folder.filePath(u"b.img.part.journal"_s)));
        QCOMPARE(QFileInfo(f.folder.filePath(u"b.img.part"_s)).size(), 0);
    }

    void methodsThatAreNotAllowed_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("what");
        QTest::newRow("upload") << QByteArray("GET") << QByteArray("upload");
        QTest::newRow("next") << QByteArray("POST") << QByteArray("upload/next");
        QTest::newRow("commit") << QByteArray("GET") << QByteArray("upload/commit");
        QTest::newRow("chunks") << QByteArray("POST") << QByteArray("upload/chunks/0?size=512");
    }

    void methodsThatAreNotAllowed()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, what);
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        const auto [status, body] = f.once(method, "/transfer/t/" + what);
        QCOMPARE(status, 405);
        QVERIFY(body.contains("method-not-allowed"));
        QCOMPARE(f.once(method, "/transfer/t/elsewhere").first, 404);
        QCOMPARE(f.events.all().size(), 0);
    }

    void shortUploadIsTruncated()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        const auto [status, body] = f.once("PUT", "/transfer/t/upload", f.image.left(100'000));
        QCOMPARE(status, 422);
        QVERIFY(body.contains("backup-truncated"));
        QCOMPARE(f.events.count(TransferEvent::Kind::Failed), 1);
        QVERIFY(!QFile::exists(f.folder.filePath(u"b.img"_s)));
    }

    void recordsNextAndCommit()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Backup, u"b.img.zst"_s, imageBytes);
        const QByteArray size = "?size=" + QByteArray::number(imageBytes);
        QCOMPARE(nextOf(f.once("GET", "/transfer/t/upload/next").second), 0);
        auto [status, body] = f.once("PUT", "/transfer/t/upload/chunks/0" + size, records(f, 0, 4));
        QCOMPARE(status, 200);
        QCOMPARE(nextOf(body), 4);
        // A gap is refused, what is there already is checked and ignored.
        QCOMPARE(f.once("PUT", "/transfer/t/upload/chunks/6" + size, records(f, 6, 7)).first, 409);
        std::tie(status, body) =
            f.once("PUT", "/transfer/t/upload/chunks/2" + size, records(f, 2, 10));
        QCOMPARE(nextOf(body), 10);
        QCOMPARE(transfer->done.load(), imageBytes);

        protocol::UploadCommit claim;
        claim.size = imageBytes;
        claim.imageIdentity = QString(64, u'0');
        const auto wrong =
            f.once("POST", "/transfer/t/upload/commit", protocol::toBody(protocol::toJson(claim)));
        QCOMPARE(wrong.first, 409);
        QVERIFY(wrong.second.contains("backup-mismatch"));
        QVERIFY(!QFile::exists(f.folder.filePath(u"b.img.zst"_s)));
    }

    void lostCommitAnswerIsRepeated()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, u"b.img.zst"_s, imageBytes);
        const QByteArray size = "?size=" + QByteArray::number(imageBytes);
        QCOMPARE(f.once("PUT", "/transfer/t/upload/chunks/0" + size, records(f, 0, 10)).first, 200);
        protocol::UploadCommit claim;
        claim.size = imageBytes;
        claim.imageIdentity = imaging::toHex(f.pack->tail().map().identity());
        const QByteArray body = protocol::toBody(protocol::toJson(claim));
        QCOMPARE(f.once("POST", "/transfer/t/upload/commit", body).first, 201);
        QCOMPARE(f.once("POST", "/transfer/t/upload/commit", body).first, 200);
        f.board.remove(u"t"_s); // the station ends the job
        QCOMPARE(f.once("POST", "/transfer/t/upload/commit", body).first, 200);
        QCOMPARE(f.once("POST", "/transfer/x/upload/commit", body).first, 404);
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 1);
    }

    void damagedRecordIsRefusedAndNextStays()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        QByteArray run = records(f, 0, 1);
        run[run.size() / 2] = char(run[run.size() / 2] ^ 1);
        const QByteArray size = "?size=" + QByteArray::number(imageBytes);
        const auto [status, body] = f.once("PUT", "/transfer/t/upload/chunks/0" + size, run);
        QCOMPARE(status, 422);
        QCOMPARE(nextOf(f.once("GET", "/transfer/t/upload/next").second), 0);
        QCOMPARE(f.once("PUT", "/transfer/t/upload/chunks/0" + size, "\x07garbage").first, 400);
    }
};

QTEST_GUILESS_MAIN(TestLaneUpload)
#include "tst_lane_upload.moc"
