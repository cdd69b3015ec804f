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

// All that lies in a folder, as paths. Asks the disk once: not for the main thread.
[[nodiscard]] QSet<QString> pathsIn(const QString &folder);

// For one of several devices: the MAC is part of the name, and a number where that path is in
// `taken`, which it joins. Some file systems take capitals and small letters for the same.
[[nodiscard]] QString uniqueBackupPath(const QString &folder, const core::Device &device,
                                       QDate date, QSet<QString> &taken);

// With .img.zst or .img at its end; `.img` where the second file type was chosen.
[[nodiscard]] QString withImageSuffix(const QString &path, bool raw);

} // namespace ui
