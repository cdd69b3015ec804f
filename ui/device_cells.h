// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell of the device table says, per column: text, raw value to sort by, tooltip.
#pragma once

#include "ui/device_model.h"

#include <QVariant>

namespace ui
{

[[nodiscard]] QString cellText(const DeviceRow &row, DeviceModel::Column column);
// As cellText, but whole where that is shortened.
[[nodiscard]] QString cellFilterText(const DeviceRow &row, DeviceModel::Column column);
[[nodiscard]] QVariant cellSortValue(const DeviceRow &row, DeviceModel::Column column);
[[nodiscard]] QString cellToolTip(const DeviceRow &row, DeviceModel::Column column);
[[nodiscard]] DeviceModel::BarKind cellBar(const DeviceRow &row);
[[nodiscard]] QString columnTitle(DeviceModel::Column column);

} // namespace ui
