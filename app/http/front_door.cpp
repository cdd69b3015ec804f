// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/front_door.h"

#include "http/peer_name.h"
#include "http/qt_compat.h"
#include "protocol/messages.h"
#include "protocol/names.h"

#include <QTcpSocket>

#include <algorithm>
#include <utility>

#include <malloc.h>

namespace http
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

constexpr int sweepMs = 250;
constexpr int acceptRetryMs = 250;
constexpr int manyConnections = 256; // by which memory grows noticeably

const char *reasonOf(int status)
{
    switch (status) {
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 411:
        return "Length Required";
    case 413:
        return "Payload Too Large";
    case 421:
        return "Misdirected Request";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Bad Request";
    }
}

QByteArray refusal(const Failure &failure, int status, bool withBody)
{
    const QByteArray body = protocol::toBody(protocol::errorJson(failure));
    return "HTTP/1.1 " + QByteArray::number(status) + ' ' + reasonOf(status) +
           "\r\nContent-Type: application/json\r\nContent-Length: " +
           QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" +
           (withBody ? body : QByteArray());
}

bool isTransfer(const transport::RequestHead &head)
{
    const auto prefix = protocol::names::transferPrefix;
    return head.target.startsWith(QByteArrayView(prefix.data(), prefix.size()));
}

} // namespace

FrontDoor::FrontDoor(Lane lane, DoorLimits limits, RequestRules rules, QObject *parent)
    : QTcpServer(parent), m_lane(std::move(lane)), m_limits(limits), m_rules(std::move(rules))
{
    m_clock.start();
    setListenBacklogSize(1024);
    connect(&m_sweeper, &QTimer::timeout, this, &FrontDoor::sweep);
    m_sweeper.start(sweepMs);
    connect(this, &QTcpServer::acceptError, this, &FrontDoor::pauseAfterError);
}

FrontDoor::~FrontDoor() = default;

void FrontDoor::pauseAfterError()
{
    // Out of descriptors, most likely. QTcpServer has paused and would stay so for ever.
    QTimer::singleShot(acceptRetryMs, this, &QTcpServer::resumeAccepting);
}

void FrontDoor::incomingConnection(qintptr descriptor)
{
    auto owned = std::make_unique<WaitingConnection>(transport::Descriptor(int(descriptor)),
                                                     m_limits.maxHeadBytes, m_clock.elapsed());
    WaitingConnection *connection = owned.get();
    makeRoom(connection->peerName());
    m_waiting.emplace(connection, std::move(owned));
    m_shares.add(connection->peerName(), connection);
    m_most = std::max(m_most, int(m_waiting.size() + size_t(m_control.size())));

    connect(connection, &WaitingConnection::headComplete, this,
            [this, connection] { decide(connection); });
    connect(connection, &WaitingConnection::bodyComplete, this,
            [this, connection] { handToServer(connection); });
    connect(connection, &WaitingConnection::gone, this, [this, connection] { remove(connection); });
    connect(connection, &WaitingConnection::malformed, this, [this, connection] {
        refuse(connection, {FailureCode::BadRequest, Stage::None, u"not an HTTP request"_s});
    });
    connect(connection, &WaitingConnection::tooLarge, this, [this, connection] {
        const Failure failure{
            FailureCode::BadRequest, Stage::None,
            u"request head too long: at most %1 bytes and %2 fields"_s.arg(m_limits.maxHeadBytes)
                .arg(transport::maxHeadFields)};
        connection->refuse(refusal(failure, 431, true), m_clock.elapsed());
    });
}

void FrontDoor::refuse(WaitingConnection *connection, const Failure &failure)
{
    connection->refuse(
        refusal(failure, protocol::httpStatus(failure.code), connection->head().method != "HEAD"),
        m_clock.elapsed());
}

// Whoever sends whole requests is decided at once and never waits here: the oldest is the one that
// dawdles.
void FrontDoor::makeRoom(const QString &peer)
{
    if (m_shares.count(peer) >= m_limits.maxWaitingPerAddress)
        remove(m_shares.oldestOf(peer));
    else if (int(m_waiting.size()) >= m_limits.maxWaiting)
        remove(m_shares.oldestOfLargest());
}

void FrontDoor::remove(WaitingConnection *connection)
{
    const auto it = m_waiting.find(connection);
    if (it == m_waiting.end())
        return;
    m_shares.remove(connection->peerName(), connection);
    // It may be the sender of the signal that led here.
    it->second.release()->deleteLater();
    m_waiting.erase(it);
    connection->disconnect(this);
    transport::Descriptor closed = connection->take();
}

void FrontDoor::decide(WaitingConnection *connection)
{
    if (const auto failure = m_rules.check(connection->head()))
        return refuse(connection, *failure);
    if (isTransfer(connection->head()))
        decideTransfer(connection);
    else
        decideControl(connection);
}

void FrontDoor::decideTransfer(WaitingConnection *connection)
{
    if (!m_lane.knows(connection->head(), connection->peerName()))
        return refuse(connection, {FailureCode::UnknownTransfer, Stage::None, {}});
    const QHostAddress peer = connection->peer();
    const int descriptor = connection->take().release();
    remove(connection);
    m_lane.accept(descriptor, peer);
}

