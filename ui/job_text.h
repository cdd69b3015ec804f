// SPDX-License-Identifier: GPL-3.0-or-later
// What a device is doing, as the sentence of the Stage column, and what to do about it.
#pragma once

#include "ui/device_row.h"
#include "ui/job_names.h"
#include "ui/tone.h"

#include <QString>

namespace ui
{

struct StageText {
    QString text;
    Tone tone = Tone::Muted;
    Glyph glyph = Glyph::None;
    QString nextStep = {}; // what to do, a sentence or two; empty: nothing
};

// What the device is doing, or how its last job ended. One line.
[[nodiscard]] StageText stageText(const DeviceRow &row);

// The same without doubts about who the device is.
[[nodiscard]] StageText undoubtedStageText(const DeviceRow &row);
// What is doubtful about who the device is; no text: nothing.
[[nodiscard]] StageText identityDoubt(const core::Device &device);

// How the job ended, or its state: for the history. One line.
[[nodiscard]] StageText jobResultText(const core::Job &job);

} // namespace ui
