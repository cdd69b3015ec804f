// SPDX-License-Identifier: GPL-3.0-or-later
// Where a backup goes: its final name, the names beside it while it is unfinished, and whether that
// will do.
#pragma once

#include "core/backup_journal.h"
#include "core/files.h"

namespace core
{

class BackupPath
{
public:
    // BadRequest unless it ends in .img.zst or .img.
    [[nodiscard]] static protocol::Result<BackupPath> parse(const QString &path);

    [[nodiscard]] BackupFormat format() const { return m_format; }
    [[nodiscard]] const QString & final() const { return m_path; }
    [[nodiscard]] QString part() const;
    [[nodiscard]] QString journal() const;

    // DestinationUnwritable for a folder that is missing or no folder, or something else than a
    // file of that name; DestinationExists unless `overwrite`.
    [[nodiscard]] protocol::Result<void> check(bool overwrite) const;
    // Opens or makes the .part and locks it: two sinks never write one file. A new one has no
    // journal. DestinationUnwritable, StorageFull.
    [[nodiscard]] protocol::Result<FileDescriptor> openPart() const;

private:
    QString m_path;
    BackupFormat m_format = BackupFormat::Pack;
};

} // namespace core
