// SPDX-License-Identifier: GPL-3.0-or-later
// The folder of the library's packs: their names, and who may give or take them. Packs lie there as
// IDENTITY.img.zst, each with its record IDENTITY.json beside it, imports under way as
// IMPORT-ID.part. What else lies there is not the station's and is left alone. Thread-safe; keep(),
// remove() and note() neither touch the disk on the caller's thread nor wait for it.
#pragma once

#include "core/pack_record.h"
#include "core/task_thread.h"
#include "protocol/result.h"

#include <QDir>
#include <QSet>
#include <QStringList>

#include <mutex>

namespace core
{

class PackFolder
{
public:
    explicit PackFolder(const QString &path);
    ~PackFolder(); // waits for removals

    // Also what it is called at an image origin, which may be a copy of the folder.
    [[nodiscard]] static QString packName(const QString &identity);
    [[nodiscard]] QString packPath(const QString &identity) const;
    [[nodiscard]] QString partPath(const QString &importId) const;

    // Imports begin anew after a restart, so no .part is of use to anybody.
    void removeParts() const;

    // Gives a flushed .part its name, durably, in place of a pack of the same image: whoever reads
    // that one goes on doing so. Until release(), remove() leaves it alone, though no entry of the
    // library has it yet. StationIoError, StorageFull; the .part is gone then.
    // `record` is there before the name is, so that no pack is without one.
    [[nodiscard]] protocol::Result<void> adopt(const QString &part, const QString &identity,
                                               const PackRecord &record);
    void release(const QString &identity);

    // Whether the pack is wanted; remove() has a thread remove it unless it is by then, or was
    // adopted. Whoever reads it goes on doing so.
    void keep(const QString &identity);
    void remove(const QString &identity);
    // Identities by the names of what lies there; what is in such a file is for the reader to find.
    [[nodiscard]] QStringList packs() const;

    // Has a thread write down what is known of a pack that is there.
    void note(const QString &identity, const PackRecord &record);
    // nullopt when there is none, or none that makes sense.
    [[nodiscard]] std::optional<PackRecord> record(const QString &identity) const;

private:
    void removeUnlessWanted(const QString &identity);
    [[nodiscard]] QString recordPath(const QString &identity) const;
    [[nodiscard]] protocol::Result<void> writeRecord(const QString &identity,
                                                     const PackRecord &record) const;

    QDir m_folder;
    mutable std::mutex m_mutex;
    mutable std::mutex m_recordMutex; // while a record is written, under no other
    QStringList m_adopted;
    QSet<QString> m_kept;
    TaskThread m_remover; // the last: it uses the others
};

} // namespace core
