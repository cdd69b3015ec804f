// SPDX-License-Identifier: GPL-3.0-or-later
// What the service changes on the machine's network, and how it is put back: the interface's
// address and link, forwarding and masquerading to the uplink. Each change is in the journal before
// it is made.
#pragma once

#include "netboot/helper/journal.h"
#include "netboot/helper/machine_facts.h"
#include "netboot/helper/wish.h"

#include <functional>

namespace netboot
{

using SaveJournal = std::function<protocol::Result<void>(const Journal &)>;

// NetbootFailed, ProgramMissing; what was done until then stands in the journal.
[[nodiscard]] protocol::Result<void> changeNetwork(const ServiceWish &wish,
                                                   const MachineFacts &facts, Journal &journal,
                                                   const SaveJournal &save);

// Puts everything back, as far as it is still as the service made it; ends dnsmasq first.
// Forwarding stays on where the whole machine forwards by now (conf/all/forwarding). Returns what
// was put back, in words. What cannot be put back is in `left`, in words.
[[nodiscard]] QStringList putBack(const Journal &journal, QStringList *left);

// The rules of nftables for devices behind `wish.address`. `closed`: interfaces that forwarded
// nothing before: nothing but the devices' own traffic may pass them.
[[nodiscard]] QByteArray packetFilterRules(const ServiceWish &wish, const QStringList &closed);

} // namespace netboot
