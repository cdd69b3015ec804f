// SPDX-License-Identifier: GPL-3.0-or-later
// Copies a file as cheaply as the file systems allow: shared blocks, then copying in the kernel,
// then by hand.
#pragma once

#include "protocol/result.h"

#include <QString>

#include <functional>

namespace core
{

// Into the empty file `target`. `mayGoOn` is asked before every few MiB that need room, and its
// failure ends the copy. ImageUnreadable for `source`, StorageFull and StationIoError for the
// target.
[[nodiscard]] protocol::Result<void>
copyFile(const QString &source, int target, const std::function<protocol::Result<void>()> &mayGoOn);

} // namespace core
