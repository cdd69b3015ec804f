// SPDX-License-Identifier: GPL-3.0-or-later
// Backups on the lane: plain streams, runs of records, commits.
#include "core/backup_journal.h"
#include "http/lane_bench.h"

#include <csignal>

#include <sys/resource.h>

using namespace Qt::StringLiterals;
using core::TransferEvent;
using transport::HttpAnswer;
using transport::HttpClient;
using transport::HttpRequest;
using namespace bench;
using namespace std::chrono_literals;

namespace
{

// An answer with its whole body; that the peer is to go on has none.
bool isWhole(const QByteArray &answer)
{
    const qsizetype end = answer.indexOf("\r\n\r\n");
    const QByteArray field = "content-length: ";
    const qsizetype at = answer.left(end).toLower().indexOf(field);
    if (end < 0 || at < 0)
        return end >= 0 && answer.startsWith("HTTP/1.1 100");
    const qsizetype from = at + field.size();
    const auto length = answer.mid(from, answer.indexOf('\r', from) - from).toLongLong();
    return answer.size() >= end + 4 + length;
}

// As it is written here; what the peer says to it, or until it closes.
QByteArray raw(const Fixture &f, const QByteArray &line,
               const std::vector<transport::HttpHeader> &headers, const QByteArray &body)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, f.acceptor->port);
    QByteArray head = line + " HTTP/1.1\r\nHost: h\r\n";
    for (const auto &[name, value] : headers)
        head += name + ": " + value + "\r\n";
    const bool hasLength = head.contains("Content-Length") || head.contains("chunked");
    if (!hasLength)
        head += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    socket.write(head + "\r\n" + body);
    QByteArray said;
    const auto ended = [&] {
        said += socket.readAll();
        return isWhole(said) || socket.state() == QAbstractSocket::UnconnectedState;
    };
    [&] { QTRY_VERIFY_WITH_TIMEOUT(ended(), 30'000); }();
    return said;
}

} // namespace

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
        // Nothing was begun: the journal tells whose the .part is, and no size.
        const auto journal = core::BackupJournal::read(f.folder.filePath(u"b.img.part.journal"_s));
        QVERIFY(journal);
        QCOMPARE(journal->size, 0);
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

    void longUploadIsNotTheDevice_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("chunked");
        QTest::addColumn<qint64>("more"); // bytes than the device has
        QTest::addColumn<int>("status");
        for (const char *name : {"b.img", "b.img.zst"}) {
            const auto row = [name](const char *what, bool chunked, qint64 more, int status) {
                QTest::addRow("%s, %s", name, what)
                    << QString::fromLatin1(name) << chunked << more << status;
            };
            row("by length, exact", false, 0, 201);
            row("by length, a byte", false, 1, 409);
            row("by length, a sector", false, 512, 409);
            row("chunked, exact", true, 0, 201);
            row("chunked, a byte", true, 1, 409);
            row("chunked, twice", true, imageBytes, 409);
        }
    }

    void longUploadIsNotTheDevice()
    {
        QFETCH(QString, name);
        QFETCH(bool, chunked);
        QFETCH(qint64, more);
        QFETCH(int, status);
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, name, imageBytes);
        const QByteArray sent = f.image + QByteArray(more, 'x');
        QByteArray body = sent;
        std::vector<transport::HttpHeader> headers;
        if (chunked) {
            body = QByteArray::number(sent.size(), 16) + "\r\n" + sent + "\r\n0\r\n\r\n";
            headers = {{"Transfer-Encoding", "chunked"}};
        }
        const auto answer = raw(f, "PUT /transfer/t/upload", headers, body);
        QVERIFY2(answer.contains(" " + QByteArray::number(status) + ' '), answer.constData());
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), status == 201 ? 1 : 0);
        QCOMPARE(QFile::exists(f.folder.filePath(name)), status == 201);
        if (status == 201)
            return;
        QVERIFY(answer.contains("backup-mismatch"));
        QCOMPARE(f.events.all().last().kind, TransferEvent::Kind::Failed);
        QCOMPARE(f.events.all().last().failure.code, protocol::FailureCode::BackupMismatch);
    }

    // Refused before it is asked for: nothing of it is sent.
    void longUploadIsRefusedBeforeItBegins()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        const QByteArray length = QByteArray::number(imageBytes + 1);
        const auto answer = raw(f, "PUT /transfer/t/upload",
                                {{"Content-Length", length}, {"Expect", "100-continue"}}, {});
        QVERIFY2(answer.startsWith("HTTP/1.1 409"), answer.constData());
    }

    // A size that is told in the middle counts, too.
    void sizeThatIsToldLater()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s);
        transfer->expectSize(imageBytes);
        QCOMPARE(f.once("PUT", "/transfer/t/upload", f.image + 'x').first, 409);
    }

    void codings_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QByteArray>("coding");
        QTest::addColumn<int>("status");
        const QByteArray content = "Content-Encoding";
        QTest::newRow("gzip") << content << QByteArray("gzip") << 415;
        QTest::newRow("several") << content << QByteArray("identity, zstd") << 415;
        QTest::newRow("capitals") << content << QByteArray("GZIP") << 415;
        QTest::newRow("identity") << content << QByteArray("Identity") << 201;
        QTest::newRow("empty") << content << QByteArray("") << 201;
    }

    void codings()
    {
        QFETCH(QByteArray, field);
        QFETCH(QByteArray, coding);
        QFETCH(int, status);
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        const auto answer = f.once("PUT", "/transfer/t/upload", f.image, {{field, coding}});
        QCOMPARE(answer.first, status);
        QCOMPARE(answer.second.contains("unsupported-media-type"), status == 415);
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), status == 201 ? 1 : 0);
        // Before it is asked for, and for runs of records as well.
        f.add(u"u"_s, core::JobKind::Backup, u"c.img"_s, imageBytes);
        const auto early =
            raw(f, "PUT /transfer/u/upload/chunks/0?size=512",
                {{field, coding}, {"Content-Length", "5"}, {"Expect", "100-continue"}}, {});
        QCOMPARE(early.startsWith("HTTP/1.1 415"), status == 415);
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

    // As on FAT at 4 GiB: the client must not come again and again.
    void fileTooLargeForItsDiskEndsTheJob()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        ::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        const QByteArray size = "?size=" + QByteArray::number(imageBytes);
        QCOMPARE(f.once("PUT", "/transfer/t/upload/chunks/0" + size, records(f, 0, 1)).first, 200);
        rlimit tight = before;
        tight.rlim_cur = 4096;
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &tight), 0);
        const auto answer = f.once("PUT", "/transfer/t/upload/chunks/1" + size, records(f, 1, 10));
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(answer.first >= 400);
        QCOMPARE(f.events.count(TransferEvent::Kind::Failed), 1);
        QCOMPARE(f.events.all().last().failure.code, protocol::FailureCode::FileTooLarge);
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
