// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store.h"

#include "core/lost_history.h"
#include "core/store_database.h"
#include "core/store_flushes.h"
#include "core/store_queue.h"
#include "core/store_recovery.h"
#include "core/store_reserve.h"
#include "imaging/signal_stack.h"

#include <QSet>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

namespace core
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// After a failed write it is tried again this much later, or with the next change.
constexpr auto retryInterval = 2s;

// The setting of rows that were left out at the last start, in words.
constexpr QLatin1StringView rowsLeftOutKey{"rows-left-out"};

} // namespace

struct Store::State {
    using LoadPromise = std::promise<Result<Snapshot>>;

    std::mutex mutex;
    std::condition_variable wake;    // the thread
    std::condition_variable written; // who waits in flush()
    ChangeQueue queue;
    std::optional<LoadPromise> loadRequest;
    FlushTickets flushes;
    bool stopping = false;
    bool retrying = false;        // what is queued failed once; do not spin
    std::optional<Failure> error; // of a write
    std::deque<Failure> notices;
    QString recoveryNotice;              // one of these, which the database keeps until it is taken
    std::optional<StoreReserve> reserve; // the thread's own, as is the database
    std::thread thread;

    void add(Change change);
    void run(const QString &path, std::promise<Result<void>> opened);
    [[nodiscard]] Result<void> open(StoreDatabase &database);
    [[nodiscard]] Result<void> openSound(StoreDatabase &database);
    [[nodiscard]] Result<void> startAnew(StoreDatabase &database, const QString &why);
    [[nodiscard]] Result<Snapshot> load(StoreDatabase &database);
    void noteLeftOut(Snapshot &snapshot, const std::vector<RejectedRows> &rejected);
    [[nodiscard]] Result<void> write(StoreDatabase &database, std::vector<Change> &changes,
                                     std::vector<Change> &dropped);
    void report(const Failure &notice);
    void reportRecovery(const QString &notice);
    [[nodiscard]] std::optional<Failure> takeError();
    void serve(StoreDatabase &database);
    void waitForWork(std::unique_lock<std::mutex> &lock);
    [[nodiscard]] bool hasWork() const;
    void writeQueue(StoreDatabase &database, std::unique_lock<std::mutex> &lock);
    [[nodiscard]] bool flush(const JobId &job);
    void answerLoad(StoreDatabase &database, std::unique_lock<std::mutex> &lock);
    [[nodiscard]] Result<void> start(const QString &path);
    void stop();
};

void Store::State::add(Change change)
{
    const std::lock_guard lock(mutex);
    queue.add(std::move(change));
    retrying = false;
    wake.notify_one();
}

Result<void> Store::State::start(const QString &path)
{
    std::promise<Result<void>> opened;
    auto result = opened.get_future();
    thread = std::thread(
        [this, path, promise = std::move(opened)]() mutable { run(path, std::move(promise)); });
    return result.get();
}

void Store::State::stop()
{
    {
        const std::lock_guard lock(mutex);
        stopping = true;
        wake.notify_one();
    }
    if (thread.joinable())
        thread.join();
}

void Store::State::run(const QString &path, std::promise<Result<void>> opened)
{
    const imaging::SignalStack signalStack;
    StoreDatabase database(path);
    reserve.emplace(path);
    const auto result = open(database);
    opened.set_value(result);
    if (!result)
        return;
    reserve->renew();
    serve(database);
}

Result<void> Store::State::open(StoreDatabase &database)
{
    if (const auto finished = finishRebuild(database.path()); !finished)
        return finished;
    if (isEmptied(database.path())) {
        return startAnew(database,
                         u"database %1: empty or missing, its log is there"_s.arg(database.path()));
    }
    const auto opened = openSound(database);
    if (!opened && opened.failure().code == FailureCode::DatabaseDamaged)
        return startAnew(database, opened.failure().detail);
    return opened;
}

Result<void> Store::State::openSound(StoreDatabase &database)
{
    const auto isFull = [](const Result<void> &result) {
        return !result && result.failure().code == FailureCode::StorageFull;
    };
    auto result = database.open();
    if (isFull(result) && reserve->release())
        result = database.open();
    if (isFull(result))
        result = database.openOnFullDisk();
    if (result)
        reportRecovery(database.setting(recoveryNoticeKey));
    return result;
}

Result<void> Store::State::startAnew(StoreDatabase &database, const QString &why)
{
    database.close();
    const auto rebuilt = rebuildDatabase(database.path(), why, *reserve);
    return rebuilt ? openSound(database) : rebuilt;
}

// Damage that the first look at the file does not show.
Result<Snapshot> Store::State::load(StoreDatabase &database)
{
    std::vector<RejectedRows> rejected;
    auto snapshot = database.load(rejected);
    if (!snapshot && snapshot.failure().code == FailureCode::DatabaseDamaged) {
        if (const auto begun = startAnew(database, snapshot.failure().detail); !begun)
            return begun.failure();
        rejected.clear();
        snapshot = database.load(rejected);
    }
    for (const RejectedRows &rows : rejected)
        report(rows.notice);
    if (snapshot) {
        snapshot->settings.remove(recoveryNoticeKey);
        noteLeftOut(*snapshot, rejected);
    }
    return snapshot;
}

