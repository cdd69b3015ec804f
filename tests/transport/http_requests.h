// SPDX-License-Identifier: GPL-3.0-or-later
// Requests that tests of the HTTP client make.
#pragma once

#include "transport/http_client.h"
#include "transport/raw_peer.h"

namespace testing
{

inline transport::Endpoint loopback(quint16 port)
{
    return {QStringLiteral("127.0.0.1"), port};
}

inline transport::HttpRequest get(const QByteArray &target, const QByteArray &method = "GET")
{
    transport::HttpRequest request;
    request.method = method;
    request.target = target;
    return request;
}

inline transport::HttpRequest streamed(const QByteArray &body, size_t part)
{
    transport::HttpRequest request = get("/up", "PUT");
    request.streamLength = body.size();
    request.streamBody = [body, part](const auto &send) {
        const auto bytes = bytesOf({body.constData(), size_t(body.size())});
        for (size_t at = 0; at < bytes.size(); at += part) {
            if (!send(bytes.subspan(at, std::min(part, bytes.size() - at))))
                return false;
        }
        return true;
    };
    return request;
}

} // namespace testing
