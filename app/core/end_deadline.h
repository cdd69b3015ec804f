// SPDX-License-Identifier: GPL-3.0-or-later
// Ends the process although something does not end: a thread that reads from a share whose server
// is gone comes back when that does, and whoever stops the station does not wait for it.
//
//     EndDeadline deadline(20s); // before what takes its time to end
//     …
//     deadline.begin(code);      // everything that counts is on the disk by then, or soon after
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace core
{

class EndDeadline
{
public:
    explicit EndDeadline(std::chrono::milliseconds limit) : m_limit(limit) {}
    ~EndDeadline(); // it has ended in time
    EndDeadline(const EndDeadline &) = delete;
    EndDeadline &operator=(const EndDeadline &) = delete;

    // Once: from now on the process ends with `code` after the limit, as a kill would end it.
    void begin(int code);

private:
    void wait(int code);

    const std::chrono::milliseconds m_limit;
    std::mutex m_mutex;
    std::condition_variable m_ended;
    bool m_over = false;
    std::thread m_thread;
};

} // namespace core
