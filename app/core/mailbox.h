// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that other threads leave for the thread in which the mailbox lives. They are made from its
// event loop, in the order in which they were left; what has not been made by the end of the
// mailbox is never made.
//
// Qt's queued calls would do, but their order is Qt's own secret: ThreadSanitizer, which does not
// see into Qt, takes whatever they hand over for a race, and to silence it there would hide real
// ones. Here a mutex orders the two sides, which it does see.
#pragma once

#include <QObject>

#include <deque>
#include <functional>
#include <mutex>

namespace core
{

class Mailbox : public QObject
{
public:
    explicit Mailbox(QObject *parent = nullptr);

    // Thread-safe; whoever calls sees to it that the mailbox outlives the call.
    void post(std::function<void()> call);

    // Makes at once all calls that have been left. In the mailbox's thread.
    void deliver();

protected:
    bool event(QEvent *event) override;

private:
    bool makeNext();

    std::mutex m_mutex;
    std::deque<std::function<void()>> m_calls; // an event is on its way for each
};

} // namespace core
