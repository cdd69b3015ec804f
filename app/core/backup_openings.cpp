// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_openings.h"

#include <QFileInfo>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <utility>

namespace core
{

using namespace std::chrono_literals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr auto tryAgainAfter = 1s;

} // namespace

// Shared with the thread, which may outlive everything else.
struct BackupOpenings::Work {
    Work(BackupRegister begun, Opener how, BackupOrder what)
        : known(std::move(begun)), opener(std::move(how)), order(std::move(what))
    {
    }

    BackupRegister known;
    Opener opener;
    BackupOrder order;
    std::atomic_bool unwanted = false;
    // The thread's until it has ended, the main thread's then.
    SinkResult result = Failure{FailureCode::Cancelled, Stage::Receive, {}};

    void open()
    {
        if (unwanted)
            return;
        result = opener(known, order);
        order.before.reset();
        if (unwanted)
            discard();
    }

    // Half a backup lies there already, and folders come back.
    [[nodiscard]] bool isWorthAnotherTry(const Result<void> &done) const
    {
        return !done && done.failure().code == FailureCode::FoldersBusy && order.resumed &&
               !unwanted;
    }

    void discard()
    {
        const SinkResult opened =
            std::exchange(result, Failure{FailureCode::Cancelled, Stage::Receive, {}});
        if (opened)
            (*opened)->discard();
    }
};

BackupOpenings::BackupOpenings(FolderErrands &errands, BackupRegister known, Opener opener,
                               Opened opened)
    : m_errands(errands),
      m_known(std::move(known)),
      m_opener(std::move(opener)),
      m_opened(std::move(opened))
{
}

void BackupOpenings::open(const BackupOrder &order, qint64 nowMs)
{
    auto work = std::make_shared<Work>(m_known, m_opener, order);
    m_openings.append({order.job, order.path, nowMs, std::move(work)});
    m_turns.take(order.path, [this, job = order.job] { begin(job); });
}

// By then it may be another job's: what the two have in common is that one's.
void BackupOpenings::clear(const QString &job, const QString &path, const InUse &isInUse)
{
    m_turns.take(path, [this, job, path, isInUse] {
        const auto clear = [known = m_known, job, taken = isInUse()]() -> Result<void> {
            if (taken)
                known.remove(job);
            else
                known.clear(job);
            return {};
        };
        m_errands.run<void>(QFileInfo(path).path(), clear,
                            [this, path](const Result<void> &) { m_turns.end(path); });
    });
}

bool BackupOpenings::cancel(const QString &job)
{
    Opening *opening = find(job);
    if (!opening || opening->work->unwanted)
        return false;
    opening->work->unwanted = true;
    return true;
}

bool BackupOpenings::contains(const QString &job) const
{
    return std::any_of(m_openings.begin(), m_openings.end(), [&job](const Opening &opening) {
        return opening.job == job && !opening.work->unwanted;
    });
}

QList<BackupOpenings::Waiting> BackupOpenings::waiting(qint64 nowMs) const
{
    QList<Waiting> list;
    for (const Opening &opening : m_openings) {
        if (!opening.work->unwanted)
            list.append({opening.job, std::chrono::milliseconds(nowMs - opening.since)});
    }
    return list;
}

BackupOpenings::Opening *BackupOpenings::find(const QString &job)
{
    const auto it = std::find_if(m_openings.begin(), m_openings.end(),
                                 [&job](const Opening &opening) { return opening.job == job; });
    return it == m_openings.end() ? nullptr : &*it;
}

void BackupOpenings::begin(const QString &job)
{
    const Opening &opening = *find(job);
    const auto open = [work = opening.work]() -> Result<void> {
        work->open();
        return {};
    };
    m_errands.run<void>(QFileInfo(opening.path).path(), open,
                        [this, job](const Result<void> &done) { finish(job, done); });
}

void BackupOpenings::finish(const QString &job, const Result<void> &done)
{
    const std::shared_ptr<Work> work = find(job)->work;
    // Between the thread's last look and now.
    if (work->unwanted && work->result && done) {
        discard(job, work);
        return;
    }
    if (work->isWorthAnotherTry(done)) {
        QTimer::singleShot(tryAgainAfter, &m_timers, [this, job] { begin(job); });
        return;
    }
    const QString path = find(job)->path;
    m_openings.removeIf([&job](const Opening &each) { return each.job == job; });
    const SinkResult result = std::move(work->result);
    m_opened(job, done ? result : SinkResult(done.failure()));
    m_turns.end(path); // the next may ask whether this one is at work there
}

void BackupOpenings::discard(const QString &job, const std::shared_ptr<Work> &work)
{
    const auto drop = [work]() -> Result<void> {
        work->discard();
        return {};
    };
    m_errands.run<void>(QFileInfo(find(job)->path).path(), drop,
                        [this, job](const Result<void> &done) { finish(job, done); });
}

} // namespace core
