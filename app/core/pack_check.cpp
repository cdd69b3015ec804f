// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pack_check.h"

#include "core/crash_marks.h"
#include "core/guarded.h"

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <thread>
#include <vector>

namespace core
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using std::chrono::steady_clock;

namespace
{

constexpr auto pause = 50ms; // between looks at what the check is told

Failure damaged(const QString &path, const QString &why)
{
    return {FailureCode::PackDamaged, Stage::Check, u"%1: %2"_s.arg(path, why)};
}

// Keeps a check at its speed, and back while others want the disk.
class Pace
{
public:
    explicit Pace(const PackCheckControl &control) : m_control(control) {}

    // Before `bytes` more are read.
    void wait(qint64 bytes)
    {
        while (!isOver() && !m_control.urgent && (m_control.busy || steady_clock::now() < m_due))
            std::this_thread::sleep_for(pause);
        const auto cost = std::chrono::nanoseconds(bytes * 1'000'000'000 / packCheckBytesPerSecond);
        m_due = std::max(m_due, steady_clock::now()) + cost;
    }
    [[nodiscard]] bool isOver() const { return m_control.cancelled || m_control.stopping; }
    // What the page cache has is not what the disk has; who waits wants it soon.
    [[nodiscard]] bool wantsDisk() const { return !m_control.urgent; }

private:
    const PackCheckControl &m_control;
    steady_clock::time_point m_due;
};

Result<void> checkFrame(const OpenedPack &opened, const QString &path, quint64 index,
                        std::span<std::byte> chunk, bool fromDisk)
{
    const imaging::PackTail &tail = opened.pack->tail();
    if (fromDisk) {
        (void)::posix_fadvise(opened.pack->descriptor(), tail.frameOffset(index),
                              tail.frameBytes(index), POSIX_FADV_DONTNEED);
    }
    const auto read = opened.pack->readChunk(index, chunk.first(tail.map().length(index)));
    if (read)
        return read;
    // A disk that stutters says nothing of the bytes.
    if (read.failure().code == FailureCode::StationIoError)
        return Failure{FailureCode::ImageUnreadable, Stage::Check,
                       u"%1: %2"_s.arg(path, read.failure().detail)};
    return damaged(path, read.failure().detail);
}

} // namespace

Result<OpenedPack> openPack(const QString &path, const QString &identity)
{
    // Before it is read, so that a change meanwhile shows afterwards.
    const auto stamp = fileStamp(path);
    const auto pack = imaging::PackReader::open(path);
    if (!pack && pack.failure().code == FailureCode::ImageUnreadable)
        return pack.failure();
    if (!pack)
        return damaged(path, pack.failure().detail);
    if (imaging::toHex((*pack)->tail().map().identity()) != identity)
        return damaged(path, u"holds another image"_s);
    return OpenedPack{*pack, stamp.value_or(FileStamp())};
}

Result<OpenedPack> checkWholePack(const QString &path, const QString &identity,
                                  const PackCheckControl &control)
{
    auto opened = openPack(path, identity);
    if (!opened)
        return opened;
    Pace pace(control);
    std::vector<std::byte> chunk(imaging::chunkBytes);
    const imaging::BlockMap &map = opened->pack->tail().map();
    for (quint64 index = 0; index < map.count(); ++index) {
        // Nobody reads the frames of ZERO chunks: the map tells it all.
        if (map.entry(index).kind == imaging::ChunkKind::Zero)
            continue;
        pace.wait(opened->pack->tail().frameBytes(index));
        if (pace.isOver())
            return Failure{FailureCode::Cancelled, Stage::Check, identity};
        const auto right = checkFrame(*opened, path, index, chunk, pace.wantsDisk());
        if (!right)
            return right.failure();
    }
    return opened;
}

PackChecker::PackChecker(Verdict verdict)
    : m_verdict(std::move(verdict)), m_control(std::make_shared<PackCheckControl>())
{
}

PackChecker::~PackChecker()
{
    m_control->stopping = true;
}

PackChecker::Order *PackChecker::find(const QString &identity)
{
    const auto it = std::find_if(m_orders.begin(), m_orders.end(),
                                 [&](const Order &order) { return order.identity == identity; });
    return it == m_orders.end() ? nullptr : &*it;
}

void PackChecker::check(const QString &identity, const QString &path, bool urgent)
{
    Order *known = find(identity);
    if (!known) {
        const qsizetype place = urgent && m_running ? 1 : m_orders.size();
        m_orders.insert(place, {identity, path, urgent});
    } else if (known == m_orders.constData() && m_control->cancelled) {
        known->again = true;
        known->urgent = urgent;
    } else if (urgent && !known->urgent) {
        known->urgent = true;
        const qsizetype from = known - m_orders.data();
        if (from > 1)
            m_orders.move(from, 1);
    }
    // What is under way goes out of the way of what somebody waits for.
    const bool waited = std::any_of(m_orders.cbegin(), m_orders.cend(),
                                    [](const Order &order) { return order.urgent; });
    m_control->urgent = waited;
    begin();
}

void PackChecker::cancel(const QString &identity)
{
    const Order *known = find(identity);
    if (!known)
        return;
    if (m_running && known == m_orders.constData())
        m_control->cancelled = true;
    else
        m_orders.remove(known - m_orders.constData());
}

bool PackChecker::isWaitedFor(const QString &identity) const
{
    return std::any_of(m_orders.cbegin(), m_orders.cend(), [&](const Order &order) {
        return order.urgent && order.identity == identity;
    });
}

void PackChecker::begin()
{
    if (m_running || m_orders.isEmpty())
        return;
    m_running = true;
    m_control->cancelled = false;
    m_control->urgent = std::any_of(m_orders.cbegin(), m_orders.cend(),
                                    [](const Order &order) { return order.urgent; });
    m_thread.submit([this, order = m_orders.constFirst(), control = m_control] {
        const CrashLabel label("pack", order.identity);
        const auto result = guarded<OpenedPack>(
            [&] { return checkWholePack(order.path, order.identity, *control); }, Stage::Check);
        m_finished.post([this, order, result] { finish(order.identity, result); });
    });
}

void PackChecker::finish(const QString &identity, const Result<OpenedPack> &result)
{
    m_running = false;
    const Order order = m_orders.takeFirst();
    const bool told = result || result.failure().code != FailureCode::Cancelled;
    if (order.again)
        m_orders.append({order.identity, order.path, order.urgent});
    begin();
    if (told && !order.again)
        m_verdict(identity, result);
}

} // namespace core
