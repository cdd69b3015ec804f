// SPDX-License-Identifier: GPL-3.0-or-later
// What limits a job's speed, in words, and what can be done about it.
#pragma once

#include "core/model.h"

#include <QString>

namespace ui
{

// "network"; what the processor does is not told apart. Empty for None.
[[nodiscard]] QString bottleneckName(protocol::Bottleneck bottleneck);

// A sentence: "The network limits the speed." Who does the work depends on the level. Empty for
// None.
[[nodiscard]] QString bottleneckMeaning(const core::Job &job);

// As slow as a link of 100 Mbit/s, which is what a gigabit port falls back to with a bad cable.
[[nodiscard]] bool looksLikeSlowLink(const core::Job &job);

// What may be done about the bottleneck of this moment. Empty for None.
[[nodiscard]] QString bottleneckAdvice(const core::Job &job);

} // namespace ui
