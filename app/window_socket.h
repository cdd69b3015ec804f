// SPDX-License-Identifier: GPL-3.0-or-later
// Where the window of the station that holds a data directory can be reached: a local socket in
// that directory, which only its owner may open. A second start with the same directory has the
// first window shown, and hands its files over. One line of JSON each way:
//
//     {"show":true,"files":["/home/t/golden.img"],"activation":"…"}    {"shown":true}
#pragma once

#include "core/files.h"

#include <QLocalServer>
#include <QObject>
#include <QStringList>

#include <functional>

struct ShowRequest {
    QStringList files;  // absolute
    QString activation; // the desktop's permission to come to the front (XDG_ACTIVATION_TOKEN)
};

class WindowSocket : public QObject
{
    Q_OBJECT

public:
    // `dataDir` is held by this process: what a station that died has left there is replaced. On a
    // file system without sockets nobody can reach the window; all else works.
    explicit WindowSocket(const QString &dataDir);

    // Requests that came earlier wait for it. They are answered when it returns.
    void serve(std::function<void(const ShowRequest &)> show);

private:
    void accept();
    void take(QLocalSocket &peer);

    core::FileDescriptor m_folder; // outlives the server, which removes its file
    QLocalServer m_server;
    std::function<void(const ShowRequest &)> m_show;
};

// Has the window of the station that holds `dataDir` shown. False when that has none, or does not
// answer within five seconds.
[[nodiscard]] bool showOtherWindow(const QString &dataDir, const ShowRequest &request);
