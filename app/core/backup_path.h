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
    struct Part {
        FileDescriptor file;
        std::optional<BackupJournal::Contents> record; // of one that was there; none: a new one
    };
    // Opens or makes the .part and locks it: two sinks never write one file. One that was there
    // must be told of by `journal`, which is that of a new one on return. DestinationUnwritable,
    // also for a file that the station did not make; StorageFull.
    [[nodiscard]] protocol::Result<Part> openPart(BackupJournal &journal) const;

    // Removes what is left of a backup of that owner, if it is provably the station's own;
    // `identity` is that of its .part where it was written down elsewhere, 0: it was not.
    static void removeLeftovers(const QString &path, const QString &owner, quint64 identity);

private:
    [[nodiscard]] protocol::Result<Part> takeUp(FileDescriptor file) const;
    [[nodiscard]] protocol::Result<Part> make(BackupJournal &journal) const;
    [[nodiscard]] bool isReplaced(const BackupJournal::Contents &record, int part) const;
    QString m_path;
    BackupFormat m_format = BackupFormat::Pack;
};

} // namespace core
