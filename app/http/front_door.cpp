// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/front_door.h"

#include "http/peer_name.h"
#include "http/qt_compat.h"
#include "protocol/messages.h"
#include "protocol/names.h"

#include <QTcpSocket>

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

QByteArray refusal(int status, const char *reason, const Failure &failure)
{
    const QByteArray body = protocol::toBody(protocol::errorJson(failure));
    return "HTTP/1.1 " + QByteArray::number(status) + ' ' + reason +
           "\r\nContent-Type: application/json\r\nContent-Length: " +
           QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

bool isTransfer(const transport::RequestHead &head)
{
    const auto prefix = protocol::names::transferPrefix;
    return head.target.startsWith(QByteArrayView(prefix.data(), prefix.size()));
}

} // namespace

FrontDoor::FrontDoor(Lane lane, DoorLimits limits, QObject *parent)
    : QTcpServer(parent), m_lane(std::move(lane)), m_limits(limits)
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
    makeRoom(connection->peer().toString());
    m_waiting.emplace(connection, std::move(owned));
    m_arrival.append(connection);
    ++m_perAddress[connection->peer().toString()];

    connect(connection, &WaitingConnection::headComplete, this,
            [this, connection] { decide(connection); });
    connect(connection, &WaitingConnection::gone, this, [this, connection] { remove(connection); });
    connect(connection, &WaitingConnection::malformed, this, [this, connection] {
        connection->refuse(
            refusal(400, "Bad Request",
                    {FailureCode::BadRequest, Stage::None, u"not an HTTP request"_s}),
            m_clock.elapsed());
    });
    connect(connection, &WaitingConnection::tooLarge, this, [this, connection] {
        connection->refuse(
            refusal(431, "Request Header Fields Too Large",
                    {FailureCode::BadRequest, Stage::None, u"request head too long"_s}),
            m_clock.elapsed());
    });
}

void FrontDoor::makeRoom(const QString &peer)
{
    // Whoever sends whole heads is decided at once and never waits here: the oldest is the one that
    // dawdles.
    if (m_perAddress.value(peer) >= m_limits.maxWaitingPerAddress) {
        const auto oldest =
            std::find_if(m_arrival.begin(), m_arrival.end(), [&peer](const WaitingConnection *c) {
                return c->peer().toString() == peer;
            });
        if (oldest != m_arrival.end())
            remove(*oldest);
    } else if (int(m_waiting.size()) >= m_limits.maxWaiting) {
        remove(m_arrival.first());
    }
}

void FrontDoor::remove(WaitingConnection *connection)
{
    const auto it = m_waiting.find(connection);
    if (it == m_waiting.end())
        return;
    const QString peer = connection->peer().toString();
    if (--m_perAddress[peer] <= 0)
        m_perAddress.remove(peer);
    m_arrival.removeOne(connection);
    // It may be the sender of the signal that led here.
    it->second.release()->deleteLater();
    m_waiting.erase(it);
    connection->disconnect(this);
    transport::Descriptor closed = connection->take();
}

void FrontDoor::decide(WaitingConnection *connection)
{
    const transport::RequestHead &head = connection->head();
    if (isTransfer(head)) {
        const QHostAddress peer = connection->peer();
        const int descriptor = connection->take().release();
        remove(connection);
        m_lane(descriptor, peer);
        return;
    }
    if (head.chunked) {
        connection->refuse(refusal(411, "Length Required",
                                   {FailureCode::LengthRequired, Stage::None,
                                    u"a control request states its length"_s}),
                           m_clock.elapsed());
    } else if (head.contentLength > m_limits.maxControlBodyBytes) {
        connection->refuse(refusal(413, "Payload Too Large",
                                   {FailureCode::BodyTooLarge, Stage::None,
                                    u"at most %1 bytes"_s.arg(m_limits.maxControlBodyBytes)}),
                           m_clock.elapsed());
    } else if (isFull(connection->peer().toString())) {
        connection->refuse(
            refusal(503, "Service Unavailable",
                    {FailureCode::StationBusy, Stage::None, u"too many connections"_s}),
            m_clock.elapsed());
    } else {
        handToServer(connection);
    }
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
    const QString peer = connection->peer().toString();
    const bool expected = connection->head().expectContinue;
    if (expected && !serverSendsInterimAnswer())
        connection->sendNow(interimAnswer.toByteArray());
    const int descriptor = connection->take().release();
    remove(connection);

    auto *socket = new QTcpSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        transport::Descriptor closed(descriptor);
        delete socket;
        return;
    }
    socket->setReadBufferSize(m_limits.maxHeadBytes + m_limits.maxControlBodyBytes + 1);
    m_control.insert(socket, {m_clock.elapsed(), m_clock.elapsed(), peer});
    ++m_controlPerAddress[peer];
    const auto moved = [this, socket] {
        const auto it = m_control.find(socket);
        if (it != m_control.end())
            it->lastMove = m_clock.elapsed();
    };
    connect(socket, &QTcpSocket::readyRead, this, moved);
    // The interim answer is not what the peer waits for.
    const qint64 interim = expected && serverSendsInterimAnswer() ? interimAnswer.size() : 0;
    connect(socket, &QTcpSocket::bytesWritten, this,
            [socket, moved, left = interim](qint64 written) mutable {
                moved();
                left -= written;
                // Each route answers in one turn: when nothing is left to write, the answer is out.
                if (left < 0 && socket->bytesToWrite() == 0)
                    socket->disconnectFromHost();
            });
    connect(socket, &QObject::destroyed, this, [this, socket] { forgetControl(socket); });
    connect(socket, &QTcpSocket::disconnected, this, [this, socket] { forgetControl(socket); });
    addPendingConnection(socket);
}

void FrontDoor::sweep()
{
    const qint64 now = m_clock.elapsed();
    const QList<WaitingConnection *> waiting = m_arrival;
    for (WaitingConnection *connection : waiting) {
        const auto deadline =
            connection->isDraining() ? m_limits.refusalDrain : m_limits.headDeadline;
        if (now - connection->since() >= deadline.count())
            remove(connection);
    }
    QList<QTcpSocket *> late;
    for (auto it = m_control.cbegin(); it != m_control.cend(); ++it) {
        if (now - it->lastMove >= m_limits.idleDeadline.count() ||
            now - it->born >= m_limits.controlDeadline.count())
            late.append(it.key());
    }
    for (QTcpSocket *socket : std::as_const(late))
        socket->abort();
}

} // namespace http
