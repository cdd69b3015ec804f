// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/probe_report.h"

#include "netboot/helper/ipv4.h"
#include "netboot/helper/programs.h"
#include "netboot/helper/verbs.h"
#include "protocol/messages.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <cstdio>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::MacAddress;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr int usageExit = 2;
constexpr qsizetype mostPorts = 16;
constexpr qsizetype longestInterface = 15; // IFNAMSIZ - 1

struct KindName {
    Bpdu::Kind kind;
    QLatin1StringView name;
};
constexpr std::array kindNames{KindName{Bpdu::Kind::Stp, "stp"_L1},
                               KindName{Bpdu::Kind::Rstp, "rstp"_L1},
                               KindName{Bpdu::Kind::Mstp, "mstp"_L1},
                               KindName{Bpdu::Kind::TopologyChange, "topology-change"_L1}};

QJsonObject toJson(const Failure &failure)
{
    return {{"code"_L1, QString(protocol::toWire(failure.code))}, {"message"_L1, failure.detail}};
}

Failure parseFailure(const QJsonObject &object)
{
    const auto code = protocol::failureCodeFromWire(object["code"_L1].toString());
    return {code.value_or(FailureCode::Internal), Stage::None, object["message"_L1].toString()};
}

QJsonObject toJson(const DhcpAnswer &answer)
{
    return {{"server"_L1, ipv4Text(answer.server)}, {"offered"_L1, ipv4Text(answer.offered)}};
}

DhcpAnswer parseDhcpAnswer(const QJsonObject &object)
{
    return {parseIpv4(object["server"_L1].toString()).value_or(0),
            parseIpv4(object["offered"_L1].toString()).value_or(0)};
}

QJsonObject toJson(const Bpdu &bpdu)
{
    const auto *name = std::ranges::find(kindNames, bpdu.kind, &KindName::kind);
    return {{"kind"_L1, QString(name->name)},
            {"per_vlan"_L1, bpdu.perVlan},
            {"sender"_L1, bpdu.sender.toString()},
            {"root"_L1, bpdu.root.toString()},
            {"bridge"_L1, bpdu.bridge.toString()},
            {"hello_ms"_L1, bpdu.helloMs},
            {"forward_delay_ms"_L1, bpdu.forwardDelayMs}};
}

MacAddress macOf(const QJsonValue &value)
{
    return MacAddress::parse(value.toString()).value_or(MacAddress());
}

Bpdu parseBpduObject(const QJsonObject &object)
{
    Bpdu bpdu;
    const QString kind = object["kind"_L1].toString();
    const auto *name = std::ranges::find(kindNames, kind, &KindName::name);
    bpdu.kind = name == kindNames.end() ? Bpdu::Kind::Stp : name->kind;
    bpdu.perVlan = object["per_vlan"_L1].toBool();
    bpdu.sender = macOf(object["sender"_L1]);
    bpdu.root = macOf(object["root"_L1]);
    bpdu.bridge = macOf(object["bridge"_L1]);
    bpdu.helloMs = object["hello_ms"_L1].toInt();
    bpdu.forwardDelayMs = object["forward_delay_ms"_L1].toInt();
    return bpdu;
}

QJsonObject toJson(const PortUse &use)
{
    return {{"kind"_L1, use.kind == PortKind::Tcp ? u"tcp"_s : u"udp"_s},
            {"port"_L1, use.port},
            {"address"_L1, use.address},
            {"pid"_L1, use.pid},
            {"program"_L1, use.program},
            {"unit"_L1, use.unit}};
}

PortUse parsePortUse(const QJsonObject &object)
{
    PortUse use;
    use.kind = object["kind"_L1].toString() == "udp"_L1 ? PortKind::Udp : PortKind::Tcp;
    use.port = quint16(object["port"_L1].toInt());
    use.address = object["address"_L1].toString();
    use.pid = object["pid"_L1].toInteger();
    use.program = object["program"_L1].toString();
    use.unit = object["unit"_L1].toString();
    return use;
}

template<class T>
QJsonArray toArray(const QList<T> &list)
{
    QJsonArray array;
    for (const T &each : list)
        array.append(toJson(each));
    return array;
}

template<class Parse>
auto fromArray(const QJsonValue &value, Parse parse)
{
    QList<decltype(parse(QJsonObject()))> list;
    for (const QJsonValueConstRef each : value.toArray())
        list.append(parse(each.toObject()));
    return list;
}

} // namespace

QJsonObject toJson(const ProbeReport &report)
{
    QJsonObject object{{"interface"_L1, report.interface}, {"ports"_L1, toArray(report.ports)}};
    if (report.wire) {
        object.insert("dhcp"_L1, toArray(report.wire->dhcp));
        object.insert("bpdus"_L1, toArray(report.wire->bpdus));
    } else {
        object.insert("wire_error"_L1, toJson(report.wireFailure));
    }
    if (!report.ruleset.isEmpty())
        object.insert("ruleset"_L1, QString::fromUtf8(report.ruleset));
    else
        object.insert("ruleset_error"_L1, toJson(report.rulesetFailure));
    return object;
}

Result<ProbeReport> parseProbeReport(const QByteArray &body)
{
    const auto object = protocol::parseObject(body);
    if (!object)
        return object.failure();
    ProbeReport report;
    report.interface = (*object)["interface"_L1].toString();
    report.ports = fromArray((*object)["ports"_L1], parsePortUse);
    if (object->contains("dhcp"_L1))
        report.wire = WireFacts{fromArray((*object)["dhcp"_L1], parseDhcpAnswer),
                                fromArray((*object)["bpdus"_L1], parseBpduObject)};
    report.wireFailure = parseFailure((*object)["wire_error"_L1].toObject());
    report.ruleset = (*object)["ruleset"_L1].toString().toUtf8();
    report.rulesetFailure = parseFailure((*object)["ruleset_error"_L1].toObject());
    return report;
}

ProbeReport probe(const QString &interface, const QList<quint16> &ports,
                  const std::atomic<bool> *stop)
{
    ProbeReport report;
    report.interface = interface;
    report.ports = portsInUse(ports);
    if (const auto ruleset = readRuleset())
        report.ruleset = *ruleset;
    else
        report.rulesetFailure = ruleset.failure();
    if (interface.isEmpty())
        return report;
    if (auto wire = probeWire(interface, wireProbeTime, stop))
        report.wire = std::move(*wire);
    else
        report.wireFailure = wire.failure();
    return report;
}

int runProbe(const QStringList &arguments)
{
    if (arguments.isEmpty() || arguments.size() > 1 + mostPorts || arguments[0].isEmpty() ||
        arguments[0].size() > longestInterface)
        return usageExit;
    QList<quint16> ports;
    for (const QString &text : arguments.sliced(1)) {
        bool good = false;
        ports.append(text.toUShort(&good));
        if (!good)
            return usageExit;
    }
    const QString interface = arguments[0] == "-"_L1 ? QString() : arguments[0];
    std::puts(protocol::toBody(toJson(probe(interface, ports))).constData());
    return 0;
}

} // namespace netboot
