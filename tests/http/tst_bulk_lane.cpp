// SPDX-License-Identifier: GPL-3.0-or-later
// The lane over real sockets, with real packs and sinks, and clients that misbehave.
#include "http/bulk_lane.h"
#include "imaging/samples.h"
#include "protocol/names.h"
#include "transport/http_client.h"

#include <QDir>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace Qt::StringLiterals;
using core::TransferEvent;
using transport::HttpAnswer;
using transport::HttpClient;
using transport::HttpRequest;

namespace
{

constexpr qint64 imageBytes = 9 * qint64(imaging::chunkBytes) + 512;

// Accepts on a loopback port and hands every connection to the lane.
class Acceptor
{
public:
    explicit Acceptor(http::BulkLane &lane)
        : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto *any = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_listener, any, length) != 0 || ::listen(m_listener, 64) != 0 ||
            ::getsockname(m_listener, any, &length) != 0)
            qFatal("no loopback");
        port = ntohs(address.sin_port);
        m_thread = std::thread([this, &lane] {
            for (;;) {
                const int peer = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
                if (peer < 0)
                    return;
                lane.accept(peer, QHostAddress(QHostAddress::LocalHost));
            }
        });
    }
    ~Acceptor()
    {
        ::shutdown(m_listener, SHUT_RDWR);
        m_thread.join();
        ::close(m_listener);
    }

    quint16 port = 0;

private:
    int m_listener;
    std::thread m_thread;
};

class Events
{
public:
    void add(const TransferEvent &event)
    {
        const std::lock_guard lock(m_mutex);
        m_events.append(event);
    }
    [[nodiscard]] QList<TransferEvent> all() const
    {
        const std::lock_guard lock(m_mutex);
        return m_events;
    }
    [[nodiscard]] int count(TransferEvent::Kind kind) const
    {
        const auto events = all();
        return int(std::count_if(events.begin(), events.end(),
                                 [kind](const TransferEvent &e) { return e.kind == kind; }));
    }

private:
    mutable std::mutex m_mutex;
    QList<TransferEvent> m_events;
};

struct Fixture {
    explicit Fixture(const http::LaneLimits &limits = {})
        : pool(2),
          lane(std::make_unique<http::BulkLane>(board, pool, limits)),
          acceptor(std::make_unique<Acceptor>(*lane))
    {
        board.setEventHandler([this](const TransferEvent &event) { events.add(event); });
        image = samples::mixed(imageBytes);
        const QString path = folder.filePath(u"pack.img.zst"_s);
        samples::writePack(path, image);
        auto opened = imaging::PackReader::open(path);
        if (!opened)
            qFatal("no pack: %s", qPrintable(opened.failure().detail));
        pack = *opened;
    }
    ~Fixture()
    {
        acceptor.reset();
        lane.reset();
    }

    std::shared_ptr<core::Transfer> add(const QString &token, core::JobKind kind,
                                        const QString &name = {}, qint64 registered = 0)
    {
        core::Transfer::Description description;
        description.token = token;
        description.kind = kind;
        description.registeredSize = registered;
        if (kind == core::JobKind::Deploy) {
            description.pack = pack;
        } else {
            auto sink = core::BackupSink::open(folder.filePath(name), false);
            if (!sink)
                qFatal("no sink: %s", qPrintable(sink.failure().detail));
            description.sink = *sink;
        }
        auto transfer = std::make_shared<core::Transfer>(description);
        transfer->setPeer(u"127.0.0.1"_s);
        board.add(transfer);
        return transfer;
    }

    std::unique_ptr<HttpClient> client() const
    {
        return std::make_unique<HttpClient>(transport::Endpoint{u"127.0.0.1"_s, acceptor->port},
                                            std::chrono::seconds(5), std::chrono::seconds(20));
    }

    // Status and body of one exchange on a connection of its own.
    std::pair<int, QByteArray> once(const QByteArray &method, const QByteArray &target,
                                    const QByteArray &body = {},
                                    std::vector<transport::HttpHeader> headers = {}) const
    {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.headers = std::move(headers);
        HttpAnswer answer;
        QByteArray received;
        const auto status = client()->exchange(request, &answer, &received, 64 << 20);
        return {status.ok() ? answer.status : -1, received};
    }

    QTemporaryDir folder;
    QByteArray image;
    std::shared_ptr<const imaging::PackReader> pack;
    Events events;
    core::TransferBoard board;
    imaging::WorkerPool pool;
    std::unique_ptr<http::BulkLane> lane;
    std::unique_ptr<Acceptor> acceptor;
};

