// SPDX-License-Identifier: GPL-3.0-or-later
// The one port of the station. Looks at a new connection's request head without consuming it,
// within bounds of size and time, and decides who owns the connection: a transfer URL goes to the
// bulk lane as a bare descriptor, everything else becomes a QTcpSocket of QHttpServer, once its
// body is there as well. QHttpServer itself limits nothing and streams nothing, so that the limits
// are here: what is not whole waits in the kernel, and the oldest of it gives way.
#pragma once

#include "http/peer_shares.h"
#include "http/request_rules.h"
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
    // For a whole body, and a control connection's whole life.
    std::chrono::milliseconds controlDeadline{60'000};
    std::chrono::milliseconds refusalDrain = protocol::refusalDrain;
    qint64 maxHeadBytes = protocol::maxHeadBytes;
    qint64 maxControlBodyBytes = protocol::maxControlBodyBytes;
    // Connections without a whole request; beyond it the oldest of the address that has most is
    // closed.
    int maxWaiting = 2048;
    int maxWaitingPerAddress = 512; // likewise, of that address
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
    // Who carries out transfers.
    struct Lane {
        // Whether this request is of a transfer that this peer may use; else it is refused here,
        // where that takes no thread.
        std::function<bool(const transport::RequestHead &head, const QString &peer)> knows;
        // Takes a descriptor (blocking mode not set yet) and owns it from then on.
        std::function<void(int descriptor, const QHostAddress &peer)> accept;
    };

    explicit FrontDoor(Lane lane, DoorLimits limits = {}, RequestRules rules = RequestRules(),
                       QObject *parent = nullptr);
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
    void decideTransfer(WaitingConnection *connection);
    void decideControl(WaitingConnection *connection);
    [[nodiscard]] std::optional<protocol::Failure> bodyFault(const transport::RequestHead &h) const;
    void refuse(WaitingConnection *connection, const protocol::Failure &failure);
    void handToServer(WaitingConnection *connection);
    void watch(QTcpSocket *socket, qint64 interimBytes);
    void forgetControl(QTcpSocket *socket);
    [[nodiscard]] bool isFull(const QString &peer) const;
    void remove(WaitingConnection *connection);
    void makeRoom(const QString &peer);
    void sweep();
    [[nodiscard]] bool isLate(WaitingConnection &connection, qint64 now) const;
    void sweepControl(qint64 now);
    void returnMemory();
    void pauseAfterError();

    Lane m_lane;
    DoorLimits m_limits;
    QElapsedTimer m_clock;
    QTimer m_sweeper;
    RequestRules m_rules;
    std::unordered_map<WaitingConnection *, std::unique_ptr<WaitingConnection>> m_waiting;
    PeerShares<WaitingConnection *> m_shares; // of m_waiting
    QHash<QTcpSocket *, Control> m_control;
    QHash<QString, int> m_controlPerAddress;
    int m_most = 0; // connections at once since memory was given back
};

} // namespace http
