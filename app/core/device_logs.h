// SPDX-License-Identifier: GPL-3.0-or-later
// The last lines that each device's program said. Bounded in lines and in devices; in memory alone.
#pragma once

#include "protocol/device_log.h"

#include <QDateTime>
#include <QHash>
#include <QList>

namespace core
{

class DeviceLogs
{
public:
    static constexpr qsizetype maxLinesPerDevice = 500;
    // Beyond it the log that was added to longest ago goes: some 300 KB each, at worst.
    static constexpr qsizetype maxDevices = 100;

    struct Entry {
        QDateTime received; // by the station's clock; the device's may not be set yet
        protocol::LogLine line;
    };
    struct Log {
        QList<Entry> entries; // oldest first
        qint64 dropped = 0;   // older ones, which are gone
    };

    void add(protocol::MacAddress mac, const QList<protocol::LogLine> &lines,
             const QDateTime &received);
    void remove(protocol::MacAddress mac);
    // Null: nothing was said. Valid until the next add() or remove().
    [[nodiscard]] const Log *find(protocol::MacAddress mac) const;

private:
    void makeRoom(protocol::MacAddress newcomer);

    QHash<protocol::MacAddress, Log> m_logs;
    QList<protocol::MacAddress> m_order; // the one added to longest ago first
};

} // namespace core
