// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/send_turns.h"

#include <algorithm>
#include <utility>

namespace http
{

using std::chrono::steady_clock;

namespace
{

// How often somebody who waits looks whether it is still worth it.
constexpr std::chrono::milliseconds lookInterval{25};

} // namespace

SendTurns::Sender::Sender(SendTurns &turns, std::function<bool()> givenUp)
    : m_turns(turns), m_givenUp(std::move(givenUp))
{
}

SendTurns::Sender::~Sender()
{
    const std::lock_guard lock(m_turns.m_mutex);
    m_turns.give(*this);
}

qint64 SendTurns::Sender::next()
{
    Lock lock(m_turns.m_mutex);
    if (m_holds && m_left <= 0 && !m_turns.m_waiting.empty())
        m_turns.give(*this);
    if (!m_holds && !m_turns.waitForTurn(*this, lock))
        return 0;
    const TurnLimits &limits = m_turns.m_limits;
    if (m_left <= 0)
        m_left = limits.shareBytes;
    return m_turns.m_waiting.empty() ? limits.sliceBytes
                                     : std::min(m_left, limits.contendedSliceBytes);
}

void SendTurns::Sender::sent(qint64 bytes)
{
    const std::lock_guard lock(m_turns.m_mutex);
    m_left -= bytes;
    if (bytes > 0)
        m_moved = steady_clock::now();
}

int SendTurns::Sender::unsentLimit() const
{
    const std::lock_guard lock(m_turns.m_mutex);
    const bool few = m_turns.m_waiting.empty() && m_turns.m_holders.size() > 1;
    return few ? 0 : m_turns.m_limits.unsentBytes;
}

int SendTurns::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return int(m_waiting.size());
}

bool SendTurns::waitForTurn(Sender &sender, Lock &lock)
{
    const auto place = m_waiting.insert(m_waiting.end(), &sender);
    const auto isNext = [&] { return m_waiting.front() == &sender && hasRoom(); };
    bool leaving = false;
    while (!leaving && !sender.m_turn.wait_for(lock, lookInterval, isNext)) {
        passSlow();
        leaving = sender.m_givenUp();
    }
    m_waiting.erase(place);
    if (!leaving)
        take(sender);
    wakeFirst();
    return !leaving;
}

void SendTurns::take(Sender &sender)
{
    sender.m_holds = true;
    sender.m_left = std::min(sender.m_left + m_limits.shareBytes, m_limits.mostBytes);
    sender.m_taken = sender.m_moved = steady_clock::now();
    m_holders.push_back(&sender);
}

void SendTurns::give(Sender &sender)
{
    if (!std::exchange(sender.m_holds, false))
        return;
    m_holders.remove(&sender);
    wakeFirst();
}

// Whoever takes too long loses its place, and hears of it when it asks for the next one.
void SendTurns::passSlow()
{
    const auto now = steady_clock::now();
    m_holders.remove_if([&](Sender *holder) {
        const bool slow =
            now - holder->m_moved > m_limits.stillness || now - holder->m_taken > m_limits.longest;
        holder->m_holds = holder->m_holds && !slow;
        return slow;
    });
    wakeFirst();
}

// Under the mutex, so that nobody is woken who is gone.
void SendTurns::wakeFirst()
{
    if (!m_waiting.empty() && hasRoom())
        m_waiting.front()->m_turn.notify_one();
}

} // namespace http
