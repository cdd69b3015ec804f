// SPDX-License-Identifier: GPL-3.0-or-later
// Backups whose destination is being opened, each on a thread that nobody waits for: a disk or a
// share may take its time, or never answer. Lives on the main thread.
#pragma once

#include "core/backup_opener.h"
#include "core/folder_errands.h"
#include "core/path_turns.h"

#include <QList>
#include <QObject>

#include <chrono>
#include <functional>
#include <memory>

namespace core
{

class BackupOpenings
{
public:
    using Opener = std::function<SinkResult(const BackupRegister &, const BackupOrder &)>;
    // Called from the event loop, once for each; Cancelled when nobody wanted it any more, and then
    // nothing of it is left but what is on record.
    using Opened = std::function<void(const QString &job, const SinkResult &result)>;

    // `errands` ends before this. A job that was there before the station was restarted is opened
    // later where too many folders do not answer; another one is refused with FoldersBusy.
    BackupOpenings(FolderErrands &errands, BackupRegister known, Opener opener, Opened opened);

    // `nowMs`: steady. One after the other where they have the same path.
    void open(const BackupOrder &order, qint64 nowMs);
    // Removes what is left of a job that has ended, and its entry; in turn with what is opened at
    // that path. `isInUse` is asked when its turn has come: another job is at work there, and the
    // entry alone goes.
    using InUse = std::function<bool()>;
    void clear(const QString &job, const QString &path, const InUse &isInUse);
    // The job has ended: what is opened for it, perhaps much later, is discarded by the thread that
    // has opened it. False: it was not being opened.
    bool cancel(const QString &job);
    [[nodiscard]] bool contains(const QString &job) const; // wanted, and not opened yet
    struct Waiting {
        QString job;
        std::chrono::milliseconds time;
    };
    [[nodiscard]] QList<Waiting> waiting(qint64 nowMs) const; // those that contains() is true for

private:
    struct Work;
    struct Opening {
        QString job;
        QString path;
        qint64 since = 0;
        std::shared_ptr<Work> work;
    };

    [[nodiscard]] Opening *find(const QString &job);
    void begin(const QString &job);
    void finish(const QString &job, const protocol::Result<void> &done);
    void discard(const QString &job, const std::shared_ptr<Work> &work);

    FolderErrands &m_errands;
    BackupRegister m_known;
    Opener m_opener;
    Opened m_opened;
    PathTurns m_turns;
    QList<Opening> m_openings; // in the order in which they came
    QObject m_timers;          // context of those that are tried again
};

} // namespace core
