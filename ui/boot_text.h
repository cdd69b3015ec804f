// SPDX-License-Identifier: GPL-3.0-or-later
// A device's way up as words: where it is, and what it usually means when it stops there.
#pragma once

#include "ui/device_row.h"
#include "ui/facts_form.h"
#include "ui/job_text.h"

#include <optional>

namespace ui
{

[[nodiscard]] QString bootStageName(core::BootStage stage); // "loads its firmware"

struct HintText {
    QString cause;    // a sentence
    QString nextStep; // a sentence
};
[[nodiscard]] HintText hintText(core::BootHint hint);

// Where a device is that is not there (yet, or any more); nullopt: nothing is known about it.
[[nodiscard]] std::optional<StageText> bootText(const DeviceRow &row);

// For the details: state, hint, every stage with its seconds, files.
[[nodiscard]] QList<Fact> bootFacts(const DeviceRow &row);

} // namespace ui
