// SPDX-License-Identifier: GPL-3.0-or-later
// Who waits for the database, and what each is told: what became of what was queued before he
// asked, by the write that covers it, whatever was written or dropped before he wakes up. Not
// thread-safe.
#pragma once

#include "core/store_queue.h"

#include <QSet>

#include <map>

namespace core
{

class FlushTickets
{
public:
    // Of everything, or of that job's row.
    [[nodiscard]] quint64 take(const JobId &job);
    [[nodiscard]] bool isAnswered(quint64 ticket) const { return ticket <= m_answered; }
    [[nodiscard]] bool collect(quint64 ticket); // once it is answered: whether it was kept

    [[nodiscard]] bool areWaiting() const { return m_newest > m_answered; }
    [[nodiscard]] quint64 newest() const { return m_newest; }
    [[nodiscard]] static QSet<JobId> jobsIn(const std::vector<Change> &changes);
    // `tried`: jobsIn() what was to be written; `left` is to be tried again, `dropped` never will.
    void noteWrite(const QSet<JobId> &tried, const std::vector<Change> &left,
                   const std::vector<Change> &dropped);
    // All tickets up to that one.
    void answer(quint64 ticket);

private:
    struct Waiting {
        JobId job; // empty: everything
        bool kept = true;
    };
    [[nodiscard]] bool isKept(const JobId &job) const;

    std::map<quint64, Waiting> m_waiting; // until they are collected
    quint64 m_newest = 0;
    quint64 m_answered = 0;
    bool m_left = false;       // by the last write
    bool m_dropped = false;    // since somebody was told who asked for everything
    QSet<JobId> m_leftJobs;    // by the last write
    QSet<JobId> m_droppedJobs; // and not written since
};

} // namespace core
