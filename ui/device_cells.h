// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell of the device table says, per column: text, raw value to sort by, tooltip.
#pragma once

#include "ui/device_model.h"

#include <QVariant>

namespace ui
{

// How far a job is: the whole of it where that is known, else its phase.
struct JobProgress {
    qint64 done = 0;         // bytes
    qint64 total = 0;        // bytes; 0: not known
    qint64 secondsLeft = -1; // -1: not known
    bool whole = false;
};
[[nodiscard]] JobProgress jobProgress(const core::Job &job);

[[nodiscard]] QString cellText(const DeviceRow &row, DeviceModel::Column column);
// As cellText, but whole where that is shortened.
[[nodiscard]] QString cellFilterText(const DeviceRow &row, DeviceModel::Column column);
[[nodiscard]] QVariant cellSortValue(const DeviceRow &row, DeviceModel::Column column);
[[nodiscard]] QString cellToolTip(const DeviceRow &row, DeviceModel::Column column);
[[nodiscard]] DeviceModel::BarKind cellBar(const DeviceRow &row);
[[nodiscard]] QString columnTitle(DeviceModel::Column column);

} // namespace ui
