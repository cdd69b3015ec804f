// SPDX-License-Identifier: GPL-3.0-or-later
// Copies a file as cheaply as the file systems allow: shared blocks, then copying in the kernel,
// then by hand.
#pragma once

#include "protocol/result.h"

#include <QString>

#include <atomic>

namespace core
{

// Into the empty file `target`. ImageUnreadable for `source`, StorageFull and StationIoError for
// the target, Cancelled.
[[nodiscard]] protocol::Result<void> copyFile(const QString &source, int target,
                                              const std::atomic<bool> &cancelled);

} // namespace core
