// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that answers when the test lets it: whoever asks it is held until then. It outlives the
// test, as a thread that hangs does.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

namespace bench
{

class HungDisk
{
public:
    // On the asking thread.
    void ask()
    {
        std::unique_lock lock(m_mutex);
        ++m_asked;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_answers; });
        ++m_answered;
        m_changed.notify_all();
    }

    void answer(bool answers = true)
    {
        const std::lock_guard lock(m_mutex);
        m_answers = answers;
        m_changed.notify_all();
    }

    [[nodiscard]] int asked() const
    {
        const std::lock_guard lock(m_mutex);
        return m_asked;
    }

    [[nodiscard]] int answered() const
    {
        const std::lock_guard lock(m_mutex);
        return m_answered;
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_answers = false;
    int m_asked = 0;
    int m_answered = 0;
};

using HungDiskPtr = std::shared_ptr<HungDisk>;

} // namespace bench
