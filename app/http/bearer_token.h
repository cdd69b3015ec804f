// SPDX-License-Identifier: GPL-3.0-or-later
// The secret that a request carries: "Authorization: Bearer SECRET" (RFC 6750, 2.1).
#pragma once

#include <QByteArray>

namespace http
{

// Empty: there is none.
[[nodiscard]] inline QByteArray bearerToken(const QByteArray &authorization)
{
    constexpr QByteArrayView scheme("bearer ");
    const QByteArray text = authorization.trimmed();
    return text.toLower().startsWith(scheme) ? text.sliced(scheme.size()).trimmed() : QByteArray();
}

} // namespace http
