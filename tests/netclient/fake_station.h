// SPDX-License-Identifier: GPL-3.0-or-later
// A station in a few lines, in this process: it serves one pack and takes one backup, and does to
// every request what the test wants: refuse, drop, cut, stall, falsify.
#pragma once

#include "netclient/station_link.h"
#include "protocol/device_log.h"
#include "protocol/upload_record.h"
#include "transport/http_server_connection.h"
#include "transport/raw_peer.h"

#include "test_image.h"

#include <QJsonObject>

namespace testing
{

struct Request {
    transport::RequestHead head;
    QByteArray path; // without query
    QByteArray query;
    QByteArray body; // of requests that are not records
    int number = 0;  // of this path, from 0
};

// What the station does instead of answering as it should.
struct Reaction {
    enum class Kind {
        Serve,
        Refuse,    // with `code`
        Status,    // `status`, without an error's JSON
        Drop,      // closes without an answer
        CutAfter,  // closes after `bytes` of the body that is sent or received
        FlipAt,    // falsifies the byte at `bytes` of the body sent
        StallAfter // sends `bytes` of the body, and then nothing until the client goes
    };
    Kind kind = Kind::Serve;
    qint64 bytes = 0;
    int status = 0;
    protocol::FailureCode code = protocol::FailureCode::Internal;
    // Serve: as a slow link would, this long for every MiB of a body sent, and before a run of
    // records is taken.
    std::chrono::milliseconds pause{0};
    // Before anything else: from this chunk on, the upload is lost.
    std::optional<quint64> loseFrom{};
    // A run of records is answered when the next request has come; after 5 s it is not awaited.
    bool awaitsNext = false;
    // Told in the answer to a run, instead of what is so.
    std::optional<quint64> tells{};
    // After the answer to a run: how long the next request may take before the connection ends.
    std::chrono::milliseconds idleLimit{30'000};
};

class FakeStation
{
public:
    FakeStation() : m_listener(listenLoopback(&m_port)), m_acceptor([this] { acceptAll(); }) {}
    ~FakeStation()
    {
        ::shutdown(m_listener.get(), SHUT_RDWR);
        m_acceptor.join();
        for (auto &served : m_served)
            served->connection.socket().abort();
        for (auto &served : m_served)
            served->thread.join();
    }

    // Set before the client runs. Called from several threads, one at a time.
    std::function<Reaction(const Request &)> react;
    TestPack pack;
    protocol::Action action; // answered to polls
    bool plainOnly = false;

    [[nodiscard]] transport::Endpoint endpoint() const
    {
        return {QStringLiteral("127.0.0.1"), m_port};
    }
    [[nodiscard]] QString url(const char *path) const
    {
        // A name by which the client must not try to reach it.
        return QStringLiteral("http://station.invalid:1%1").arg(QLatin1StringView(path));
    }

    [[nodiscard]] protocol::Action deployAction() const
    {
        protocol::Action deploy;
        deploy.kind = protocol::ActionKind::Deploy;
        deploy.job = QStringLiteral("j1");
        deploy.imageIdentity = pack.identity;
        deploy.url = url("/transfer/t/image.img");
        deploy.mapUrl = url("/transfer/t/map");
        deploy.packUrl = url("/transfer/t/image.img.zst");
        deploy.reportUrl = url("/api/job-report?job=j1");
        return deploy;
    }
    [[nodiscard]] protocol::Action backupAction(protocol::BackupScope scope) const
    {
        protocol::Action backup;
        backup.kind = protocol::ActionKind::Backup;
        backup.job = QStringLiteral("j1");
        backup.scope = scope;
        backup.uploadUrl = url("/transfer/t/upload");
        backup.reportUrl = url("/api/job-report?job=j1");
        return backup;
    }

    [[nodiscard]] std::vector<protocol::Report> reports() const
    {
        const std::lock_guard lock(m_mutex);
        return m_reports;
    }
    [[nodiscard]] QStringList logged() const
    {
        const std::lock_guard lock(m_mutex);
        QStringList texts;
        for (const protocol::LogLine &line : m_logged)
            texts.append(line.text);
        return texts;
    }
    [[nodiscard]] int requests(const QByteArray &path) const
    {
        const std::lock_guard lock(m_mutex);
        return m_counts.value(path);
    }
    [[nodiscard]] int connections() const { return m_connections; }
    // All connections have ended.
    [[nodiscard]] bool isIdle() const { return m_serving == 0; }
    // Runs that were answered when the next request had come.
    [[nodiscard]] int overlaps() const { return m_overlaps; }
    [[nodiscard]] qint64 packBytesSent() const { return m_packBytesSent; }

