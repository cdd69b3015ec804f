// SPDX-License-Identifier: GPL-3.0-or-later
// File names for backups.
#pragma once

#include "core/model.h"

#include <QDate>
#include <QSet>

namespace ui
{

// "<model-or-mac>-<date>.img.zst", of characters that every file system takes.
[[nodiscard]] QString backupName(const core::Device &device, QDate date);

// For one of several devices: the MAC is part of the name, and a number where such a file exists or
// is in `taken`. Looks at the disk: not for the main thread.
[[nodiscard]] QString uniqueBackupPath(const QString &folder, const core::Device &device,
                                       QDate date, QSet<QString> &taken);

// With .img.zst or .img at its end; `.img` where the second file type was chosen.
[[nodiscard]] QString withImageSuffix(const QString &path, bool raw);

} // namespace ui
