// SPDX-License-Identifier: GPL-3.0-or-later
// The one port of the station. Looks at a new connection's request head without consuming it,
// within bounds of size and time, and decides who owns the connection: a transfer URL goes to the
// bulk lane as a bare descriptor, everything else becomes a QTcpSocket of QHttpServer. QHttpServer
// itself limits nothing and streams nothing, so that the limits are here.
#pragma once

#include "http/waiting_connection.h"
#include "protocol/limits.h"

#include <QElapsedTimer>
#include <QHash>
#include <QTcpServer>
#include <QTimer>

#include <functional>
#include <memory>
#include <unordered_map>

class QTcpSocket;

namespace http
{

struct DoorLimits {
    std::chrono::milliseconds headDeadline = protocol::headDeadline;
    std::chrono::milliseconds idleDeadline = protocol::idleDeadline;
    std::chrono::milliseconds controlDeadline{60'000}; // a control connection's whole life
    std::chrono::milliseconds refusalDrain = protocol::refusalDrain;
    qint64 maxHeadBytes = protocol::maxHeadBytes;
    qint64 maxControlBodyBytes = protocol::maxControlBodyBytes;
    int maxWaiting = 2048; // connections without a whole head; beyond it the oldest is closed
    int maxWaitingPerAddress = 512; // likewise
    int maxControl = 1024;          // sockets of QHttpServer at once; beyond it new ones get 503
    // Likewise. Forty-eight devices behind one address, each with its poll and its report, are
    // under a hundred; three quarters are left to the others when one address takes all that it
    // gets.
    int maxControlPerAddress = 256;
};

class FrontDoor : public QTcpServer
{
    Q_OBJECT

public:
    // Takes a descriptor (blocking mode not set yet) and owns it from then on.
    using Lane = std::function<void(int descriptor, const QHostAddress &peer)>;

    explicit FrontDoor(Lane lane, DoorLimits limits = {}, QObject *parent = nullptr);
    ~FrontDoor() override;

    [[nodiscard]] int waitingConnections() const { return int(m_waiting.size()); }
    [[nodiscard]] int controlConnections() const { return int(m_control.size()); }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    struct Control {
        qint64 born = 0;     // ms of m_clock
        qint64 lastMove = 0; // ms of m_clock
        QString peer;
    };

    void decide(WaitingConnection *connection);
    void handToServer(WaitingConnection *connection);
    void forgetControl(QTcpSocket *socket);
    [[nodiscard]] bool isFull(const QString &peer) const;
    void remove(WaitingConnection *connection);
    void makeRoom(const QString &peer);
    void sweep();
    void pauseAfterError();

    Lane m_lane;
    DoorLimits m_limits;
    QElapsedTimer m_clock;
    QTimer m_sweeper;
    std::unordered_map<WaitingConnection *, std::unique_ptr<WaitingConnection>> m_waiting;
    QList<WaitingConnection *> m_arrival; // oldest first
    QHash<QString, int> m_perAddress;
    QHash<QTcpSocket *, Control> m_control;
    QHash<QString, int> m_controlPerAddress;
};

} // namespace http
