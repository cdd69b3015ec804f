// SPDX-License-Identifier: GPL-3.0-or-later
// A control request and its answer as values, so that routes neither know QHttpServer's types nor
// its versions.
#pragma once

#include "http/qt_compat.h"
#include "protocol/result.h"

#include <QJsonObject>
#include <QUrlQuery>

#include <functional>
#include <optional>

namespace http
{

struct ControlRequest {
    QByteArray body;
    QUrlQuery query;
    QByteArray authorization; // of "Authorization: Bearer …", without the scheme; empty: none
    QString peer;             // normalized address
    bool peerIsLoopback = false;
    std::optional<QString>
        base; // "http://host:port" that the peer asked; nullopt: its Host header is malformed
    QString argument; // what stands in the path's <arg>
};

struct ControlAnswer {
    int status = 200;
    QJsonObject body;

    ControlAnswer(int code, QJsonObject object) : status(code), body(std::move(object)) {}
    ControlAnswer(const protocol::Failure &failure);
};

using ControlHandler = std::function<ControlAnswer(const ControlRequest &)>;
// Answers once, at once or later, on the main thread; the request's `base` is not set.
using ControlReply = std::function<void(const ControlAnswer &)>;
using LaterHandler = std::function<void(const ControlRequest &, const ControlReply &)>;

// The authority for absolute URLs: the Host header when there is one, else where the peer connected
// to. nullopt: malformed.
[[nodiscard]] std::optional<QString> baseUrl(const QByteArray &host, const LocalEnd &local);

// Routes `path` (which may end in <arg>) to `handler`.
void addRoute(QHttpServer &server, const QString &path, QHttpServerRequest::Method method,
              ControlHandler handler);
// For what a disk has to be asked about: the peer waits, and nobody else does. No <arg>.
void addLaterRoute(QHttpServer &server, const QString &path, QHttpServerRequest::Method method,
                   LaterHandler handler);
// Everything that has no route.
void addMissingRoute(QHttpServer &server, QObject *context);

} // namespace http
