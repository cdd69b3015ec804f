// SPDX-License-Identifier: GPL-3.0-or-later
// States, phases and outcomes of jobs as words, and the sentence of the Stage column.
#pragma once

#include "ui/device_row.h"
#include "ui/tone.h"

#include <QString>

namespace ui
{

struct StageText {
    QString text;
    Tone tone = Tone::Muted;
    Glyph glyph = Glyph::None;
};

// What the device is doing, or how its last job ended. One line.
[[nodiscard]] StageText stageText(const DeviceRow &row);

[[nodiscard]] QString jobKindName(core::JobKind kind);       // "Deploy"
[[nodiscard]] QString jobStateName(core::JobState state);    // "offered"
[[nodiscard]] QString phaseText(protocol::Phase phase);      // "Writing"
[[nodiscard]] QString outcomeText(core::Outcome outcome);    // "Done – verified"
[[nodiscard]] QString outcomeMeaning(core::Outcome outcome); // what it proves, a sentence
[[nodiscard]] QString actionName(QStringView wireName);      // "Restart" for "reboot"
[[nodiscard]] QString levelName(core::Level level);          // "full", with what it means

// How the job ended, or its state: for the history. One line.
[[nodiscard]] StageText jobResultText(const core::Job &job);

} // namespace ui
