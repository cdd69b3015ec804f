// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a cable is plugged in. Asked by ioctl and not by /sys, which shows the interfaces of the
// network namespace that it was mounted in.
#pragma once

#include <QString>

namespace netboot
{

struct LinkFacts {
    bool up = false;        // switched on
    bool connected = false; // somebody is at the other end
    int megabits = 0;       // per second; 0: not told
    bool made = false;      // by software: a bridge, a virtual machine's or a container's
};

// All false for an interface that is not there.
[[nodiscard]] LinkFacts readLink(const QString &interface);

} // namespace netboot
