// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device_logs.h"

namespace core
{

using protocol::MacAddress;

void DeviceLogs::add(MacAddress mac, const QList<protocol::LogLine> &lines,
                     const QDateTime &received)
{
    if (lines.isEmpty())
        return;
    makeRoom(mac);
    Log &log = m_logs[mac];
    for (const protocol::LogLine &line : lines)
        log.entries.append({received, line});
    const qsizetype excess = log.entries.size() - maxLinesPerDevice;
    if (excess > 0) {
        log.entries.remove(0, excess);
        log.dropped += excess;
    }
}

void DeviceLogs::makeRoom(MacAddress newcomer)
{
    m_order.removeOne(newcomer);
    m_order.append(newcomer);
    while (m_order.size() > maxDevices)
        m_logs.remove(m_order.takeFirst());
}

void DeviceLogs::remove(MacAddress mac)
{
    m_order.removeOne(mac);
    m_logs.remove(mac);
}

const DeviceLogs::Log *DeviceLogs::find(MacAddress mac) const
{
    const auto found = m_logs.constFind(mac);
    return found == m_logs.constEnd() ? nullptr : &*found;
}

} // namespace core
