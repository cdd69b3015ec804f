// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/event.h"

#include "protocol/messages.h"

#include <algorithm>
#include <array>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

using Kind = Event::Kind;

struct KindName {
    Kind kind;
    const char *name;
};

constexpr auto kindNames = std::to_array<KindName>({
    {Kind::Started, "started"},
    {Kind::Log, "log"},
    {Kind::Dhcp, "dhcp"},
    {Kind::Refused, "refused"},
    {Kind::Allowed, "allowed"},
    {Kind::Warning, "warning"},
    {Kind::Waiting, "waiting"},
    {Kind::Resumed, "resumed"},
    {Kind::Failed, "failed"},
    {Kind::Stopped, "stopped"},
    {Kind::Restored, "restored"},
});

void insertText(QJsonObject &object, QLatin1StringView key, const QString &text)
{
    if (!text.isEmpty())
        object.insert(key, text);
}

QJsonObject dhcpJson(const DhcpSeen &seen)
{
    QJsonObject object{{"type"_L1, nameOf(seen.type)},
                       {"from_client"_L1, seen.fromClient},
                       {"raspberry"_L1, seen.raspberry},
                       {"by_self"_L1, seen.bySelf}};
    insertText(object, "vendor_class"_L1, seen.vendorClass);
    insertText(object, "serial"_L1, seen.serial);
    insertText(object, "board_revision"_L1, seen.boardRevision);
    insertText(object, "address"_L1, seen.address);
    insertText(object, "server"_L1, seen.server);
    return object;
}

bool readDhcp(const QJsonObject &object, DhcpSeen *seen)
{
    const auto type = dhcpTypeOf(object.value("type"_L1).toString());
    if (!type)
        return false;
    seen->type = *type;
    seen->fromClient = object.value("from_client"_L1).toBool();
    seen->raspberry = object.value("raspberry"_L1).toBool();
    seen->bySelf = object.value("by_self"_L1).toBool();
    seen->vendorClass = object.value("vendor_class"_L1).toString();
    seen->serial = object.value("serial"_L1).toString();
    seen->boardRevision = object.value("board_revision"_L1).toString();
    seen->address = object.value("address"_L1).toString();
    seen->server = object.value("server"_L1).toString();
    return true;
}

Failure readFailure(const QJsonObject &object)
{
    const auto code = protocol::failureCodeFromWire(object.value("code"_L1).toString());
    return {code.value_or(FailureCode::NetbootFailed), Stage::None,
            object.value("text"_L1).toString()};
}

bool hasFailure(Kind kind)
{
    return kind == Kind::Failed || kind == Kind::Waiting;
}

} // namespace

QJsonObject toJson(const Event &event)
{
    const auto *row = std::ranges::find(kindNames, event.kind, &KindName::kind);
    QJsonObject object{{"event"_L1, QLatin1StringView(row->name)}};
    insertText(object, "text"_L1, event.text);
    insertText(object, "interface"_L1, event.interface);
    insertText(object, "address"_L1, event.address);
    if (event.bytes >= 0)
        object.insert("bytes"_L1, event.bytes);
    if (!event.mac.isNull())
        object.insert("mac"_L1, event.mac.toString());
    if (event.kind == Kind::Dhcp)
        object.insert("dhcp"_L1, dhcpJson(event.dhcp));
    if (hasFailure(event.kind)) {
        object.insert("code"_L1, protocol::toWire(event.failure.code));
        object.insert("text"_L1, event.failure.detail);
    }
    return object;
}

Result<Event> parseEvent(const QByteArray &line)
{
    const auto object = protocol::parseObject(line);
    if (!object)
        return object.failure();
    const QString name = object->value("event"_L1).toString();
    const auto *row = std::ranges::find_if(
        kindNames, [&name](const KindName &r) { return name == QLatin1StringView(r.name); });
    if (row == kindNames.end())
        return Failure{FailureCode::BadRequest, Stage::None, u"event"_s};
    Event event;
    event.kind = row->kind;
    event.text = object->value("text"_L1).toString();
    event.interface = object->value("interface"_L1).toString();
    event.address = object->value("address"_L1).toString();
    event.bytes = object->value("bytes"_L1).toInteger(-1);
    event.mac = MacAddress::parse(object->value("mac"_L1).toString()).value_or(MacAddress());
    if (event.kind == Kind::Dhcp && !readDhcp(object->value("dhcp"_L1).toObject(), &event.dhcp))
        return Failure{FailureCode::BadRequest, Stage::None, u"dhcp"_s};
    if (hasFailure(event.kind))
        event.failure = readFailure(*object);
    return event;
}

} // namespace netboot
