// SPDX-License-Identifier: GPL-3.0-or-later
// What a device's program says, line by line, on its way to the station: POST /api/device-log.
#pragma once

#include "protocol/mac_address.h"
#include "protocol/result.h"

#include <QJsonObject>
#include <QList>
#include <QString>

namespace protocol
{

// Of one message, and of one line; what is longer is cut.
inline constexpr qsizetype maxLogLines = 200;
inline constexpr qsizetype maxLogText = 300; // characters

struct LogLine {
    qint64 uptimeMs = 0; // since the device was switched on
    QString text;        // English, as on the device's console

    friend bool operator==(const LogLine &, const LogLine &) = default;
};

struct DeviceLog {
    MacAddress mac;
    QList<LogLine> lines; // oldest first
};

[[nodiscard]] QJsonObject toJson(const LogLine &line);
[[nodiscard]] QJsonObject toJson(const DeviceLog &log);
[[nodiscard]] Result<DeviceLog> parseDeviceLog(const QByteArray &body);

} // namespace protocol
