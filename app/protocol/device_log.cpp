// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/device_log.h"

#include "protocol/json_fields.h"
#include "protocol/messages.h"

#include <QJsonArray>

#include <limits>

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

LogLine lineFrom(JsonFields &&line)
{
    return {line.number("uptime_ms"_L1, std::numeric_limits<qint64>::max()),
            cleaned(line.text("text"_L1, maxLogText))};
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
    JsonFields fields(*object);
    const auto mac = MacAddress::parse(fields.text("mac"_L1));
    if (!mac)
        return Failure{FailureCode::BadRequest, Stage::None,
                       u"mac is missing or not an Ethernet address"_s};
    if (!fields.has("lines"_L1))
        return Failure{FailureCode::BadRequest, Stage::None, u"lines is missing"_s};
    DeviceLog log{*mac, {}};
    auto lines = fields.objects("lines"_L1, maxLogLines);
    for (JsonFields &line : lines)
        log.lines.append(lineFrom(std::move(line)));
    if (const auto verdict = fields.verdict(); !verdict)
        return verdict.failure();
    return log;
}

} // namespace protocol
