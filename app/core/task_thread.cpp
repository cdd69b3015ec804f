// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/task_thread.h"

#include "imaging/signal_stack.h"

#include <QtGlobal>

#include <exception>
#include <sys/resource.h>
#include <unistd.h>

namespace core
{

TaskThread::TaskThread(TaskPriority priority) : m_thread([this, priority] { run(priority); }) {}

TaskThread::~TaskThread()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wake.notify_one();
    }
    m_thread.join();
}

void TaskThread::submit(std::function<void()> task)
{
    const std::lock_guard lock(m_mutex);
    m_tasks.push_back(std::move(task));
    m_wake.notify_one();
}

void TaskThread::drain()
{
    std::unique_lock lock(m_mutex);
    m_idle.wait(lock, [this] { return m_tasks.empty() && !m_working; });
}

// Whoever wants to know what became of a task catches what it throws itself, see guarded(); here
// only the program is kept from ending.
static void perform(const std::function<void()> &task)
{
    try {
        task();
    } catch (const std::exception &error) {
        qCritical("a background task ended early: %s", error.what());
    } catch (...) {
        qCritical("a background task ended early");
    }
}

void TaskThread::run(TaskPriority priority)
{
    const imaging::SignalStack signalStack;
    // On Linux a thread has a nice value of its own, setpriority(2).
    if (priority == TaskPriority::Lowest)
        (void)::setpriority(PRIO_PROCESS, id_t(::gettid()), 19);
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_stopping || !m_tasks.empty(); });
        if (m_stopping)
            return;
        auto task = std::move(m_tasks.front());
        m_tasks.pop_front();
        m_working = true;
        lock.unlock();
        perform(task);
        task = {}; // and what it holds
        lock.lock();
        m_working = false;
        m_idle.notify_all();
    }
}

} // namespace core
