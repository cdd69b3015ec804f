// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/wish.h"

#include "protocol/messages.h"

#include <QJsonArray>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

Failure bad(const QString &what)
{
    return {FailureCode::BadRequest, Stage::None, what};
}

QLatin1StringView nameOf(Mode mode)
{
    return mode == Mode::Proxy ? "proxy"_L1 : "dhcp"_L1;
}

QLatin1StringView nameOf(Command::Kind kind)
{
    switch (kind) {
    case Command::Kind::Refuse:
        return "refuse"_L1;
    case Command::Kind::Allow:
        return "allow"_L1;
    case Command::Kind::Stop:
        break;
    }
    return "stop"_L1;
}

std::optional<Mode> modeOf(const QString &text)
{
    if (text == nameOf(Mode::Dhcp))
        return Mode::Dhcp;
    return text == nameOf(Mode::Proxy) ? std::optional(Mode::Proxy) : std::nullopt;
}

// Absent or null is an empty text; another type is a mistake.
bool readText(const QJsonObject &object, QLatin1StringView key, QString *value)
{
    const QJsonValue found = object.value(key);
    *value = found.toString();
    return found.isString() || found.isUndefined() || found.isNull();
}

Result<void> readAddress(const QJsonObject &object, ServiceWish *wish)
{
    QString text;
    if (!readText(object, "address"_L1, &text))
        return bad(u"address"_s);
    if (text.isEmpty() && wish->mode == Mode::Proxy)
        return {};
    const auto subnet = Subnet::parse(text);
    if (!subnet)
        return bad(u"address is not of the form 10.20.50.1/24"_s);
    wish->address = *subnet;
    return {};
}

Result<void> readRange(const QJsonObject &object, ServiceWish *wish)
{
    if (wish->mode == Mode::Proxy)
        return {};
    const QJsonArray range = object.value("range"_L1).toArray();
    const auto first = parseIpv4(range.at(0).toString());
    const auto last = parseIpv4(range.at(1).toString());
    if (range.size() != 2 || !first || !last)
        return bad(u"range is not two addresses"_s);
    wish->firstLease = *first;
    wish->lastLease = *last;
    return {};
}

Result<void> readRefused(const QJsonObject &object, ServiceWish *wish)
{
    const QJsonValue found = object.value("refused"_L1);
    if (!found.isArray() && !found.isUndefined() && !found.isNull())
        return bad(u"refused is not a list"_s); // taken as none it would let everybody boot
    const QJsonArray list = found.toArray();
    if (list.size() > maxRefused)
        return bad(u"refused has too many entries"_s);
    for (const QJsonValue &item : list) {
        const auto mac = MacAddress::parse(item.toString());
        if (!mac)
            return bad(u"refused holds something that is not an Ethernet address"_s);
        wish->refused.append(*mac);
    }
    return {};
}

} // namespace

QJsonObject toJson(const ServiceWish &wish)
{
    QJsonArray refused;
    for (const MacAddress mac : wish.refused)
        refused.append(mac.toString());
    QJsonObject object{{"interface"_L1, wish.interface},
                       {"mode"_L1, nameOf(wish.mode)},
                       {"tftp_root"_L1, wish.tftpRoot},
                       {"uplink"_L1, wish.uplink},
                       {"refused"_L1, refused}};
    if (wish.address.prefix > 0)
        object.insert("address"_L1, wish.address.toString());
    if (wish.mode == Mode::Dhcp)
        object.insert("range"_L1, QJsonArray{ipv4Text(wish.firstLease), ipv4Text(wish.lastLease)});
    return object;
}

Result<ServiceWish> parseWish(const QByteArray &line)
{
    const auto object = protocol::parseObject(line);
    if (!object)
        return object.failure();
    ServiceWish wish;
    const auto mode = modeOf(object->value("mode"_L1).toString(nameOf(Mode::Dhcp)));
    if (!mode)
        return bad(u"mode is 'dhcp' or 'proxy'"_s);
    wish.mode = *mode;
    if (!readText(*object, "interface"_L1, &wish.interface))
        return bad(u"interface"_s);
    if (!readText(*object, "tftp_root"_L1, &wish.tftpRoot))
        return bad(u"tftp_root"_s);
    if (!readText(*object, "uplink"_L1, &wish.uplink))
        return bad(u"uplink"_s);
    if (const auto read = readAddress(*object, &wish); !read)
        return read.failure();
    if (const auto read = readRange(*object, &wish); !read)
        return read.failure();
    if (const auto read = readRefused(*object, &wish); !read)
        return read.failure();
    return wish;
}

QJsonObject toJson(const Command &command)
{
    QJsonObject object{{"command"_L1, nameOf(command.kind)}};
    if (!command.mac.isNull())
        object.insert("mac"_L1, command.mac.toString());
    return object;
}

Result<Command> parseCommand(const QByteArray &line)
{
    const auto object = protocol::parseObject(line);
    if (!object)
        return object.failure();
    const QString name = object->value("command"_L1).toString();
    for (const auto kind : {Command::Kind::Refuse, Command::Kind::Allow, Command::Kind::Stop}) {
        if (name != nameOf(kind))
            continue;
        if (kind == Command::Kind::Stop)
            return Command{};
        const auto mac = MacAddress::parse(object->value("mac"_L1).toString());
        return mac ? Result<Command>(Command{kind, *mac}) : bad(u"mac"_s);
    }
    return bad(u"command is 'refuse', 'allow' or 'stop'"_s);
}

} // namespace netboot
