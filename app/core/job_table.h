// SPDX-License-Identifier: GPL-3.0-or-later
// The station's jobs, oldest first, ended ones included, with their index.
#pragma once

#include "core/job_index.h"

#include <QSet>

namespace core
{

class JobTable
{
public:
    JobTable() = default;
    // `formers`: see separate().
    explicit JobTable(QList<Job> jobs, QHash<MacAddress, JobId> formers = {});

    [[nodiscard]] const QList<Job> &list() const { return m_list; }
    // Null: none. Pointers are valid until the next add() or remove().
    [[nodiscard]] Job *find(const JobId &id);
    [[nodiscard]] Job *findByToken(const QString &token);  // of those that are not ended
    [[nodiscard]] const Job *latest(MacAddress mac) const; // see separate()
    [[nodiscard]] Job *active(MacAddress mac);             // the one that is not ended
    [[nodiscard]] bool hadAny(MacAddress mac) const { return m_index.latest(mac).has_value(); }
    // All of the device's, oldest first; of more than `most` the newest.
    [[nodiscard]] QList<Job> of(MacAddress mac, qsizetype most) const;
    [[nodiscard]] qsizetype countOf(MacAddress mac) const { return m_index.of(mac).size(); }
    [[nodiscard]] QList<Job *> active(); // those that are not ended, oldest first
    [[nodiscard]] QList<JobId> activeIds() const;

    Job &add(const Job &job);
    void noteEnd(const Job &job) { m_index.close(job.id); } // it has ended just now
    void remove(const QSet<JobId> &ids);
    // What was done so far was another board's of this MAC: latest() is null until the next job.
    void separate(MacAddress mac);
    // The last job of each former board, to be kept over a restart.
    [[nodiscard]] const QHash<MacAddress, JobId> &formers() const { return m_formers; }

private:
    void index();

    QList<Job> m_list;
    JobIndex m_index;
    QHash<MacAddress, JobId> m_formers;
};

} // namespace core
