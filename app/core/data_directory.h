// SPDX-License-Identifier: GPL-3.0-or-later
// The station's own directory: images, database, secrets. It is nobody else's, and one station's at
// a time.
#pragma once

#include "core/files.h"

#include <functional>

namespace core
{

// Whether a file keeps the mode that it was given; FAT, exFAT and NTFS keep none.
[[nodiscard]] bool keepsModes(int descriptor);

// Makes the directory when it is missing, closes it to all others, and holds it for as long as the
// descriptor lives; the system lets go of it when the process dies, however it dies. Access that
// was given to the directory's group stays. StationIoError: not to be created or written;
// DeviceInUse: another station holds it; DataDirUnsuitable: its file system has no permissions or
// no locks.
[[nodiscard]] protocol::Result<FileDescriptor>
holdDataDirectory(const QString &path, const std::function<bool(int)> &modesKept = keepsModes);

} // namespace core