// Without these rows nobody knows which devices are done, no less than after damage. The same ones
// at the next start are no news: the operator may have decided by then.
void Store::State::noteLeftOut(Snapshot &snapshot, const std::vector<RejectedRows> &rejected)
{
    QStringList leftOut;
    for (const RejectedRows &rows : rejected) {
        for (const QString &name : rows.names) {
            if (rows.table != "image"_L1)
                leftOut << rows.table + u' ' + name;
        }
    }
    const QString text = leftOut.join(u'\n');
    const QString before = snapshot.settings.value(rowsLeftOutKey);
    if (text == before)
        return;
    snapshot.settings.insert(rowsLeftOutKey, text);
    add(Setting{rowsLeftOutKey, text});
    const QStringList lines = before.split(u'\n');
    const QSet<QString> known(lines.begin(), lines.end());
    if (std::all_of(leftOut.begin(), leftOut.end(),
                    [&known](const QString &row) { return known.contains(row); }))
        return;
    snapshot.settings.insert(lostHistoryKey, historyWasLost);
    add(Setting{lostHistoryKey, historyWasLost});
}

// Of this start, or of one that was killed before it could tell.
void Store::State::reportRecovery(const QString &notice)
{
    const std::lock_guard lock(mutex);
    if (notice.isEmpty())
        return;
    recoveryNotice = notice;
    notices.push_back({FailureCode::DatabaseDamaged, {}, notice});
}

std::optional<Failure> Store::State::takeError()
{
    const std::lock_guard lock(mutex);
    if (notices.empty())
        return std::exchange(error, std::nullopt);
    Failure notice = std::move(notices.front());
    notices.pop_front();
    if (!recoveryNotice.isEmpty() && notice.detail == recoveryNotice) {
        recoveryNotice.clear();
        queue.add(Removal{"setting"_L1, "key"_L1, recoveryNoticeKey});
        wake.notify_one();
    }
    return notice;
}

void Store::State::report(const Failure &notice)
{
    const std::lock_guard lock(mutex);
    notices.push_back(notice);
}

Result<void> Store::State::write(StoreDatabase &database, std::vector<Change> &changes,
                                 std::vector<Change> &dropped)
{
    const auto result = database.write(changes, &dropped);
    const bool full = !result && result.failure().code == FailureCode::StorageFull;
    if (full && !changes.empty() && reserve->release())
        (void)database.write(changes, &dropped); // and say all the same that the disk is full
    else if (result)
        reserve->renew();
    return result;
}

void Store::State::serve(StoreDatabase &database)
{
    std::unique_lock lock(mutex);
    while (true) {
        waitForWork(lock);
        const bool last = stopping;
        const quint64 asked = flushes.newest();
        if (loadRequest)
            answerLoad(database, lock);
        writeQueue(database, lock);
        flushes.answer(asked);
        written.notify_all();
        if (last)
            return;
    }
}

bool Store::State::hasWork() const
{
    return stopping || loadRequest || flushes.areWaiting() || (!queue.isEmpty() && !retrying);
}

void Store::State::waitForWork(std::unique_lock<std::mutex> &lock)
{
    if (retrying)
        wake.wait_for(lock, retryInterval, [this] { return hasWork(); });
    else
        wake.wait(lock, [this] { return hasWork(); });
}

void Store::State::writeQueue(StoreDatabase &database, std::unique_lock<std::mutex> &lock)
{
    std::vector<Change> changes = queue.take();
    if (changes.empty())
        return;
    const QSet<JobId> tried = FlushTickets::jobsIn(changes);
    std::vector<Change> dropped;
    lock.unlock();
    const auto result = write(database, changes, dropped);
    lock.lock();
    if (!result && !error)
        error = result.failure();
    retrying = !changes.empty();
    flushes.noteWrite(tried, changes, dropped);
    queue.putBack(std::move(changes));
}

bool Store::State::flush(const JobId &job)
{
    std::unique_lock lock(mutex);
    const quint64 ticket = flushes.take(job);
    wake.notify_one();
    written.wait(lock, [this, ticket] { return flushes.isAnswered(ticket); });
    return flushes.collect(ticket);
}

void Store::State::answerLoad(StoreDatabase &database, std::unique_lock<std::mutex> &lock)
{
    LoadPromise promise = std::move(*loadRequest);
    loadRequest.reset();
    lock.unlock();
    promise.set_value(load(database));
    lock.lock();
}

Result<std::unique_ptr<Store>> Store::open(const QString &path)
{
    auto state = std::make_unique<State>();
    const auto opened = state->start(path);
    if (opened)
        return std::unique_ptr<Store>(new Store(std::move(state)));
    state->stop();
    return opened.failure();
}

Store::Store(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Store::~Store()
{
    m_state->stop();
}

Result<Snapshot> Store::load()
{
    State::LoadPromise promise;
    auto snapshot = promise.get_future();
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->loadRequest = std::move(promise);
        m_state->wake.notify_one();
    }
    return snapshot.get();
}

void Store::save(const Device &device)
{
    m_state->add(device);
}

void Store::save(const Job &job)
{
    m_state->add(job);
}

void Store::save(const Image &image)
{
    m_state->add(image);
}

void Store::removeDevice(MacAddress mac)
{
    m_state->add(Removal{"device"_L1, "mac"_L1, mac.toString()});
}

void Store::removeJob(const JobId &id)
{
    m_state->add(Removal{"job"_L1, "id"_L1, id});
}

void Store::removeImage(const ImageId &id)
{
    m_state->add(Removal{"image"_L1, "id"_L1, id});
}

void Store::saveSetting(const QString &key, const QString &value)
{
    m_state->add(Setting{key, value});
}

bool Store::flush(const JobId &job)
{
    return m_state->flush(job);
}

std::optional<Failure> Store::takeError()
{
    return m_state->takeError();
}

void Store::report(const Failure &notice)
{
    m_state->report(notice);
}

} // namespace core
