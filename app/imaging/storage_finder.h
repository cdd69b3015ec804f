// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the eMMC by what it is, never by its name: /dev/mmcblk0 may be an SD card, and with a
// mainline device tree the eMMC may be mmcblk1. Source: Documentation/ABI/testing/sysfs-bus-mmc,
// /sys/block/*/device/{type,name,cid}.
#pragma once

#include "protocol/messages.h"

namespace imaging
{

struct FoundStorage {
    QString devicePath; // e.g. /dev/mmcblk0
    protocol::StorageFacts facts;
};

// `sysBlock` is /sys/block, `dev` /dev, or a test's copies. Boot and RPMB partitions and
// removable-less partitions are left out. One device of type MMC: that. Several: DeviceAmbiguous,
// naming them. None: with `allowSd` the one of type SD (several: DeviceAmbiguous), without it
// DeviceIsSdCard if there is one, else DeviceNotFound; that too when what bears the device's name
// is no block device.
[[nodiscard]] protocol::Result<FoundStorage> findStorage(const QString &sysBlock,
                                                         const QString &dev, bool allowSd);

// Facts of a device or file that was named explicitly: type "file", "block", or what sysfs says.
[[nodiscard]] protocol::Result<FoundStorage> describeStorage(const QString &path,
                                                             const QString &sysBlock);

} // namespace imaging
