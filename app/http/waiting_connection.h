// SPDX-License-Identifier: GPL-3.0-or-later
// A connection that nobody owns yet: its bytes are looked at (MSG_PEEK) until the request's head is
// whole. Also the place where a refusal is written and drained, so that the peer reads it instead
// of a reset.
#pragma once

#include "transport/http_server_connection.h"
#include "transport/socket.h"

#include <QHostAddress>
#include <QObject>
#include <QSocketNotifier>

namespace http
{

class WaitingConnection : public QObject
{
    Q_OBJECT

public:
    WaitingConnection(transport::Descriptor descriptor, qint64 maxHeadBytes, qint64 nowMs);

    [[nodiscard]] const QHostAddress &peer() const { return m_peer; }
    [[nodiscard]] const transport::RequestHead &head() const { return m_head; }
    [[nodiscard]] qint64 since() const { return m_since; } // ms: arrival, or start of draining
    [[nodiscard]] bool isDraining() const { return m_draining; }

    // Looks at what has arrived; emits headComplete, malformed, tooLarge or gone, or waits for
    // more.
    void look();
    // Gives the descriptor away, with the socket options as they were.
    [[nodiscard]] transport::Descriptor take();
    // Writes `answer` (as much as the socket takes at once: it is new and the answer short),
    // half-closes and throws away what comes until the peer closes.
    void refuse(const QByteArray &answer, qint64 nowMs);
    // Sends bytes ahead of whoever owns the connection next: an interim answer.
    void sendNow(const QByteArray &bytes);

Q_SIGNALS:
    void headComplete();
    void malformed();
    void tooLarge();
    void gone();

private:
    void readable();
    void drain();
    void waitForMoreThan(qint64 bytes);

    transport::Descriptor m_descriptor;
    QSocketNotifier m_notifier;
    QHostAddress m_peer;
    transport::RequestHead m_head;
    qint64 m_maxHeadBytes;
    qint64 m_peeked = 0;
    qint64 m_since;
    bool m_draining = false;
};

} // namespace http
