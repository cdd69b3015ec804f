// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that is known of a device and of its job, as names and values for the details pane.
#pragma once

#include "ui/device_row.h"
#include "ui/facts_form.h"

namespace ui
{

[[nodiscard]] QList<Fact> deviceFacts(const DeviceRow &row);
[[nodiscard]] QList<Fact> jobFacts(const DeviceRow &row); // empty without a job

[[nodiscard]] QString storageText(const protocol::StorageFacts &storage); // "eMMC BJTD4R, 29.1 GiB"

} // namespace ui
