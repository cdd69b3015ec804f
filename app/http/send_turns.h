// SPDX-License-Identifier: GPL-3.0-or-later
// Turns by which many devices share one link evenly. TCP alone does not see to that: where packets
// wait in one queue, connections that are fast already get more, and with forty-eight of them the
// fastest had two and a half times what the slowest had. So only some send at the same time, each
// the same number of bytes, and then goes to the end of the line. Thread-safe; outlives its
// senders.
#pragma once

#include <QtGlobal>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>

namespace http
{

struct TurnLimits {
    // Enough to fill a link, and few beside those who wait: what a turn lasts longer for one than
    // for another counts little then. As many or fewer never wait.
    int atOnce = 8;
    qint64 shareBytes = 1024 * 1024; // of one turn, while others wait
    qint64 sliceBytes = 1024 * 1024; // of one call, when nobody waits
    // Likewise while others wait: small, so that who stands still is told from who is slow.
    qint64 contendedSliceBytes = 128 * 1024;
    // Who has sent nothing for so long, or has been at it for so long, holds nobody up: the next
    // one gets its place. What is left of its share is added to its next one,
    std::chrono::milliseconds stillness{100};
    std::chrono::milliseconds longest{400};
    qint64 mostBytes = 8 * 1024 * 1024; // up to this.
    // Of a socket: see unsentLimit().
    int unsentBytes = 128 * 1024;
};

class SendTurns
{
public:
    explicit SendTurns(TurnLimits limits = {}) : m_limits(limits) {}
    SendTurns(const SendTurns &) = delete;
    SendTurns &operator=(const SendTurns &) = delete;

    // One connection's part, on its own thread.
    class Sender
    {
    public:
        // `givenUp` is asked now and then while it waits.
        Sender(SendTurns &turns, std::function<bool()> givenUp);
        ~Sender();
        Sender(const Sender &) = delete;
        Sender &operator=(const Sender &) = delete;

        // Waits for its turn. How many bytes it may send before it asks again; 0: given up.
        [[nodiscard]] qint64 next();
        void sent(qint64 bytes);
        // For Socket::limitUnsent(), until next() is called again. Whoever has its turn shall have
        // it on the link: with megabytes in each socket it is TCP that deals out the link. For one
        // alone it keeps what is sent in the core's cache; for a few it only makes them wake more
        // often, and there is none.
        [[nodiscard]] int unsentLimit() const;

    private:
        friend class SendTurns;

        SendTurns &m_turns;
        const std::function<bool()> m_givenUp;
        // Under the mutex of m_turns:
        std::condition_variable m_turn;
        bool m_holds = false; // a place
        qint64 m_left = 0;    // bytes of its share
        std::chrono::steady_clock::time_point m_taken;
        std::chrono::steady_clock::time_point m_moved;
    };

    [[nodiscard]] int waiting() const;

private:
    using Lock = std::unique_lock<std::mutex>;

    // All under the mutex.
    [[nodiscard]] bool waitForTurn(Sender &sender, Lock &lock);
    [[nodiscard]] bool hasRoom() const { return m_holders.size() < size_t(m_limits.atOnce); }
    void take(Sender &sender);
    void give(Sender &sender);
    void passSlow();
    void wakeFirst();

    const TurnLimits m_limits;
    mutable std::mutex m_mutex;
    std::list<Sender *> m_holders;
    std::list<Sender *> m_waiting; // in the order in which they came
};

} // namespace http
