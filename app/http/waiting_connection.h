// SPDX-License-Identifier: GPL-3.0-or-later
// A connection that nobody owns yet: its bytes are looked at (MSG_PEEK) until the request's head is
// whole, and of a control request they stay in the kernel until its body is there, too. Also the
// place where a refusal is written and drained, so that the peer reads it instead of a reset.
//
// Looking costs the main thread time, so that a peer that sends byte by byte is looked at four
// times a second, and a head is parsed when its end may be there or it has doubled.
#pragma once

#include "transport/http_server_connection.h"
#include "transport/socket.h"

#include <QHostAddress>
#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

namespace http
{

class WaitingConnection : public QObject
{
    Q_OBJECT

public:
    enum class State { Head, Body, Draining };

    WaitingConnection(transport::Descriptor descriptor, qint64 maxHeadBytes, qint64 nowMs);

    [[nodiscard]] const QHostAddress &peer() const { return m_peer; }
    [[nodiscard]] const QString &peerName() const { return m_peerName; }
    [[nodiscard]] const transport::RequestHead &head() const { return m_head; }
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] qint64 since() const { return m_since; }       // ms: when the state began
    [[nodiscard]] qint64 lastMove() const { return m_lastMove; } // ms, see noteMove()

    [[nodiscard]] int parses() const { return m_parses; } // how often the head was parsed

    // Looks at what has arrived; emits headComplete, malformed, tooLarge or gone, or waits for
    // more.
    void look();
    // Bytes of head and body are all there.
    [[nodiscard]] bool isWhole() const;
    // Until then: emits bodyComplete, or gone.
    void awaitBody(qint64 nowMs);
    // Takes note of the time when more of the body is there than at the last call.
    void noteMove(qint64 nowMs);
    // Gives the descriptor away, with the socket options as they were.
    [[nodiscard]] transport::Descriptor take();
    // Writes `answer` (as much as the socket takes at once: it is new and the answer short),
    // half-closes and throws away what comes until the peer closes.
    void refuse(const QByteArray &answer, qint64 nowMs);
    // Sends bytes ahead of whoever owns the connection next: an interim answer.
    void sendNow(const QByteArray &bytes);

Q_SIGNALS:
    void headComplete();
    void bodyComplete();
    void malformed();
    void tooLarge();
    void gone();

private:
    void readable();
    void judge(std::span<const std::byte> bytes);
    void lookAtBody();
    void drain();
    void end();
    void pause();
    void resume();

    transport::Descriptor m_descriptor;
    QSocketNotifier m_notifier;
    QTimer m_pause;
    QHostAddress m_peer;
    QString m_peerName;
    transport::RequestHead m_head;
    State m_state = State::Head;
    qint64 m_maxHeadBytes;
    qint64 m_peeked = 0; // bytes that were there at the last look
    qint64 m_parsed = 0; // likewise when it was parsed
    qint64 m_wanted = 0; // bytes of head and body
    int m_parses = 0;
    qint64 m_since;
    qint64 m_lastMove;
};

} // namespace http
