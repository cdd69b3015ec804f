// SPDX-License-Identifier: GPL-3.0-or-later
// The lane behind a real socket, with a real pack and sinks.
#pragma once

#include "http/bulk_lane.h"
#include "imaging/samples.h"
#include "protocol/names.h"
#include "transport/http_client.h"

#include <QDir>
#include <QJsonDocument>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace bench
{

using namespace Qt::StringLiterals;
using core::TransferEvent;
using transport::HttpAnswer;
using transport::HttpClient;
using transport::HttpRequest;

inline constexpr qint64 imageBytes = 9 * qint64(imaging::chunkBytes) + 512;

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
                const int accepted = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
                if (accepted < 0)
                    return;
                lane.accept(accepted, QHostAddress(peer.load()));
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
    std::atomic<quint32> peer{INADDR_LOOPBACK}; // that the next connections come from

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
          lane(std::make_unique<http::BulkLane>(board, pool, limits,
                                                http::RequestRules({u"h"_s, u"x"_s}))),
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
inline QByteArray records(const Fixture &f, quint64 first, quint64 end)
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

inline qint64 nextOf(const QByteArray &body)
{
    return QJsonDocument::fromJson(body).object().value("next"_L1).toInteger(-1);
}

} // namespace bench
