// SPDX-License-Identifier: GPL-3.0-or-later
// Reads whole packs and compares them with their maps, in the background: disks lose bits, and
// people overwrite files. One after another on a thread of the lowest priority, with bounded I/O,
// and only while nothing is transferred, unless somebody waits for the answer. Lives on the main
// thread.
#pragma once

#include "core/files.h"
#include "core/mailbox.h"
#include "core/task_thread.h"
#include "imaging/pack.h"

#include <QStringList>

#include <atomic>
#include <functional>
#include <memory>

namespace core
{

// Of the disk, while nobody waits.
inline constexpr qint64 packCheckBytesPerSecond = 50'000'000;

// What the running check is told meanwhile; thread-safe.
struct PackCheckControl {
    std::atomic_bool cancelled = false;
    std::atomic_bool urgent = false; // as fast as the disk is
    std::atomic_bool busy = false;   // transfers want the disk
    std::atomic_bool stopping = false;
};

// A pack that was opened, with the file as it was then.
struct OpenedPack {
    std::shared_ptr<const imaging::PackReader> pack;
    FileStamp stamp;
};

// Of the file's tail alone. PackDamaged when it is none, or another image's; ImageUnreadable when
// it is not there or cannot be opened.
[[nodiscard]] protocol::Result<OpenedPack> openPack(const QString &path, const QString &identity);

// As openPack(), and all of its frames. Cancelled.
[[nodiscard]] protocol::Result<OpenedPack>
checkWholePack(const QString &path, const QString &identity, const PackCheckControl &control);

class PackChecker
{
public:
    using Verdict =
        std::function<void(const QString &identity, const protocol::Result<OpenedPack> &)>;
    // `verdict` is called from the event loop, but not for a check that was cancelled.
    explicit PackChecker(Verdict verdict);
    ~PackChecker(); // breaks off

    // Once, however often it is asked for. An urgent one goes before the others.
    void check(const QString &identity, const QString &path, bool urgent);
    void cancel(const QString &identity);
    [[nodiscard]] bool
    isWaitedFor(const QString &identity) const; // asked for as urgent, no verdict
    void setBusy(bool busy) { m_control->busy = busy; }

private:
    struct Order {
        QString identity;
        QString path;
        bool urgent = false;
        bool again = false; // asked for once more after it was cancelled
    };

    void begin();
    void finish(const QString &identity, const protocol::Result<OpenedPack> &result);
    Order *find(const QString &identity);

    Verdict m_verdict;
    QList<Order> m_orders; // the first is under way
    bool m_running = false;
    std::shared_ptr<PackCheckControl> m_control;
    Mailbox m_finished;
    TaskThread m_thread{TaskPriority::Lowest}; // the last: it uses the others
};

} // namespace core