    // What was uploaded.
    [[nodiscard]] Bytes uploaded() const
    {
        const std::lock_guard lock(m_mutex);
        return m_upload;
    }
    [[nodiscard]] std::optional<protocol::UploadCommit> commit() const
    {
        const std::lock_guard lock(m_mutex);
        return m_commit;
    }
    [[nodiscard]] quint64 next() const
    {
        const std::lock_guard lock(m_mutex);
        return m_next;
    }
    // The station was restarted: sessions are gone.
    void forgetSessions()
    {
        const std::lock_guard lock(m_mutex);
        m_session.clear();
    }
    [[nodiscard]] int registrations() const { return requests("/api/register-device"); }

private:
    struct Served {
        transport::HttpServerConnection connection;
        std::thread thread;
    };
    using Error = boost::system::error_code;

    void acceptAll()
    {
        for (;;) {
            transport::Descriptor fd(::accept(m_listener.get(), nullptr, nullptr));
            if (!fd.isOpen())
                return;
            ++m_connections;
            ++m_serving;
            transport::Socket socket(std::move(fd));
            socket.setTimeouts(std::chrono::seconds(30), std::chrono::seconds(30));
            m_served.push_back(std::make_unique<Served>(
                Served{transport::HttpServerConnection(std::move(socket), 16384), {}}));
            Served &served = *m_served.back();
            served.thread = std::thread([this, &served] { serve(served.connection); });
        }
    }

    void serve(transport::HttpServerConnection &connection)
    {
        Error error;
        while (const auto head = connection.readHead(error)) {
            if (!handle(connection, *head))
                break;
        }
        connection.socket().abort(); // the descriptor is closed with the station
        --m_serving;
    }

    bool handle(transport::HttpServerConnection &connection, const transport::RequestHead &head)
    {
        Request request{head, head.target, {}, {}, 0};
        const qsizetype mark = head.target.indexOf('?');
        if (mark >= 0) {
            request.path = head.target.first(mark);
            request.query = head.target.sliced(mark + 1);
        }
        const bool records = head.contentType == "application/x-provisioning-records";
        if (!records)
            request.body = readBody(connection);
        Reaction reaction;
        {
            const std::lock_guard lock(m_mutex);
            const QByteArray key = records ? QByteArray("records") : request.path;
            request.number = m_counts[key]++;
            if (react)
                reaction = react(request);
            if (reaction.loseFrom)
                m_next = *reaction.loseFrom;
        }
        if (reaction.kind == Reaction::Kind::Drop)
            return false;
        if (reaction.kind == Reaction::Kind::Refuse)
            return refuse(connection, reaction.code);
        if (reaction.kind == Reaction::Kind::Status) {
            Error error;
            connection.writeAnswer(reaction.status, {}, "no", false, error);
            return false;
        }
        return route(connection, request, reaction);
    }

    bool route(transport::HttpServerConnection &connection, const Request &request,
               const Reaction &reaction)
    {
        if (request.path == "/api/register-device")
            return registerDevice(connection);
        if (request.path == "/transfer/t/map")
            return sendBody(connection, 200, pack.bytes.sliced(pack.tail.tailOffset()), {},
                            reaction);
        if (request.path == "/transfer/t/image.img.zst")
            return sendPack(connection, request, reaction);
        if (request.path == "/transfer/t/upload/next")
            return sendBody(connection, 200, nextBody(next()), {}, {});
        if (request.path.startsWith("/transfer/t/upload/chunks/"))
            return takeRecords(connection, request, reaction);
        if (request.path == "/transfer/t/upload/commit")
            return takeCommit(connection, request);
        {
            const std::lock_guard lock(m_mutex);
            if (request.head.authorization != "Bearer " + m_session || m_session.isEmpty())
                return refuse(connection, protocol::FailureCode::Unauthorized);
        }
        if (request.path == "/api/device-action-poll")
            return answerPoll(connection);
        if (request.path == "/api/job-report")
            return takeReport(connection, request);
        if (request.path == "/api/device-log")
            return takeLog(connection, request);
        return refuse(connection, protocol::FailureCode::UnknownRoute);
    }

    bool registerDevice(transport::HttpServerConnection &connection)
    {
        protocol::RegisterAnswer answer;
        answer.pollIntervalSeconds = 1;
        {
            const std::lock_guard lock(m_mutex);
            m_session = plainOnly ? QByteArray() : "s" + QByteArray::number(++m_sessions);
            answer.session = QString::fromLatin1(m_session);
        }
        Error error;
        connection.writeAnswer(200, {}, protocol::toBody(protocol::toJson(answer)), false, error);
        return false;
    }

