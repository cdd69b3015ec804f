// SPDX-License-Identifier: GPL-3.0-or-later
// What an interrupted deploy of the same image has left on the device need not be sent again. No
// note is kept of it: the device itself is asked, so that a client that was killed, a power cut and
// another station's client are all the same, and what was never durable does not count.
#pragma once

#include "netclient/device_verifier.h"

namespace netclient
{

// DATA chunks of the plan that are still to be written, ascending. Reads from the lowest chunk on
// and gives up where the device holds other bytes than the image: a device that has never had it
// costs one chunk. The veil's chunks are always among them. Cancelled. Adds to the progress what
// was read.
[[nodiscard]] protocol::Result<std::vector<quint64>> missingChunks(const WritePlan &plan,
                                                                   DeviceVerifier &verifier);

} // namespace netclient
