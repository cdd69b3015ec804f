// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store.h"

#include "core/store_database.h"
#include "core/store_queue.h"

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

namespace core
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using protocol::Failure;
using protocol::Result;

namespace
{

// After a failed write it is tried again this much later, or with the next change.
constexpr auto retryInterval = 2s;

} // namespace

struct Store::State {
    using LoadPromise = std::promise<Result<Snapshot>>;

    std::mutex mutex;
    std::condition_variable wake;    // the thread
    std::condition_variable written; // who waits in flush()
    ChangeQueue queue;
    std::optional<LoadPromise> loadRequest;
    quint64 flushesAsked = 0;
    quint64 flushesDone = 0;
    bool stopping = false;
    bool retrying = false; // what is queued failed once; do not spin
    std::optional<Failure> error;
    std::thread thread;

    void add(Change change);
    void run(const QString &path, std::promise<Result<void>> opened);
    void serve(StoreDatabase &database);
    void waitForWork(std::unique_lock<std::mutex> &lock);
    [[nodiscard]] bool hasWork() const;
    void writeQueue(StoreDatabase &database, std::unique_lock<std::mutex> &lock);
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
    StoreDatabase database(path);
    const auto result = database.open();
    opened.set_value(result);
    if (result)
        serve(database);
}

void Store::State::serve(StoreDatabase &database)
{
    std::unique_lock lock(mutex);
    while (true) {
        waitForWork(lock);
        const bool last = stopping;
        const quint64 flushes = flushesAsked;
        if (loadRequest)
            answerLoad(database, lock);
        writeQueue(database, lock);
        flushesDone = flushes;
        written.notify_all();
        if (last)
            return;
    }
}

bool Store::State::hasWork() const
{
    return stopping || loadRequest || flushesAsked > flushesDone || (!queue.isEmpty() && !retrying);
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
    lock.unlock();
    const auto result = database.write(changes);
    lock.lock();
    if (!result && !error)
        error = result.failure();
    retrying = !changes.empty();
    queue.putBack(std::move(changes));
}

void Store::State::answerLoad(StoreDatabase &database, std::unique_lock<std::mutex> &lock)
{
    LoadPromise promise = std::move(*loadRequest);
    loadRequest.reset();
    lock.unlock();
    promise.set_value(database.load());
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

void Store::flush()
{
    std::unique_lock lock(m_state->mutex);
    const quint64 ticket = ++m_state->flushesAsked;
    m_state->wake.notify_one();
    m_state->written.wait(lock, [this, ticket] { return m_state->flushesDone >= ticket; });
}

std::optional<Failure> Store::takeError()
{
    const std::lock_guard lock(m_state->mutex);
    return std::exchange(m_state->error, std::nullopt);
}

} // namespace core
