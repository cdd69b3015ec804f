// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/errands.h"

#include "imaging/signal_stack.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace core
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr int maxStuck = 64;

} // namespace

struct Errands::Shared {
    std::mutex mutex;
    std::condition_variable ended;
    int running = 0;
    std::unique_ptr<Mailbox> answers = std::make_unique<Mailbox>(); // null: nobody listens

    void finish(Answer answer)
    {
        const std::lock_guard lock(mutex);
        if (answers)
            answers->post(std::move(answer));
        --running;
        ended.notify_all();
    }
};

Errands::Errands(std::chrono::milliseconds farewell)
    : m_farewell(farewell), m_shared(std::make_shared<Shared>())
{
}

Errands::~Errands()
{
    std::unique_lock lock(m_shared->mutex);
    // Deleted here, in its own thread.
    const std::unique_ptr<Mailbox> unheard = std::move(m_shared->answers);
    m_shared->ended.wait_for(lock, m_farewell, [this] { return m_shared->running == 0; });
}

bool Errands::start(std::function<Answer()> work)
{
    {
        const std::lock_guard lock(m_shared->mutex);
        if (m_shared->running >= maxStuck)
            return false;
        ++m_shared->running;
    }
    try {
        std::thread([shared = m_shared, work = std::move(work)]() mutable {
            const imaging::SignalStack signalStack;
            Answer answer = work();
            work = {}; // and what it holds, before anybody hears
            shared->finish(std::move(answer));
        }).detach();
    } catch (const std::system_error &) { // no thread is to be had
        const std::lock_guard lock(m_shared->mutex);
        --m_shared->running;
        return false;
    }
    return true;
}

void Errands::post(Answer answer)
{
    m_shared->answers->post(std::move(answer));
}

protocol::Failure Errands::tooMany()
{
    return {protocol::FailureCode::FoldersBusy, {}, u"too many folders do not answer"_s};
}

} // namespace core
