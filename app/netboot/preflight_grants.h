// SPDX-License-Identifier: GPL-3.0-or-later
// What the root helper would not grant, found out before it is asked: by its own rules
// (helper/wish_check.h). Parts of judge().
#pragma once

#include "netboot/preflight.h"

#include <optional>

namespace netboot
{

// Why the helper would refuse to serve this plan on this machine, its uplink apart.
// InterfaceUnusable, InterfaceIsUplink, AddressUnusable.
[[nodiscard]] std::optional<protocol::Failure> refusal(const PreflightPlan &plan,
                                                       const MachineFacts &machine);

// Of Check::HttpPort: devices do not reach the address that the station listens on.
[[nodiscard]] std::optional<Finding> judgeListening(const PreflightPlan &plan,
                                                    const MachineFacts &machine);

// Of Check::Uplink, for a plan that has one. nullopt: the packet filter's rules are not known.
[[nodiscard]] std::optional<Finding> judgeUplink(const PreflightPlan &plan,
                                                 const Observations &seen);

} // namespace netboot
