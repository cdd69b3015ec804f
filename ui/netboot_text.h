// SPDX-License-Identifier: GPL-3.0-or-later
// The netboot service's state as words.
#pragma once

#include "core/netboot_status.h"
#include "ui/job_text.h"

namespace ui
{

// One line: "Serves eth1 (10.20.50.1/24)", or why it does not.
[[nodiscard]] StageText netbootText(const core::NetbootStatus &status);

// What to do about a failure; empty: nothing.
[[nodiscard]] QString netbootNextStep(const core::NetbootStatus &status);

} // namespace ui
