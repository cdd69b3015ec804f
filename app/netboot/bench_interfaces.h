// SPDX-License-Identifier: GPL-3.0-or-later
// Which of this computer's network interfaces may lead to the bench.
#pragma once

#include "netboot/helper/machine_facts.h"
#include "netboot/link_facts.h"

#include <QHash>

namespace netboot
{

// Ethernet, and unless `proxy` none that leads out. The likeliest first: cards before what software
// has made, those with somebody at the other end before others.
[[nodiscard]] QStringList benchInterfaces(const MachineFacts &machine,
                                          const QHash<QString, LinkFacts> &links, bool proxy);

// Of all interfaces of the machine.
[[nodiscard]] QHash<QString, LinkFacts> readLinks(const MachineFacts &machine);

} // namespace netboot
