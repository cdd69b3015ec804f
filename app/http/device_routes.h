// SPDX-License-Identifier: GPL-3.0-or-later
// What devices ask: registration, poll, report.
#pragma once

#include "core/station.h"

class QHttpServer;

namespace http
{

// `station` outlives `server`.
void addDeviceRoutes(QHttpServer &server, core::Station &station);

} // namespace http
