// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/watchdog.h"

#include "netclient/log.h"
#include "protocol/guarded.h"

#include <QFile>

#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace netclient
{

using namespace Qt::StringLiterals;

namespace
{

constexpr int hardwareSeconds = 15; // the most that BCM2711 can: 16 s in 20 bits of 65536 Hz

qint64 monotonicMs()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

} // namespace

void Heartbeat::beat()
{
    m_last = monotonicMs();
}

std::chrono::milliseconds Heartbeat::age() const
{
    return std::chrono::milliseconds(monotonicMs() - m_last);
}

Watchdog::Watchdog(const QString &path, const Heartbeat &heart, WatchdogTimes times)
    : m_heart(heart), m_times(times)
{
    m_fd = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CLOEXEC);
    if (m_fd < 0)
        return;
    int seconds = hardwareSeconds;
    (void)::ioctl(m_fd, WDIOC_SETTIMEOUT, &seconds); // what it cannot be told it keeps
    const bool isFed = protocol::survives("watchdog", [this, &path] {
        logLine(u"watchdog: on, %1"_s.arg(path));
        m_thread = std::thread([this] { run(); });
    });
    if (!isFed)
        close(); // it would restart a device that is at work
}

Watchdog::~Watchdog()
{
    if (m_fd < 0)
        return;
    m_stop.stop(StopReason::Interrupted);
    m_thread.join();
    close();
}

void Watchdog::close()
{
    (void)!::write(m_fd, "V", 1);
    ::close(m_fd);
    m_fd = -1;
}

void Watchdog::run()
{
    // Nothing here takes memory. Should it end all the same, the device restarts, and says so.
    protocol::survives("watchdog", [this] {
        do {
            if (m_heart.age() < m_times.patience)
                (void)!::write(m_fd, "", 1);
        } while (m_stop.sleep(m_times.feedInterval));
    });
}

} // namespace netclient
