// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/device_log.h"

#include "protocol/messages.h"

#include <QJsonArray>

#include <algorithm>

namespace protocol
{

using namespace Qt::StringLiterals;

namespace
{

// Consoles and lists show one line: control characters have no business there.
QString cleaned(QString text)
{
    text.truncate(maxLogText);
    for (QChar &c : text) {
        if (c.category() == QChar::Other_Control)
            c = u' ';
    }
    return text;
}

LogLine lineFrom(const QJsonObject &object)
{
    return {std::max<qint64>(0, object.value("uptime_ms"_L1).toInteger()),
            cleaned(object.value("text"_L1).toString())};
}

} // namespace

QJsonObject toJson(const LogLine &line)
{
    return {{"uptime_ms"_L1, line.uptimeMs}, {"text"_L1, line.text}};
}

QJsonObject toJson(const DeviceLog &log)
{
    QJsonArray lines;
    for (const LogLine &line : log.lines)
        lines.append(toJson(line));
    return {{"mac"_L1, log.mac.toString()}, {"lines"_L1, lines}};
}

Result<DeviceLog> parseDeviceLog(const QByteArray &body)
{
    const auto object = parseObject(body);
    if (!object)
        return object.failure();
    const auto mac = MacAddress::parse(object->value("mac"_L1).toString());
    if (!mac)
        return Failure{FailureCode::BadRequest, Stage::None,
                       u"mac is missing or not an Ethernet address"_s};
    if (!object->value("lines"_L1).isArray())
        return Failure{FailureCode::BadRequest, Stage::None, u"lines is not a list"_s};
    const QJsonArray lines = object->value("lines"_L1).toArray();
    DeviceLog log{*mac, {}};
    for (qsizetype i = 0; i < std::min(lines.size(), maxLogLines); ++i)
        log.lines.append(lineFrom(lines[i].toObject()));
    return log;
}

} // namespace protocol
