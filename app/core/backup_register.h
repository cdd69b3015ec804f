// SPDX-License-Identifier: GPL-3.0-or-later
// Which unfinished backups the station has begun, and where: one small file per job in its data
// directory, there before the backup's first file is made, gone when the database knows how the job
// ended. With it a crash leaves nothing that nobody knows of, and nothing of anybody else's is
// taken for the station's own. Thread-safe: each job's file is one thread's at a time.
#pragma once

#include "core/result_proof.h"
#include "protocol/result.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace core
{

class BackupRegister
{
public:
    struct Entry {
        QString path;               // the backup's final name
        quint64 part = 0;           // see BackupJournal::identityOf(); 0: not made yet
        quint64 result = 0;         // of a finished file that this job had written before, if any
        QList<ResultProof> results; // of those that it was about to give the name, where `part`
                                    // tells nothing; at most two
        void addResult(const ResultProof &proof);
    };

    // `directory` is made when it is needed; empty: nothing is kept.
    explicit BackupRegister(const QString &directory) : m_directory(directory) {}

    // Durable on return. StorageFull, StationIoError.
    [[nodiscard]] protocol::Result<void> write(const QString &job, const Entry &entry) const;
    [[nodiscard]] std::optional<Entry> read(const QString &job) const;
    void remove(const QString &job) const;
    [[nodiscard]] QStringList jobs() const;

    // Whether the file at the final name is one that this job has written. May read all of it: not
    // for the main thread.
    [[nodiscard]] bool isOwnResult(const QString &job, const QString &path) const;
    // Removes what is left of a job that has ended, or that nobody knows, and its entry.
    void clear(const QString &job) const;

private:
    [[nodiscard]] QString fileOf(const QString &job) const;

    QString m_directory;
};

} // namespace core