std::optional<Failure> FrontDoor::bodyFault(const transport::RequestHead &h) const
{
    if (h.chunked)
        return Failure{FailureCode::LengthRequired, Stage::None,
                       u"a control request states its length"_s};
    if (h.contentLength > m_limits.maxControlBodyBytes)
        return Failure{FailureCode::BodyTooLarge, Stage::None,
                       u"at most %1 bytes"_s.arg(m_limits.maxControlBodyBytes)};
    return std::nullopt;
}

void FrontDoor::decideControl(WaitingConnection *connection)
{
    if (const auto fault = bodyFault(connection->head()))
        return refuse(connection, *fault);
    if (connection->isWhole())
        return handToServer(connection);
    if (connection->head().expectContinue)
        connection->sendNow(interimAnswer.toByteArray());
    connection->awaitBody(m_clock.elapsed());
}

bool FrontDoor::isFull(const QString &peer) const
{
    return m_control.size() >= m_limits.maxControl ||
           m_controlPerAddress.value(peer) >= m_limits.maxControlPerAddress;
}

void FrontDoor::forgetControl(QTcpSocket *socket)
{
    const auto it = m_control.constFind(socket);
    if (it == m_control.constEnd())
        return;
    if (--m_controlPerAddress[it->peer] <= 0)
        m_controlPerAddress.remove(it->peer);
    m_control.erase(it);
}

void FrontDoor::handToServer(WaitingConnection *connection)
{
    const QString peer = connection->peerName();
    if (isFull(peer))
        return refuse(connection,
                      {FailureCode::StationBusy, Stage::None, u"too many connections"_s});
    const transport::RequestHead head = connection->head();
    const int descriptor = connection->take().release();
    remove(connection);

    auto *socket = new QTcpSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        transport::Descriptor closed(descriptor);
        delete socket;
        return;
    }
    // Its request, which is there, and nothing behind it: a second one has not been looked at.
    socket->setReadBufferSize(head.bytes + std::max<qint64>(0, head.contentLength));
    m_control.insert(socket, {m_clock.elapsed(), m_clock.elapsed(), peer});
    ++m_controlPerAddress[peer];
    // The interim answer is not what the peer waits for.
    const bool interim = head.expectContinue && serverSendsInterimAnswer();
    watch(socket, interim ? interimAnswer.size() : 0);
    addPendingConnection(socket);
    // QHttpServer has connected itself by now, and answers in the same turn, mostly: after that
    // nothing is read any more. Where the answer is to come, what follows the request, which would
    // be routed past the rules, is not read either: a byte is no request.
    connect(socket, &QTcpSocket::readyRead, socket, [socket, interim] {
        if (!interim && socket->bytesToWrite() > 0)
            socket->disconnectFromHost();
        else if (!socket->isTransactionStarted() && socket->bytesAvailable() == 0)
            socket->setReadBufferSize(1);
    });
}

void FrontDoor::watch(QTcpSocket *socket, qint64 interimBytes)
{
    const auto moved = [this, socket] {
        const auto it = m_control.find(socket);
        if (it != m_control.end())
            it->lastMove = m_clock.elapsed();
    };
    connect(socket, &QTcpSocket::readyRead, this, moved);
    connect(socket, &QTcpSocket::bytesWritten, this,
            [socket, moved, left = interimBytes](qint64 written) mutable {
                moved();
                left -= written;
                // Each route answers in one turn: when nothing is left to write, the answer is out.
                if (left < 0 && socket->bytesToWrite() == 0)
                    socket->disconnectFromHost();
            });
    connect(socket, &QObject::destroyed, this, [this, socket] { forgetControl(socket); });
    connect(socket, &QTcpSocket::disconnected, this, [this, socket] { forgetControl(socket); });
}

void FrontDoor::sweep()
{
    const qint64 now = m_clock.elapsed();
    QList<WaitingConnection *> late;
    for (const auto &[connection, owned] : m_waiting) {
        if (isLate(*connection, now))
            late.append(connection);
    }
    for (WaitingConnection *connection : std::as_const(late))
        remove(connection);
    sweepControl(now);
    returnMemory();
}

bool FrontDoor::isLate(WaitingConnection &connection, qint64 now) const
{
    const qint64 age = now - connection.since();
    switch (connection.state()) {
    case WaitingConnection::State::Head:
        return age >= m_limits.headDeadline.count();
    case WaitingConnection::State::Draining:
        return age >= m_limits.refusalDrain.count();
    case WaitingConnection::State::Body:
        break;
    }
    connection.noteMove(now);
    return now - connection.lastMove() >= m_limits.idleDeadline.count() ||
           age >= m_limits.controlDeadline.count();
}

void FrontDoor::sweepControl(qint64 now)
{
    QList<QTcpSocket *> late;
    for (auto it = m_control.cbegin(); it != m_control.cend(); ++it) {
        if (now - it->lastMove >= m_limits.idleDeadline.count() ||
            now - it->born >= m_limits.controlDeadline.count())
            late.append(it.key());
    }
    for (QTcpSocket *socket : std::as_const(late))
        socket->abort();
}

// What a thousand connections took is not needed by the ten that come after, but the C library
// keeps it.
void FrontDoor::returnMemory()
{
    const int now = int(m_waiting.size()) + int(m_control.size());
    if (m_most < manyConnections || now > m_most / 8)
        return;
    m_most = now;
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

} // namespace http
