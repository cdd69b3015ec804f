// SPDX-License-Identifier: GPL-3.0-or-later
// The operator level: all that the window does, for scripts, tests and a headless station. A bearer
// token, and from loopback alone unless the station was told otherwise.
#pragma once

#include "core/station.h"

class QHttpServer;

namespace http
{

struct OperatorAccess {
    QByteArray token;         // never empty
    bool allowRemote = false; // --operator-remote
};

// The token in `path`; made, with mode 0600, when the file is not there. DestinationUnwritable,
// Unauthorized when others may read it, BadRequest for a short one.
[[nodiscard]] protocol::Result<QByteArray> loadOrCreateToken(const QString &path);

// `station` outlives `server`.
void addOperatorRoutes(QHttpServer &server, core::Station &station, const OperatorAccess &access);

} // namespace http
