// SPDX-License-Identifier: GPL-3.0-or-later
// A look into an image: its partition table, and the file systems that libblkid recognizes.
#pragma once

#include "core/model.h"
#include "imaging/pack.h"

namespace core
{

// Reads a few chunks of the pack; blocks. What cannot be read is left out.
[[nodiscard]] ImageFacts lookInto(const imaging::PackReader &pack);

} // namespace core
