// SPDX-License-Identifier: GPL-3.0-or-later
// The station in one line, for the status bar.
#pragma once

#include "ui/device_row.h"

#include <QList>

namespace ui
{

struct StatusSummary {
    int devices = 0;
    int online = 0;
    int activeJobs = 0;
    int waitingJobs = 0; // of these, in the queue of deploys
    double bytesPerSecond = 0;
};

[[nodiscard]] StatusSummary summarize(const QList<DeviceRow> &rows);

[[nodiscard]] QString devicesText(const StatusSummary &summary); // "3 devices, 2 online"
[[nodiscard]] QString jobsText(const StatusSummary &summary);    // "2 jobs, 84.2 MiB/s"

} // namespace ui
