// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the range of addresses is large enough for the devices that were seen.
#pragma once

#include "netboot/preflight.h"

namespace netboot
{

// The machines in the text of dnsmasq's file of leases that have not ended.
[[nodiscard]] QList<MacAddress> leasesIn(const QByteArray &leases, qint64 nowSeconds);
// Of the service's own file; none where it cannot be read.
[[nodiscard]] QList<MacAddress> readLeases();

// nullopt: another server gives the addresses, or the plan does not say which ones.
[[nodiscard]] std::optional<Finding> judgeRange(const PreflightPlan &plan,
                                                const QList<MacAddress> &leases);

} // namespace netboot
