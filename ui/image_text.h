// SPDX-License-Identifier: GPL-3.0-or-later
// What is told of an image's inside, in words.
#pragma once

#include "core/model.h"

#include <QString>

namespace ui
{

// "GPT, 2 partitions"; "no partition table" for a bare file system. Empty when nothing is known.
[[nodiscard]] QString tableText(const core::ImageFacts &facts);

// A line per partition: "1  vfat “bootfs”, 256.0 MiB, 60.0 MiB used".
[[nodiscard]] QString partitionsText(const core::ImageFacts &facts);

// "agrees with SHA256SUMS, golden.bmap"; empty when there was nothing to compare with.
[[nodiscard]] QString checkedText(const QStringList &checkedBy);

} // namespace ui
