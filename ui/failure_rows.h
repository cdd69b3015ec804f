// SPDX-License-Identifier: GPL-3.0-or-later
// The table behind failure_text: untranslated sentences by code and, where it makes a difference,
// by stage.
#pragma once

#include "protocol/failure.h"

#include <span>

namespace ui
{

struct FailureRow {
    protocol::FailureCode code;
    const char *cause;
    const char *nextStep;
    // None: for every stage that has no row of its own; a row with a stage stands before the one
    // without.
    protocol::Stage stage = protocol::Stage::None;
};

inline constexpr const char *failureContext = "ui::FailureText"; // of the translations

[[nodiscard]] std::span<const FailureRow> failureRows();
[[nodiscard]] const FailureRow &fallbackFailureRow();

} // namespace ui
