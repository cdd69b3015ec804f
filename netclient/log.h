// SPDX-License-Identifier: GPL-3.0-or-later
// One line to stderr, for the device's console, and to the station where a buffer was set for it.
#pragma once

#include "protocol/failure.h"

namespace netclient
{

class LogBuffer;

void logLine(const QString &text);
// Every later line goes there, too, until nullptr is set. As qInstallMessageHandler(): for main().
void setLogBuffer(LogBuffer *buffer);
// code, stage and detail in one line
[[nodiscard]] QString describe(const protocol::Failure &failure);

} // namespace netclient
