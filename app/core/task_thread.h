// SPDX-License-Identifier: GPL-3.0-or-later
// One thread that does one task after another. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace core
{

enum class TaskPriority {
    Normal,
    Lowest, // nice 19: only what nobody else wants
};

class TaskThread
{
public:
    explicit TaskThread(TaskPriority priority = TaskPriority::Normal);
    ~TaskThread(); // does not begin what has not begun; waits for the task that runs
    TaskThread(const TaskThread &) = delete;
    TaskThread &operator=(const TaskThread &) = delete;

    void submit(std::function<void()> task);
    void drain(); // waits until all that was submitted is done

private:
    void run(TaskPriority priority);

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_tasks;
    std::condition_variable m_idle;
    bool m_working = false;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace core
