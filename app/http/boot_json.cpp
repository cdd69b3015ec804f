// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/boot_json.h"

#include "protocol/messages.h"

#include <QJsonArray>

namespace http
{

using namespace Qt::StringLiterals;
using core::toText;

namespace
{

constexpr double msPerSecond = 1000;

void insertText(QJsonObject &object, QLatin1StringView key, const QString &text)
{
    if (!text.isEmpty())
        object.insert(key, text);
}

QString timeText(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

QJsonObject stepJson(const core::BootStep &step)
{
    QJsonObject object{{"stage"_L1, toText(step.stage)}, {"began"_L1, timeText(step.began)}};
    if (step.ended.isValid()) {
        object.insert("ended"_L1, timeText(step.ended));
        object.insert("seconds"_L1, double(step.began.msecsTo(step.ended)) / msPerSecond);
    }
    return object;
}

QJsonObject fileJson(const core::BootFile &file)
{
    QJsonObject object{{"name"_L1, file.name}, {"sent"_L1, timeText(file.sent)}};
    if (file.bytes >= 0)
        object.insert("bytes"_L1, file.bytes);
    return object;
}

template<class List, class Convert>
QJsonArray arrayOf(const List &list, Convert convert)
{
    QJsonArray array;
    for (const auto &item : list)
        array.append(convert(item));
    return array;
}

QLatin1StringView nameOf(core::NetbootState state)
{
    using enum core::NetbootState;
    switch (state) {
    case Off:
        return "off"_L1;
    case Starting:
        return "starting"_L1;
    case Serving:
        return "serving"_L1;
    case Stopping:
        return "stopping"_L1;
    case Failed:
        return "failed"_L1;
    case Waiting:
        return "waiting"_L1;
    }
    return {};
}

bool hasReason(core::NetbootState state)
{
    return state == core::NetbootState::Failed || state == core::NetbootState::Waiting;
}

} // namespace

QJsonObject bootSummary(const core::BootTimeline &timeline, const QDateTime &now)
{
    QJsonObject object{{"state"_L1, toText(timeline.state)}};
    if (timeline.isEmpty())
        return object;
    if (const auto stage = timeline.stage())
        object.insert("stage"_L1, toText(*stage));
    object.insert("raspberry"_L1, timeline.raspberry);
    object.insert("changed"_L1, timeText(timeline.changed));
    const auto hint = core::bootHint(timeline, now);
    if (hint != core::BootHint::None) {
        object.insert("hint"_L1, toText(hint));
        object.insert("stopped_s"_L1, core::stoppedSeconds(timeline, now));
    }
    return object;
}

QJsonObject bootDetails(const core::BootTimeline &timeline, const QDateTime &now)
{
    QJsonObject object = bootSummary(timeline, now);
    object.insert("mac"_L1, timeline.mac.toString());
    insertText(object, "serial"_L1, timeline.serial);
    insertText(object, "board_revision"_L1, timeline.boardRevision);
    insertText(object, "address"_L1, timeline.address);
    insertText(object, "vendor_class"_L1, timeline.vendorClass);
    insertText(object, "broken"_L1, timeline.broken);
    object.insert("asked"_L1, timeline.asked);
    object.insert("steps"_L1, arrayOf(timeline.steps, stepJson));
    object.insert("files"_L1, arrayOf(timeline.files, fileJson));
    object.insert("probes"_L1, QJsonArray::fromStringList(timeline.missing));
    return object;
}

QJsonObject toJson(const core::NetbootStatus &status)
{
    QJsonObject object{{"state"_L1, nameOf(status.state)}};
    insertText(object, "interface"_L1, status.interface);
    insertText(object, "address"_L1, status.address);
    insertText(object, "tftp_root"_L1, status.tftpRoot);
    insertText(object, "uplink"_L1, status.uplink);
    object.insert("proxy"_L1, status.proxy);
    insertText(object, "range"_L1, status.range);
    if (status.poolFull)
        object.insert("pool_full"_L1, true);
    if (hasReason(status.state))
        object.insert("error"_L1, protocol::errorJson(status.failure).value("error"_L1));
    return object;
}

} // namespace http
