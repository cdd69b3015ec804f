// SPDX-License-Identifier: GPL-3.0-or-later
// A look into an image: its partition table, the file systems that libblkid recognizes, and what is
// doubtful about it.
#pragma once

#include "core/model.h"
#include "imaging/pack.h"

namespace core
{

struct ImageLook {
    ImageFacts facts;
    QList<ImageWarning> warnings; // see core/image_warnings.h
};

// Reads a few chunks of the pack; blocks. What cannot be read is left out.
[[nodiscard]] ImageLook lookInto(const imaging::PackReader &pack);

} // namespace core