// The image as the records of one run from chunk `first` on.
QByteArray records(const Fixture &f, quint64 first, quint64 end)
{
    QByteArray out;
    for (quint64 k = first; k < end; ++k) {
        const auto &entry = f.pack->tail().map().entry(k);
        protocol::UploadRecord record;
        std::array<std::byte, protocol::dataRecordHeadBytes> head;
        std::vector<std::byte> frame;
        if (entry.kind == imaging::ChunkKind::Data) {
            record.kind = protocol::UploadRecord::Kind::Data;
            record.digest = entry.digest;
            frame.resize(f.pack->tail().frameBytes(k));
            record.frameBytes = quint32(frame.size());
            if (!f.pack->readFrame(k, frame))
                qFatal("no frame");
        } else {
            record.zeroChunks = 1;
        }
        const size_t length = protocol::encodeHead(record, head);
        out.append(reinterpret_cast<const char *>(head.data()), qsizetype(length));
        out.append(reinterpret_cast<const char *>(frame.data()), qsizetype(frame.size()));
    }
    return out;
}

qint64 nextOf(const QByteArray &body)
{
    return QJsonDocument::fromJson(body).object().value("next"_L1).toInteger(-1);
}

} // namespace

class TestBulkLane : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rawImageIsTheImage()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        const auto [status, body] = f.once("GET", "/transfer/t/image.img");
        QCOMPARE(status, 200);
        QVERIFY(body == f.image);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Completed), 1);
        QCOMPARE(f.events.count(TransferEvent::Kind::Interrupted), 0);
        QCOMPARE(f.events.all().first().level, core::Level::Plain);
    }

    void everyRangeIsThatPart()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        const qint64 c = imaging::chunkBytes;
        const QList<QPair<qint64, qint64>> ranges{{0, 1},
                                                  {c - 1, 2},
                                                  {c, c},
                                                  {3 * c - 5, 2 * c + 9},
                                                  {imageBytes - 513, 513},
                                                  {17, imageBytes - 17}};
        for (const auto &[first, length] : ranges) {
            const QByteArray range =
                "bytes=" + QByteArray::number(first) + '-' + QByteArray::number(first + length - 1);
            const auto [status, body] =
                f.once("GET", "/transfer/t/image.img", {}, {{"Range", range}});
            QCOMPARE(status, 206);
            QVERIFY2(body == f.image.mid(first, length), range.constData());
        }
    }

    void packAndMapOnOneConnection()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        const auto client = f.client();
        HttpRequest request;
        HttpAnswer answer;
        QByteArray body;
        request.target = "/transfer/t/map";
        QVERIFY(client->exchange(request, &answer, &body).ok());
        const auto tail = imaging::PackTail::parse(body);
        QVERIFY(tail.ok());
        QVERIFY(tail->map().identity() == f.pack->tail().map().identity());

        request.target = "/transfer/t/image.img.zst";
        QByteArray whole;
        QVERIFY(client->exchange(request, &answer, &whole, 64 << 20).ok());
        QFile file(f.folder.filePath(u"pack.img.zst"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(whole == file.readAll());

        request.headers = {{"Range", "bytes=1000-1999"}};
        QVERIFY(client->exchange(request, &answer, &body).ok());
        QCOMPARE(answer.status, 206);
        QVERIFY(body == whole.mid(1000, 1000));
        QCOMPARE(f.lane->connections(), 1);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Began), 1);
        QCOMPARE(f.events.all().first().level, core::Level::Full);
    }

    void probesBeginNothing()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        QCOMPARE(f.once("GET", "/transfer/t/image.img", {}, {{"Range", "bytes=0-0"}}).first, 206);
        QCOMPARE(f.once("GET", "/transfer/t/image.img", {}, {{"Range", "bytes=99999999-"}}).first,
                 416);
        QCOMPARE(f.once("GET", "/transfer/t/image.img.zst", {}, {{"Range", "bytes=0-0"}}).first,
                 206);
        QTRY_COMPARE(f.lane->connections(), 0);
        QCOMPARE(f.events.all().size(), 0);
    }

    void deadForeignAndWrong()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Deploy);
        QCOMPARE(f.once("GET", "/transfer/other/image.img").first, 404);
        QCOMPARE(f.once("GET", "/transfer/t/upload/next").first, 404);
        QCOMPARE(f.once("POST", "/transfer/t/upload", "x").first, 404);
        QCOMPARE(f.once("GET", "/transfer/t").first, 404);
        QCOMPARE(f.once("DELETE", "/transfer/t/image.img").first, 405);
        transfer->setPeer(u"127.0.0.9"_s);
        QCOMPARE(f.once("GET", "/transfer/t/image.img").first, 404);
        transfer->setPeer(u"127.0.0.1"_s);
        f.board.remove(u"t"_s);
        QCOMPARE(f.once("GET", "/transfer/t/image.img").first, 404);
        QCOMPARE(f.events.all().size(), 0);
    }

    void stalledReaderIsGivenUp()
    {
        http::LaneLimits limits;
        limits.plainStall = std::chrono::milliseconds(300);
        Fixture f(limits);
        f.add(u"t"_s, core::JobKind::Deploy);
        const auto client = f.client();
        HttpRequest request;
        request.target = "/transfer/t/image.img";
        HttpAnswer answer;
        QVERIFY(client->begin(request, &answer).ok());
        // Nothing is read: the socket's buffers fill, and then nothing moves.
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Interrupted), 1);
        QCOMPARE(f.events.all().last().failure.code, protocol::FailureCode::Stalled);
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 0);
    }

    void jobsEndEndsTheConnection()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        const auto client = f.client();
        HttpRequest request;
        request.target = "/transfer/t/image.img";
        HttpAnswer answer;
        QVERIFY(client->begin(request, &answer).ok());
        f.board.remove(u"t"_s);
        QTRY_COMPARE(f.lane->connections(), 0);
        QCOMPARE(f.events.count(TransferEvent::Kind::Interrupted), 0);
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 0);
    }

    void shutdownWithConnectionsInFlight()
    {
        Fixture f;
        f.add(u"t"_s, core::JobKind::Deploy);
        f.add(u"u"_s, core::JobKind::Backup, u"x.img"_s);
        const auto reader = f.client();
        HttpRequest request;
        request.target = "/transfer/t/image.img";
        HttpAnswer answer;
        QVERIFY(reader->begin(request, &answer).ok());
        f.acceptor.reset();
        f.lane.reset(); // returns, and nothing runs any more
        QCOMPARE(f.events.count(TransferEvent::Kind::Completed), 0);
    }

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
        f.add(u"t"_s, core::JobKind::Backup, name, imageBytes);
        const auto [status, body] = f.once("PUT", "/transfer/t/upload", f.image);
        QCOMPARE(status, 201);
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

    void strangersKeepNoPlace()
    {
        Fixture f;
        const auto transfer = f.add(u"t"_s, core::JobKind::Deploy);
        const auto client = f.client();
        HttpRequest request;
        HttpAnswer answer;
        QByteArray body;
        request.target = "/transfer/other/map";
        QVERIFY(client->exchange(request, &answer, &body).ok());
        QCOMPARE(answer.status, 404);
        QTRY_COMPARE(f.lane->connections(), 0);
        // One answer and no more for a job that has ended on the connection's way here.
        transfer->kill();
        QCOMPARE(f.once("GET", "/transfer/t/image.img").first, 404);
        QTRY_COMPARE(f.lane->connections(), 0);
        QVERIFY(!transfer->coversImage());
    }

    void tooManyAreToldSo()
    {
        http::LaneLimits limits;
        limits.maxConnections = 0;
        Fixture f(limits);
        f.add(u"t"_s, core::JobKind::Backup, u"b.img"_s, imageBytes);
        const auto [status, body] = f.once("PUT", "/transfer/t/upload", f.image);
        QCOMPARE(status, 503);
        QVERIFY(body.contains("\"error\""));
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

    void manyAtOnce()
    {
        Fixture f;
        constexpr int peers = 12;
        for (int i = 0; i < peers; ++i)
            f.add(QString::number(i), core::JobKind::Deploy);
        std::atomic<int> good{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < peers; ++i) {
            threads.emplace_back([&f, &good, i] {
                const auto [status, body] =
                    f.once("GET", "/transfer/" + QByteArray::number(i) + "/image.img");
                if (status == 200 && body == f.image)
                    ++good;
            });
        }
        for (auto &thread : threads)
            thread.join();
        QCOMPARE(good.load(), peers);
        QTRY_COMPARE(f.events.count(TransferEvent::Kind::Completed), peers);
    }
};

QTEST_GUILESS_MAIN(TestBulkLane)
#include "tst_bulk_lane.moc"
