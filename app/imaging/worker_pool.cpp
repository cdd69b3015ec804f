// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chunk_packer.h"

#include "imaging/signal_stack.h"
#include "protocol/guarded.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <vector>

namespace imaging
{

namespace
{

// Added to what the process was started with. The threads that feed a link or a device need little
// time, but need it at once: where all cores compress, a link stood still for tenths of its time.
constexpr int niceness = 5;

} // namespace

struct WorkerPool::State {
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::function<void()>> queue;
    bool ending = false;
    std::vector<std::thread> threads;
    std::atomic<std::chrono::nanoseconds::rep> busy = 0;

    void work()
    {
        const SignalStack signalStack;
        // On Linux a thread has a nice value of its own, nice(2).
        (void)!::nice(niceness);
        std::unique_lock lock(mutex);
        for (;;) {
            wake.wait(lock, [this] { return ending || !queue.empty(); });
            if (queue.empty())
                return;
            const std::function<void()> task = std::move(queue.front());
            queue.pop_front();
            lock.unlock();
            perform(task);
            lock.lock();
        }
    }

    void perform(const std::function<void()> &task)
    {
        using std::chrono::steady_clock;
        const auto begin = steady_clock::now();
        const auto done = protocol::guarded([&task] {
            task();
            return protocol::Result<void>();
        });
        if (!done)
            qCritical("a task of the pool: %s", qPrintable(done.failure().detail));
        busy += std::chrono::nanoseconds(steady_clock::now() - begin).count();
    }
};

WorkerPool::WorkerPool(int threads) : m_state(std::make_unique<State>())
{
    const int cores = std::max(1, int(std::thread::hardware_concurrency()));
    for (int i = threads > 0 ? threads : cores; i > 0; --i)
        m_state->threads.emplace_back([state = m_state.get()] { state->work(); });
}

WorkerPool::~WorkerPool()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->ending = true;
    }
    m_state->wake.notify_all();
    for (std::thread &thread : m_state->threads)
        thread.join();
}

int WorkerPool::threads() const
{
    return int(m_state->threads.size());
}

std::chrono::nanoseconds WorkerPool::busyTime() const
{
    return std::chrono::nanoseconds(m_state->busy.load());
}

void WorkerPool::submit(std::function<void()> task)
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->queue.push_back(std::move(task));
    }
    m_state->wake.notify_one();
}

} // namespace imaging
