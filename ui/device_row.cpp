// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device_row.h"

using namespace Qt::StringLiterals;

namespace ui
{

QString deviceName(const core::Device &device)
{
    const QString mac = device.mac.toString();
    return device.model.isEmpty() ? mac : device.model + u" ("_s + mac + u')';
}

} // namespace ui
