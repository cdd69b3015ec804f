// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/control_request.h"

#include "http/authority.h"
#include "http/bearer_token.h"
#include "http/known_paths.h"
#include "http/peer_name.h"
#include "protocol/messages.h"

#include <QFuture>
#include <QFutureInterface>

#include <memory>

namespace http
{

using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

ControlRequest withoutBase(const QHttpServerRequest &request)
{
    ControlRequest control;
    control.body = request.body();
    control.query = request.query();
    control.authorization = bearerToken(request.value("Authorization"));
    const QHostAddress peer = normalized(request.remoteAddress());
    control.peer = peer.toString();
    control.peerIsLoopback = peer.isLoopback();
    return control;
}

ControlRequest toControl(const QHttpServerRequest &request, const QHttpServerResponder &responder)
{
    ControlRequest control = withoutBase(request);
    control.base = baseUrl(request.value("Host"), localEnd(request, responder));
    return control;
}

HeaderPairs usualHeaders()
{
    return {{"Content-Type", "application/json"},
            {"Connection", "close"},
            {"Cache-Control", "no-store"}};
}

void send(QHttpServerResponder &responder, const ControlAnswer &answer,
          const HeaderPairs &further = {})
{
    HeaderPairs headers = usualHeaders();
    headers.insert(headers.end(), further.begin(), further.end());
    respond(responder, answer.status, headers, protocol::toBody(answer.body));
}

} // namespace

ControlAnswer::ControlAnswer(const protocol::Failure &failure)
    : status(protocol::httpStatus(failure.code)), body(protocol::errorJson(failure))
{
}

std::optional<QString> baseUrl(const QByteArray &host, const LocalEnd &local)
{
    if (host.isEmpty()) {
        QHostAddress address = normalized(local.address);
        address.setScopeId({}); // ours, which means nothing to the peer
        return u"http://"_s + Authority{address.toString(), {}, local.port}.text();
    }
    // With the zone that it told, if any, for it is its own.
    const auto asked = parseAuthority(host);
    return asked ? std::optional(u"http://"_s + asked->text()) : std::nullopt;
}

void addRoute(QHttpServer &server, const QString &path, QHttpServerRequest::Method method,
              ControlHandler handler)
{
    KnownPaths::of(server)->add(path, method);
    if (path.contains("<arg>"_L1)) {
        server.route(path, method,
                     [handler](const QString &argument, const QHttpServerRequest &request,
                               Responder responder) {
                         ControlRequest control = toControl(request, responder);
                         control.argument = argument;
                         send(responder, handler(control));
                     });
        return;
    }
    server.route(path, method, [handler](const QHttpServerRequest &request, Responder responder) {
        send(responder, handler(toControl(request, responder)));
    });
}

void addLaterRoute(QHttpServer &server, const QString &path, QHttpServerRequest::Method method,
                   LaterHandler handler)
{
    KnownPaths::of(server)->add(path, method);
    server.route(path, method, [handler](const QHttpServerRequest &request) {
        // No QPromise: the server takes the result out of its future, which resets the state, and
        // the promise would then finish, and answer, a second time when it is destroyed (Qt 6.4).
        const auto later = std::make_shared<QFutureInterface<QHttpServerResponse>>();
        later->reportStarted();
        QFuture<QHttpServerResponse> future = later->future();
        handler(withoutBase(request), [later](const ControlAnswer &answer) {
            later->reportResult(
                toResponse(answer.status, usualHeaders(), protocol::toBody(answer.body)));
            later->reportFinished();
        });
        return future;
    });
}

void addMissingRoute(QHttpServer &server, QObject *context)
{
    const auto known = KnownPaths::of(server);
    setMissing(server, context, [known](const QHttpServerRequest &request, Responder responder) {
        const QString path = request.url().path();
        const QByteArray methods = known->methodsOf(path);
        if (methods.isEmpty())
            send(responder, protocol::Failure{FailureCode::UnknownRoute, Stage::None, path});
        else
            send(responder, protocol::Failure{FailureCode::MethodNotAllowed, Stage::None, path},
                 {{"Allow", methods}});
    });
}

} // namespace http
