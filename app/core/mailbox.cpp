// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox.h"

#include <QCoreApplication>
#include <QEvent>

#include <utility>

namespace core
{

namespace
{

const auto callWaits = QEvent::Type(QEvent::registerEventType());

} // namespace

Mailbox::Mailbox(QObject *parent) : QObject(parent) {}

void Mailbox::post(std::function<void()> call)
{
    const std::lock_guard lock(m_mutex);
    m_calls.push_back(std::move(call));
    QCoreApplication::postEvent(this, new QEvent(callWaits));
}

void Mailbox::deliver()
{
    while (makeNext()) {
    }
}

// One call for an event, so that a call that runs an event loop of its own lets the next ones in.
bool Mailbox::makeNext()
{
    std::function<void()> call;
    {
        const std::lock_guard lock(m_mutex);
        if (m_calls.empty()) // made by deliver()
            return false;
        call = std::move(m_calls.front());
        m_calls.pop_front();
    }
    call(); // may be the end of this
    return true;
}

bool Mailbox::event(QEvent *event)
{
    // The event, too, is handed over by the mutex: post() made it under that.
    std::unique_lock lock(m_mutex);
    const bool isCall = event->type() == callWaits;
    lock.unlock();
    if (!isCall)
        return QObject::event(event);
    makeNext();
    return true;
}

} // namespace core
