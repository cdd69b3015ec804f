// SPDX-License-Identifier: GPL-3.0-or-later
// A backup that is asked for proof: the device is read again, past the cache, and has to be what
// was stored. Finds a device that returns wrong bytes now and then, and one that was written to.
#pragma once

#include "imaging/block_device.h"
#include "imaging/block_map.h"
#include "imaging/used_blocks.h"
#include "netclient/job_context.h"

namespace netclient
{

// `free`: what counts as zero, as at the first time. BackupMismatch at the first chunk that
// differs; DeviceReadError, Cancelled.
[[nodiscard]] protocol::Result<void> readAgain(JobContext context, imaging::BlockIo &device,
                                               const std::vector<imaging::ByteExtent> &free,
                                               const imaging::BlockMap &stored);

} // namespace netclient
