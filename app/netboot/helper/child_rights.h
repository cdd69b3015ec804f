// SPDX-License-Identifier: GPL-3.0-or-later
// What dnsmasq's process becomes between fork and exec: an ordinary user that may bind DHCP's and
// TFTP's ports and configure the network, and that dies with the helper.
#pragma once

#include "netboot/helper/run_folder.h"

namespace netboot
{

// Only system calls: runs in a forked child. Ends the child when a step fails.
//
// dnsmasq itself would begin as root and change its user, which clears PR_SET_PDEATHSIG (prctl(2));
// a helper that is killed would leave it behind.
void becomeServiceProcess(const ServiceUser &user, pid_t parent);

} // namespace netboot
