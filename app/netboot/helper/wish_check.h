// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a wish may be granted. The helper runs with root rights and believes nobody: every value
// that reaches a configuration file, a command line or the kernel has passed here.
#pragma once

#include "netboot/helper/machine_facts.h"
#include "netboot/helper/wish.h"

namespace netboot
{

// Letters, digits, '.', '_' and '-', at most 15: narrower than the kernel's rule (any byte but '/'
// and white space), so that a name means nothing else to nft or dnsmasq.
[[nodiscard]] bool isPlainInterfaceName(const QString &name);

// The wish with what it left open filled in (proxy: the interface's own address).
// InterfaceUnusable, InterfaceIsUplink, AddressUnusable, UplinkUnusable.
[[nodiscard]] protocol::Result<ServiceWish> checkNetwork(ServiceWish wish,
                                                         const MachineFacts &facts);

// The canonical path of the folder with the boot files. TftpRootUnusable unless it is a folder that
// everybody can read (the service runs without rights of its own) and not everybody can write, none
// of the system's own, and without a symbolic link that leads out of it.
[[nodiscard]] protocol::Result<QString> checkTftpRoot(const QString &path);

} // namespace netboot
