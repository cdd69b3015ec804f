// SPDX-License-Identifier: GPL-3.0-or-later
// A device's way up, and the netboot service, in the operator level's JSON.
#pragma once

#include "core/boot_timeline.h"
#include "core/netboot_status.h"

#include <QJsonObject>

namespace http
{

// State, stage and hint: what a table shows.
[[nodiscard]] QJsonObject bootSummary(const core::BootTimeline &timeline, const QDateTime &now);
// The summary, and every step and file.
[[nodiscard]] QJsonObject bootDetails(const core::BootTimeline &timeline, const QDateTime &now);

[[nodiscard]] QJsonObject toJson(const core::NetbootStatus &status);

} // namespace http
