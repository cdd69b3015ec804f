// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a device can take an image. No I/O: by what the device and the library told.
#pragma once

#include "core/model.h"
#include "imaging/pack.h"

namespace core
{

// DeviceTooSmall with both sizes; DeviceIsSdCard unless that is allowed. A device that is smaller
// than the image takes it only at full level, where what is beyond its end reads as zero, and only
// when `image`, the library's entry if it is there, has a partition table that says so.
[[nodiscard]] protocol::Result<void> checkFit(const Device &device, const imaging::PackReader &pack,
                                              const JobOptions &options, const Image *image);

} // namespace core
