// SPDX-License-Identifier: GPL-3.0-or-later
// One line to stderr, for the device's console.
#pragma once

#include "protocol/failure.h"

namespace netclient
{

void logLine(const QString &text);
// code, stage and detail in one line
[[nodiscard]] QString describe(const protocol::Failure &failure);

} // namespace netclient
