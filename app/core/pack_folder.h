// SPDX-License-Identifier: GPL-3.0-or-later
// The folder of the library's packs: their names, and who may give or take them. Packs lie there as
// IDENTITY.img.zst, imports under way as IMPORT-ID.part. Thread-safe.
#pragma once

#include "protocol/result.h"

#include <QDir>
#include <QStringList>

#include <mutex>

namespace core
{

class PackFolder
{
public:
    explicit PackFolder(const QString &path);

    [[nodiscard]] QString packPath(const QString &identity) const;
    [[nodiscard]] QString partPath(const QString &importId) const;

    // Imports begin anew after a restart, so no .part is of use to anybody.
    void removeParts() const;

    // Gives a flushed .part its name, durably, in place of a pack of the same image: whoever reads
    // that one goes on doing so. Until release(), remove() leaves it alone, though no entry of the
    // library has it yet. StationIoError, StorageFull; the .part is gone then.
    [[nodiscard]] protocol::Result<void> adopt(const QString &part, const QString &identity);
    void release(const QString &identity);
    void remove(const QString &identity);

private:
    const QDir m_folder;
    std::mutex m_mutex;
    QStringList m_adopted;
};

} // namespace core
