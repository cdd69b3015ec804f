// SPDX-License-Identifier: GPL-3.0-or-later
// Failures as sentences: what happened and what to do next, for every code that protocol knows, and
// more to the point where the stage makes a difference. The technical detail is never part of it;
// it is shown beside it.
#pragma once

#include "protocol/failure.h"

#include <QString>

namespace ui
{

struct FailureText {
    QString cause;    // one sentence with its full stop
    QString nextStep; // one or two sentences
};

[[nodiscard]] FailureText failureText(protocol::FailureCode code,
                                      protocol::Stage stage = protocol::Stage::None);
[[nodiscard]] FailureText failureText(const protocol::Failure &failure);

// For a code that this list does not know; no code that exists gets it.
[[nodiscard]] FailureText fallbackFailureText();

// The cause without its full stop, to stand after a colon.
[[nodiscard]] QString shortCause(const protocol::Failure &failure);

// "Writing failed"; for Stage::None "Failed".
[[nodiscard]] QString failedAt(protocol::Stage stage);

// "writing", as a name in the details.
[[nodiscard]] QString stageName(protocol::Stage stage);

} // namespace ui
