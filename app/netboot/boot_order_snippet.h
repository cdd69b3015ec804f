// SPDX-License-Identifier: GPL-3.0-or-later
// A cloud-init document that sets BOOT_ORDER in a device's EEPROM when the deployed Raspberry Pi OS
// starts for the first time, by rpi-eeprom-config. The station itself never writes an EEPROM.
//
// On a Compute Module 4 rpi-eeprom-update is switched off and the EEPROM can only be written in
// place by flashrom, which needs three lines in config.txt and a restart (README.md of
// github.com/raspberrypi/rpi-eeprom, "Compute Module 4 / 4S"). The snippet does that: the lines are
// added, the device restarts once, the order is written, the lines are taken away again.
#pragma once

#include "netboot/boot_order.h"

#include <QByteArray>

namespace netboot
{

// Precondition: order.isUsable(). The script alone, for tests and for images without cloud-init.
[[nodiscard]] QByteArray bootOrderScript(BootOrder order);

// Precondition: order.isUsable(). A whole "#cloud-config" document, UTF-8.
[[nodiscard]] QByteArray bootOrderCloudConfig(BootOrder order);

inline constexpr QLatin1StringView bootOrderCloudConfigName{"boot-order.cloud-config.yaml"};

} // namespace netboot