    bool answerPoll(transport::HttpServerConnection &connection)
    {
        Error error;
        connection.writeAnswer(200, {}, protocol::toBody(protocol::toJson(action, true)), false,
                               error);
        return false;
    }

    bool takeReport(transport::HttpServerConnection &connection, const Request &request)
    {
        const auto report = protocol::parseReport(request.body);
        if (!report)
            return refuse(connection, protocol::FailureCode::BadRequest);
        {
            const std::lock_guard lock(m_mutex);
            m_reports.push_back(*report);
            if (report->kind != protocol::ReportKind::Progress)
                action = {};
        }
        Error error;
        connection.writeAnswer(200, {}, "{}", false, error);
        return false;
    }

    bool takeLog(transport::HttpServerConnection &connection, const Request &request)
    {
        const auto log = protocol::parseDeviceLog(request.body);
        if (!log)
            return refuse(connection, protocol::FailureCode::BadRequest);
        {
            const std::lock_guard lock(m_mutex);
            m_logged += log->lines;
        }
        Error error;
        connection.writeAnswer(200, {}, "{}", false, error);
        return false;
    }

    bool sendPack(transport::HttpServerConnection &connection, const Request &request,
                  const Reaction &reaction)
    {
        const auto bounds = request.head.range.mid(6).split('-');
        const qint64 first = bounds.value(0).toLongLong();
        const qint64 last = bounds.value(1).toLongLong();
        if (last >= pack.bytes.size())
            return refuse(connection, protocol::FailureCode::RangeNotSatisfiable);
        const QByteArray part = pack.bytes.sliced(first, last - first + 1);
        m_packBytesSent += part.size();
        return sendBody(connection, 206, part,
                        "bytes " + request.head.range.mid(6) + '/' +
                            QByteArray::number(pack.bytes.size()),
                        reaction);
    }

    bool sendBody(transport::HttpServerConnection &connection, int status, QByteArray body,
                  const QByteArray &contentRange, const Reaction &reaction)
    {
        Error error;
        std::vector<transport::AnswerHeader> headers;
        if (!contentRange.isEmpty())
            headers.push_back({"Content-Range", contentRange});
        connection.writeHead(status, headers, body.size(), true, error);
        if (reaction.kind == Reaction::Kind::FlipAt && reaction.bytes < body.size())
            body[reaction.bytes] = char(body[reaction.bytes] ^ 1);
        const bool cut = reaction.kind == Reaction::Kind::CutAfter ||
                         reaction.kind == Reaction::Kind::StallAfter;
        const auto bytes = bytesOf({body.constData(), size_t(body.size())});
        writeSlowly(connection,
                    cut ? bytes.first(size_t(std::min<qint64>(reaction.bytes, body.size())))
                        : bytes,
                    reaction.pause, error);
        if (reaction.kind == Reaction::Kind::StallAfter)
            readUntil(connection.socket(), "never");
        return !cut && !error;
    }

    static void writeSlowly(transport::HttpServerConnection &connection,
                            std::span<const std::byte> bytes, std::chrono::milliseconds pause,
                            Error &error)
    {
        while (!bytes.empty() && !error) {
            const size_t part = std::min<size_t>(bytes.size(), 1 << 20);
            std::this_thread::sleep_for(pause);
            connection.socket().write(bytes.first(part), error);
            bytes = bytes.subspan(part);
        }
    }

    bool refuse(transport::HttpServerConnection &connection, protocol::FailureCode code)
    {
        Error error;
        connection.writeAnswer(protocol::httpStatus(code), {},
                               protocol::toBody(protocol::errorJson({code, {}, {}})), false, error);
        connection.socket().shutdownSend();
        connection.socket().drain(std::chrono::seconds(2));
        return false;
    }

    static QByteArray nextBody(quint64 next)
    {
        return "{\"next\":" + QByteArray::number(qulonglong(next)) + '}';
    }

    static QByteArray readBody(transport::HttpServerConnection &connection)
    {
        QByteArray body;
        std::array<std::byte, 4096> buffer;
        Error error;
        while (const size_t got = connection.readBody(buffer, error))
            body.append(reinterpret_cast<const char *>(buffer.data()), qsizetype(got));
        return body;
    }

