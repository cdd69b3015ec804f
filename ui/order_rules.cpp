// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/order_rules.h"

#include "ui/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::Order)
};

bool fits(Order order, const DeviceRow &row)
{
    switch (order) {
    case Order::Cancel:
        return row.hasActiveJob();
    case Order::Rearm:
        return !row.device.armed || row.device.netbootRefused || row.device.takeoverShown ||
               !row.device.otherUnit.isEmpty();
    case Order::Accept:
        return !claimantOf(row.device).isEmpty();
    case Order::Reboot:
    case Order::PowerOff:
    case Order::Identify:
        return !row.hasActiveJob() && row.isOnline();
    default:
        return !row.hasActiveJob();
    }
}

QString offlineText(const QList<DeviceRow> &selected)
{
    if (selected.size() > 1)
        return Tr::tr("The selected devices are offline.");
    return Tr::tr("The device has been offline since %1.")
        .arg(format::time(selected.first().device.lastSeen, QDateTime::currentDateTimeUtc()));
}

QString whyNoneFits(Order order, const QList<DeviceRow> &selected)
{
    const auto isFreeAndAway = [](const DeviceRow &row) {
        return !row.hasActiveJob() && !row.isOnline();
    };
    switch (order) {
    case Order::Reboot:
    case Order::PowerOff:
    case Order::Identify:
        if (std::ranges::any_of(selected, isFreeAndAway))
            return offlineText(selected);
        break;
    case Order::Cancel:
        return Tr::tr("No job is running on the selected devices.");
    case Order::Rearm:
        return Tr::tr("Automatic mode may act on the selected devices already.");
    case Order::Accept:
        return Tr::tr("No other machine claims to be the selected device.");
    default:
        break;
    }
    return Tr::tr("The selected devices have jobs. Wait until they have ended, or cancel them.");
}

// Without a golden image Deploy stays enabled: it leads to choosing one.
QString whyNotImage(const std::optional<core::Image> &golden)
{
    if (!golden || golden->state == core::ImageState::Ready)
        return {};
    if (golden->state == core::ImageState::Importing)
        return Tr::tr("The golden image is still being imported.");
    return Tr::tr("The golden image could not be imported. Choose another one.");
}

} // namespace

Verdict judge(Order order, const Situation &situation)
{
    if (situation.selected.isEmpty())
        return {Tr::tr("Select one or more devices first.")};
    if (order == Order::Deploy) {
        const QString reason = whyNotImage(situation.golden);
        if (!reason.isEmpty())
            return {reason};
    }
    const qsizetype fitting = eligible(order, situation.selected).size();
    if (fitting == 0)
        return {whyNoneFits(order, situation.selected)};
    if (order == Order::Accept && fitting > 1)
        return {Tr::tr("Decide for one device at a time.")};
    return {};
}

QList<DeviceRow> eligible(Order order, const QList<DeviceRow> &selected)
{
    QList<DeviceRow> rows;
    std::copy_if(selected.begin(), selected.end(), std::back_inserter(rows),
                 [&](const DeviceRow &row) { return fits(order, row); });
    return rows;
}

QString orderName(Order order)
{
    switch (order) {
    case Order::Deploy:
        return Tr::tr("Deploy");
    case Order::Backup:
        return Tr::tr("Backup");
    case Order::Cancel:
        return Tr::tr("Cancel");
    case Order::Reboot:
        return Tr::tr("Restart");
    case Order::PowerOff:
        return Tr::tr("Power off");
    case Order::Identify:
        return Tr::tr("Identify");
    case Order::Rearm:
        return Tr::tr("Re-arm");
    case Order::Accept:
        return Tr::tr("Take over");
    case Order::Forget:
        return Tr::tr("Remove from list");
    }
    return {};
}

QString claimantOf(const core::Device &device)
{
    if (device.otherUnit.isEmpty())
        return device.otherAddress;
    return device.otherUnitAddress.isEmpty() ? device.address : device.otherUnitAddress;
}

} // namespace ui
