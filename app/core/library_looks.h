// SPDX-License-Identifier: GPL-3.0-or-later
// How the library looks at disks that may not answer, always on other threads; a test gives it
// looks of its own.
#pragma once

#include "core/clocks.h"
#include "core/import/sidecar_stamp.h"
#include "core/pack_glances.h"

#include <chrono>
#include <functional>

namespace core
{

// A folder of images that has not answered for so long is told of as that.
inline constexpr std::chrono::seconds sourcePatience{10};

struct LibraryLooks {
    std::function<QString(const QString &path)> sidecars = sidecarStamp;
    std::chrono::milliseconds patience = sourcePatience; // with an image's own folder
    PackGlances::Look pack = PackGlances::glanceAt;
    Clock steady = steadyClock; // measures how long a pack's disk has not answered
};

} // namespace core
