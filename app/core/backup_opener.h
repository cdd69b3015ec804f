// SPDX-License-Identifier: GPL-3.0-or-later
// The first step of a backup: whether its destination will do, and that the station has begun it.
#pragma once

#include "core/backup_register.h"
#include "core/backup_sink.h"

#include <memory>

namespace core
{

struct BackupOrder {
    QString job;
    QString path;
    qint64 size = 0; // bytes of the device; 0: not told yet
    bool overwrite = false;
    bool resumed = false;               // the job was there before the station was restarted
    std::shared_ptr<BackupSink> before; // a backup to that path that was given up; may be null
};

using SinkResult = protocol::Result<std::shared_ptr<BackupSink>>;

// A folder, disk or share that has not answered for this long is told to people; one that has not
// for the other is given up.
inline constexpr std::chrono::seconds destinationPatience{10};
inline constexpr std::chrono::seconds destinationDeadline{600};

// As BackupSink::open(), and checkDestination(). A file at the final name that this very job has
// written, before a crash, may be replaced by it.
[[nodiscard]] SinkResult openDestination(const BackupRegister &known, const BackupOrder &order);

} // namespace core
