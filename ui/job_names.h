// SPDX-License-Identifier: GPL-3.0-or-later
// What kinds, states, phases and outcomes of jobs are called; what a job is about.
#pragma once

#include "core/model.h"

#include <QString>

namespace ui
{

[[nodiscard]] QString jobKindName(core::JobKind kind);       // "Deploy"
[[nodiscard]] QString jobSubject(const core::Job &job);      // the image's name, or the file
[[nodiscard]] QString jobDuration(const core::Job &job);     // from its start to its end
[[nodiscard]] QString jobStateName(core::JobState state);    // "offered"
[[nodiscard]] QString phaseText(protocol::Phase phase);      // "Writing"
[[nodiscard]] QString outcomeText(core::Outcome outcome);    // "Done – verified"
[[nodiscard]] QString outcomeMeaning(core::Outcome outcome); // what it proves, a sentence
[[nodiscard]] QString outcomeAdvice(core::Outcome outcome);  // what to do; empty: nothing
[[nodiscard]] QString actionName(QStringView wireName);      // "Restart" for "reboot"
[[nodiscard]] QString levelName(core::Level level);          // "full", with what it means

} // namespace ui
