// SPDX-License-Identifier: GPL-3.0-or-later
// What a BOOT_ORDER says, in words; for the window and for the command line.
#pragma once

#include "netboot/boot_order.h"
#include "ui/tone.h"

#include <QString>

namespace ui
{

[[nodiscard]] QString bootModeName(netboot::BootMode mode); // "eMMC or SD card"

// "Network, then eMMC or SD card, then from the start again"
[[nodiscard]] QString bootOrderSentence(netboot::BootOrder order);

// "0xf12: network, then eMMC or SD card, then from the start again", for lists and forms.
[[nodiscard]] QString bootOrderLine(netboot::BootOrder order);

[[nodiscard]] QString bootRemarkText(netboot::BootRemark remark, netboot::BootOrder order);
[[nodiscard]] Tone bootRemarkTone(netboot::BootRemark remark);

// Several lines of plain text: the order, its steps, what is to be said about it.
[[nodiscard]] QString bootOrderExplanation(netboot::BootOrder order);

} // namespace ui