    // Reads a run; what came before a cut counts.
    bool takeRecords(transport::HttpServerConnection &connection, const Request &request,
                     const Reaction &reaction)
    {
        Error error;
        const qint64 size = request.query.mid(5).toLongLong();
        quint64 index = request.path.sliced(sizeof "/transfer/t/upload/chunks/" - 1).toULongLong();
        if (index > next())
            return refuse(connection, protocol::FailureCode::BackupOutOfOrder);
        std::this_thread::sleep_for(reaction.pause);
        if (request.head.expectContinue)
            connection.sendContinue(error);
        qint64 taken = 0;
        std::array<std::byte, protocol::dataRecordHeadBytes> head;
        Bytes frame;
        while (readFully(connection, std::span(head).first(1))) {
            const size_t bytes = protocol::headBytes(head[0]).value_or(1);
            if (!readFully(connection, std::span(head).subspan(1, bytes - 1)))
                return false;
            const auto record = protocol::decodeHead(std::span(head).first(bytes));
            frame.resize(record->frameBytes);
            if (!readFully(connection, frame))
                return false;
            taken += qint64(bytes + frame.size());
            if (reaction.kind == Reaction::Kind::CutAfter && taken >= reaction.bytes)
                return false;
            const std::lock_guard lock(m_mutex);
            m_upload.resize(size_t(size));
            index = store(index, *record, frame);
        }
        if (reaction.awaitsNext && connection.socket().waitReadable(std::chrono::seconds(5)))
            ++m_overlaps;
        connection.writeAnswer(200, {}, nextBody(reaction.tells.value_or(next())), true, error);
        return !error && connection.socket().waitReadable(reaction.idleLimit);
    }

    quint64 store(quint64 index, const protocol::UploadRecord &record, const Bytes &frame)
    {
        const quint64 count =
            record.kind == protocol::UploadRecord::Kind::Zero ? record.zeroChunks : 1;
        if (record.kind == protocol::UploadRecord::Kind::Data && index == m_next) {
            const auto out = std::span(m_upload).subspan(
                index * imaging::chunkBytes, imaging::chunkLength(qint64(m_upload.size()), index));
            imaging::ChunkDecompressor decompressor;
            if (!decompressor.decompress(frame, out) || imaging::Sha256::of(out) != record.digest)
                qFatal("a record with a wrong hash");
        }
        m_next = std::max(m_next, index + count);
        return index + count;
    }

    static bool readFully(transport::HttpServerConnection &connection, std::span<std::byte> buffer)
    {
        Error error;
        while (!buffer.empty()) {
            const size_t got = connection.readBody(buffer, error);
            if (got == 0)
                return false;
            buffer = buffer.subspan(got);
        }
        return true;
    }

    bool takeCommit(transport::HttpServerConnection &connection, const Request &request)
    {
        const auto claim = protocol::parseUploadCommit(request.body);
        bool right = false;
        {
            const std::lock_guard lock(m_mutex);
            right = claim && claim->size == qint64(m_upload.size()) &&
                    claim->imageIdentity == imaging::toHex(mapOf(m_upload).identity());
            if (right) {
                m_commit = *claim;
                action = {};
            }
        }
        if (!right)
            return refuse(connection, protocol::FailureCode::BackupMismatch);
        return sendBody(connection, 201, "{}", {}, {});
    }

    quint16 m_port = 0;
    transport::Descriptor m_listener;
    mutable std::mutex m_mutex;
    QHash<QByteArray, int> m_counts;
    QByteArray m_session;
    int m_sessions = 0;
    std::vector<protocol::Report> m_reports;
    QList<protocol::LogLine> m_logged;
    Bytes m_upload;
    quint64 m_next = 0;
    std::optional<protocol::UploadCommit> m_commit;
    std::atomic<int> m_connections = 0;
    std::atomic<int> m_serving = 0; // connections
    std::atomic<int> m_overlaps = 0;
    std::atomic<qint64> m_packBytesSent = 0;
    std::vector<std::unique_ptr<Served>> m_served; // the acceptor's, until it has ended
    std::thread m_acceptor;
};

// Fast where the product waits.
inline netclient::Tuning quickTuning()
{
    netclient::Tuning tuning;
    tuning.backoff = {std::chrono::milliseconds(1), std::chrono::milliseconds(5)};
    tuning.reportInterval = std::chrono::milliseconds(5);
    tuning.logInterval = std::chrono::milliseconds(5);
    tuning.slots = 4;
    tuning.uploadRunBytes = 2 * imaging::chunkBytes;
    return tuning;
}

inline protocol::RegisterRequest testFacts()
{
    protocol::RegisterRequest facts;
    facts.mac = *protocol::MacAddress::parse(u"02:00:00:00:00:01");
    facts.features = {QStringLiteral("full-1")};
    facts.bootId = QStringLiteral("boot");
    return facts;
}

} // namespace testing
