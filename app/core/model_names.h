// SPDX-License-Identifier: GPL-3.0-or-later
// Stable texts of core's enums, for the database and the operator level. They never change; what
// people read is made in ui.
#pragma once

#include "core/model.h"

#include <QLatin1StringView>

#include <optional>

namespace core
{

[[nodiscard]] QLatin1StringView toText(Level level);
[[nodiscard]] QLatin1StringView toText(JobKind kind);
[[nodiscard]] QLatin1StringView toText(JobState state);
[[nodiscard]] QLatin1StringView toText(Outcome outcome);
[[nodiscard]] QLatin1StringView toText(ImageState state);

[[nodiscard]] std::optional<Level> levelFromText(QStringView text);
[[nodiscard]] std::optional<JobKind> jobKindFromText(QStringView text);
[[nodiscard]] std::optional<JobState> jobStateFromText(QStringView text);
[[nodiscard]] std::optional<Outcome> outcomeFromText(QStringView text);
[[nodiscard]] std::optional<ImageState> imageStateFromText(QStringView text);

} // namespace core
