// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer.h"

#include "core/crash_marks.h"

#include <algorithm>
#include <optional>

namespace core
{

using namespace std::chrono_literals;

void Coverage::add(qint64 first, qint64 length)
{
    if (length <= 0)
        return;
    qint64 end = first + length;
    auto next = m_ranges.upper_bound(first);
    if (next != m_ranges.begin() && std::prev(next)->second >= first)
        --next;
    while (next != m_ranges.end() && next->first <= end) {
        first = std::min(first, next->first);
        end = std::max(end, next->second);
        next = m_ranges.erase(next);
    }
    m_ranges.emplace(first, end);
}

bool Coverage::covers(qint64 size) const
{
    return m_ranges.size() == 1 && m_ranges.begin()->first == 0 && m_ranges.begin()->second >= size;
}

qint64 Coverage::bytes() const
{
    qint64 sum = 0;
    for (const auto &[first, end] : m_ranges)
        sum += end - first;
    return sum;
}

imaging::WorkTimes TransferClocks::times(JobKind kind) const
{
    const auto stored = storage.total();
    const auto processed = processors.total() - (kind == JobKind::Backup ? stored : 0ns);
    return {network.total(), processed, stored};
}

// What the thread of a connection works on while it is attached.
static std::optional<CrashLabel> &attached()
{
    thread_local std::optional<CrashLabel> label;
    return label;
}

quint64 Transfer::attach(std::function<void()> abort)
{
    std::unique_lock lock(m_mutex);
    const quint64 mine = ++m_lastConnection;
    while (m_connection != 0) {
        if (m_abort)
            m_abort();
        // A still newer connection may have asked meanwhile: then this one is the older.
        m_detached.wait(lock, [&] { return m_connection == 0 || mine != m_lastConnection; });
        if (mine != m_lastConnection)
            return 0;
    }
    if (m_dead || mine != m_lastConnection)
        return 0;
    m_connection = mine;
    m_abort = std::move(abort);
    attached().emplace("job", m_description.job);
    return mine;
}

bool Transfer::isCurrent(quint64 connection) const
{
    const std::lock_guard lock(m_mutex);
    return !m_dead && connection != 0 && m_connection == connection &&
           m_lastConnection == connection;
}

bool Transfer::detach(quint64 connection)
{
    attached().reset();
    const std::lock_guard lock(m_mutex);
    if (m_connection != connection)
        return false;
    m_connection = 0;
    m_abort = nullptr;
    m_detached.notify_all();
    return m_lastConnection == connection;
}

void Transfer::finish(quint64 connection)
{
    attached().reset();
    const std::lock_guard lock(m_mutex);
    if (m_connection != connection)
        return;
    m_dead = true;
    m_connection = 0;
    m_abort = nullptr;
    m_detached.notify_all();
}

void Transfer::end()
{
    m_dead = true;
    if (m_abort)
        m_abort();
    m_detached.notify_all();
}

void Transfer::kill()
{
    const std::lock_guard lock(m_mutex);
    end();
}

bool Transfer::claimCommit(quint64 connection)
{
    const std::lock_guard lock(m_mutex);
    if (m_dead || connection == 0 || m_connection != connection)
        return false;
    m_committing = true;
    return true;
}

bool Transfer::stop()
{
    const std::lock_guard lock(m_mutex);
    if (m_committing)
        return false;
    end();
    return true;
}

bool Transfer::isDead() const
{
    const std::lock_guard lock(m_mutex);
    return m_dead;
}

bool Transfer::isAttached() const
{
    const std::lock_guard lock(m_mutex);
    return m_connection != 0;
}

void Transfer::setPeer(const QString &address, const QString &session)
{
    const std::lock_guard lock(m_mutex);
    m_peer = address;
    m_session = session.toLatin1();
}

bool Transfer::mayUse(const QString &peer) const
{
    const std::lock_guard lock(m_mutex);
    return m_peer == peer;
}

bool Transfer::isSession(const QByteArray &session) const
{
    const std::lock_guard lock(m_mutex);
    return m_session.isEmpty() || m_session == session;
}

void Transfer::restartCoverage()
{
    const std::lock_guard lock(m_mutex);
    m_coverage = {};
    done = 0;
}

void Transfer::addCoverage(qint64 first, qint64 length)
{
    const std::lock_guard lock(m_mutex);
    m_coverage.add(first, length);
    done = m_coverage.bytes();
}

bool Transfer::coversImage() const
{
    const std::lock_guard lock(m_mutex);
    return m_description.pack && m_coverage.covers(m_description.pack->tail().map().imageSize());
}

void TransferBoard::add(const std::shared_ptr<Transfer> &transfer)
{
    const std::lock_guard lock(m_mutex);
    m_transfers.insert(transfer->description().token, transfer);
}

void TransferBoard::remove(const QString &token)
{
    std::shared_ptr<Transfer> transfer;
    {
        const std::lock_guard lock(m_mutex);
        transfer = m_transfers.take(token);
    }
    if (transfer)
        transfer->kill();
}

std::shared_ptr<Transfer> TransferBoard::find(const QString &token) const
{
    const std::lock_guard lock(m_mutex);
    return m_transfers.value(token);
}

void TransferBoard::setEventHandler(EventHandler handler)
{
    const std::lock_guard lock(m_mutex);
    m_handler = std::move(handler);
}

void TransferBoard::post(const TransferEvent &event) const
{
    // Held over the call, so that a handler that was taken away is not running any more.
    const std::lock_guard lock(m_mutex);
    if (m_handler)
        m_handler(event);
}

} // namespace core
