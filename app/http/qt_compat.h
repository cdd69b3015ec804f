// SPDX-License-Identifier: GPL-3.0-or-later
// What QHttpServer 6.4 and 6.8 spell differently, in one place.
#pragma once

#include <QHostAddress>
#include <QHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QHttpServerResponse>
#include <QLibraryInfo>
#include <QTcpSocket>
#include <QVersionNumber>
#include <QtGlobal>

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpHeaders>
#endif

#include <utility>
#include <vector>

namespace http
{

using HeaderPairs = std::vector<std::pair<QByteArray, QByteArray>>;

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
using Responder = QHttpServerResponder &;
#else
using Responder = QHttpServerResponder &&;
#endif

// The address and port that the peer connected to.
struct LocalEnd {
    QHostAddress address;
    quint16 port = 0;
};

inline LocalEnd localEnd(const QHttpServerRequest &request, const QHttpServerResponder &responder)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    Q_UNUSED(responder);
    return {request.localAddress(), request.localPort()};
#else
    Q_UNUSED(request);
    return {responder.socket()->localAddress(), responder.socket()->localPort()};
#endif
}

// What is sent before the body of a request that says "Expect: 100-continue".
inline constexpr QByteArrayView interimAnswer("HTTP/1.1 100 Continue\r\n\r\n");

// 6.8 sends it by itself, 6.4 never does. It is the library that is loaded that counts.
inline bool serverSendsInterimAnswer()
{
    return QLibraryInfo::version() >= QVersionNumber(6, 8);
}

inline void respond(QHttpServerResponder &responder, int status, const HeaderPairs &headers,
                    const QByteArray &body)
{
    const auto code = static_cast<QHttpServerResponder::StatusCode>(status);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QHttpHeaders all;
    for (const auto &[name, value] : headers)
        all.append(name, value);
    responder.write(body, all, code);
#else
    responder.writeStatusLine(code);
    for (const auto &[name, value] : headers)
        responder.writeHeader(name, value);
    responder.writeHeader("Content-Length", QByteArray::number(body.size()));
    responder.writeBody(body);
#endif
}

// The same as a value, for a route that answers later.
inline QHttpServerResponse toResponse(int status, const HeaderPairs &headers,
                                      const QByteArray &body)
{
    const auto code = static_cast<QHttpServerResponder::StatusCode>(status);
    QHttpServerResponse response(body, code);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QHttpHeaders all;
    for (const auto &[name, value] : headers)
        all.append(name, value);
    response.setHeaders(std::move(all));
#else
    for (const auto &[name, value] : headers)
        response.setHeader(name, value);
#endif
    return response;
}

// False: 6.8 says that the server was not listening. Owns `tcp` from then on.
inline bool bindServer(QHttpServer &server, QTcpServer *tcp)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    return server.bind(tcp);
#else
    server.bind(tcp);
    return true;
#endif
}

template<class Handler>
void setMissing(QHttpServer &server, QObject *context, Handler handler)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    server.setMissingHandler(context, std::move(handler));
#else
    Q_UNUSED(context);
    server.setMissingHandler(std::move(handler));
#endif
}

} // namespace http
