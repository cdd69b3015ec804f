// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked before a machine that claims to be a device becomes it.
#pragma once

#include "ui/confirm.h"
#include "ui/device_row.h"

namespace ui
{

// Of a row with a claimant, see claimantOf().
[[nodiscard]] Question takeoverQuestion(const DeviceRow &row);

} // namespace ui
