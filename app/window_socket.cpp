// SPDX-License-Identifier: GPL-3.0-or-later
#include "window_socket.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>
#include <QThread>
#include <QTimer>

#include <chrono>
#include <fcntl.h>
#include <optional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr qint64 maxLine = 64 * 1024; // bytes
constexpr auto patience = 5s;
// Between taking the lock and opening the socket a station does nothing else.
constexpr int connectMs = 1000;

// An address has room for 107 bytes, a data directory's name may be longer.
QString socketPath(const core::FileDescriptor &folder)
{
    return u"/proc/self/fd/%1/window.socket"_s.arg(folder.get());
}

core::FileDescriptor openFolder(const QString &dataDir)
{
    return core::openFile(dataDir, O_PATH | O_DIRECTORY);
}

QByteArray toLine(const ShowRequest &request)
{
    const QJsonObject object{{"show"_L1, true},
                             {"files"_L1, QJsonArray::fromStringList(request.files)},
                             {"activation"_L1, request.activation}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

std::optional<ShowRequest> fromLine(const QByteArray &line)
{
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    if (!object.value("show"_L1).toBool())
        return std::nullopt;
    ShowRequest request;
    for (const QJsonValue &file : object.value("files"_L1).toArray()) {
        if (QDir::isAbsolutePath(file.toString()))
            request.files << file.toString();
    }
    request.activation = object.value("activation"_L1).toString();
    return request;
}

// The other may have the lock already and not the socket yet.
bool connectTo(QLocalSocket &socket, const QString &path)
{
    const QDeadlineTimer deadline(connectMs);
    do {
        socket.connectToServer(path);
        if (socket.waitForConnected(connectMs))
            return true;
        QThread::msleep(50);
    } while (!deadline.hasExpired());
    return false;
}

} // namespace

WindowSocket::WindowSocket(const QString &dataDir) : m_folder(openFolder(dataDir))
{
    const QString path = socketPath(m_folder);
    QLocalServer::removeServer(path);
    (void)m_server.listen(path);
}

void WindowSocket::serve(std::function<void(const ShowRequest &)> show)
{
    m_show = std::move(show);
    connect(&m_server, &QLocalServer::newConnection, this, &WindowSocket::accept);
    accept();
}

void WindowSocket::accept()
{
    while (QLocalSocket *peer = m_server.nextPendingConnection()) {
        peer->setReadBufferSize(maxLine);
        connect(peer, &QLocalSocket::readyRead, this, [this, peer] { take(*peer); });
        connect(peer, &QLocalSocket::disconnected, peer, &QObject::deleteLater);
        QTimer::singleShot(patience, peer, &QLocalSocket::abort);
        take(*peer);
    }
}

void WindowSocket::take(QLocalSocket &peer)
{
    if (!peer.canReadLine()) {
        if (peer.bytesAvailable() >= maxLine)
            peer.abort();
        return;
    }
    const auto request = fromLine(peer.readLine());
    peer.disconnect(this); // one request each
    if (request) {
        m_show(*request);
        peer.write("{\"shown\":true}\n");
    }
    peer.disconnectFromServer();
}

bool showOtherWindow(const QString &dataDir, const ShowRequest &request)
{
    const core::FileDescriptor folder = openFolder(dataDir);
    QLocalSocket socket;
    if (!folder || !connectTo(socket, socketPath(folder)))
        return false;
    socket.write(toLine(request));
    const QDeadlineTimer deadline(patience);
    while (!socket.canReadLine() && socket.waitForReadyRead(int(deadline.remainingTime())))
        continue;
    return socket.readLine().startsWith("{\"shown\":true}");
}
