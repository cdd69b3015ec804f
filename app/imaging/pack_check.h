// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a pack on disk still is what was opened. Somebody may have cut, copied over or changed it
// since, and its disk may have gone bad. Reads no frames: these are checked by whoever unpacks
// them.
#pragma once

#include "imaging/pack.h"

#include <optional>

namespace imaging
{

// Cheap: that the file has its length. PackDamaged, StationIoError.
[[nodiscard]] protocol::Result<void> checkPackLength(const PackReader &pack);
// That what follows the frames, up to 40 bytes of every chunk, is what was read when it was opened.
// PackDamaged, StationIoError. Takes 64 KiB of memory.
[[nodiscard]] protocol::Result<void> checkPackTail(const PackReader &pack);
// After sending from `offset` on failed: the pack's fault, or nullopt where it is the network's.
[[nodiscard]] std::optional<protocol::Failure> packFaultAt(const PackReader &pack, qint64 offset);

// A failure of reading a pack, told as one of the station's own copy.
[[nodiscard]] protocol::Failure asPackDamage(protocol::Failure failure);

} // namespace imaging
