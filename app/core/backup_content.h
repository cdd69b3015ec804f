// SPDX-License-Identifier: GPL-3.0-or-later
// Judges a plain backup by what is in it.
#pragma once

#include "core/backup_path.h"

namespace core
{

// BackupTruncated when the partition table in a finished .part, `size` bytes of image, tells of
// more than there is: a dd that died ends its stream as cleanly as one that was done. `descriptor`
// is the .part's.
[[nodiscard]] protocol::Result<void> checkTableEnd(const BackupPath &path, int descriptor,
                                                   qint64 size);

} // namespace core
