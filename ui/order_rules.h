// SPDX-License-Identifier: GPL-3.0-or-later
// What may be ordered for the devices that are selected, and if not, why: the sentence goes into
// the action's tooltip.
#pragma once

#include "ui/device_row.h"

#include <QList>
#include <QString>

namespace ui
{

enum class Order { Deploy, Backup, Cancel, Reboot, PowerOff, Identify, Rearm, Accept, Forget };
inline constexpr int orderCount = 9;

struct Situation {
    QList<DeviceRow> selected;
    std::optional<core::Image> golden; // none chosen yet: Deploy leads there
};

struct Verdict {
    QString whyNot; // empty: allowed, for at least one of the selected devices

    [[nodiscard]] bool allowed() const { return whyNot.isEmpty(); }
};

[[nodiscard]] Verdict judge(Order order, const Situation &situation);

// The selected devices that the order can be carried out for.
[[nodiscard]] QList<DeviceRow> eligible(Order order, const QList<DeviceRow> &selected);

[[nodiscard]] QString orderName(Order order); // "Deploy"

// The address at which somebody claims to be the device; empty: nobody does. Where another board
// does, it is that board's, for it is the one that the row names.
[[nodiscard]] QString claimantOf(const core::Device &device);

} // namespace ui
