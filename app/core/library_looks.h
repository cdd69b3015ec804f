// SPDX-License-Identifier: GPL-3.0-or-later
// How the library looks at disks that may not answer, always on other threads; a test gives it
// looks of its own.
#pragma once

#include "core/clocks.h"
#include "core/pack_glances.h"

namespace core
{

struct LibraryLooks {
    PackGlances::Look pack = PackGlances::glanceAt;
    Clock steady = steadyClock; // measures how long a pack's disk has not answered
};

} // namespace core
