// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/journal.h"

#include "netboot/helper/wish_check.h"
#include "protocol/messages.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QSaveFile>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr int startTimeField = 22; // proc(5)

Failure failed(const QString &path, const QString &why)
{
    return {FailureCode::NetbootFailed, Stage::None, u"%1: %2"_s.arg(path, why)};
}

QJsonObject toJson(const Journal &journal)
{
    QJsonObject object{{"interface"_L1, journal.interface},
                       {"link_raised"_L1, journal.linkRaised},
                       {"forwarding"_L1, QJsonArray::fromStringList(journal.forwarding)},
                       {"packet_filter"_L1, journal.packetFilter},
                       {"dnsmasq_pid"_L1, journal.dnsmasq.pid},
                       {"dnsmasq_started"_L1, QString::number(journal.dnsmasq.started)}};
    if (journal.address.prefix > 0)
        object.insert("address"_L1, journal.address.toString());
    return object;
}

bool areInterfaces(const QStringList &names)
{
    return std::all_of(names.begin(), names.end(), isPlainInterfaceName);
}

std::optional<Journal> fromJson(const QJsonObject &object)
{
    Journal journal;
    journal.interface = object.value("interface"_L1).toString();
    journal.linkRaised = object.value("link_raised"_L1).toBool();
    for (const QJsonValue &name : object.value("forwarding"_L1).toArray())
        journal.forwarding.append(name.toString());
    journal.packetFilter = object.value("packet_filter"_L1).toBool();
    journal.dnsmasq.pid = object.value("dnsmasq_pid"_L1).toInteger();
    journal.dnsmasq.started = object.value("dnsmasq_started"_L1).toString().toULongLong();
    const QString address = object.value("address"_L1).toString();
    if (!address.isEmpty()) {
        const auto subnet = Subnet::parse(address);
        if (!subnet)
            return std::nullopt;
        journal.address = *subnet;
    }
    if (!isPlainInterfaceName(journal.interface) || !areInterfaces(journal.forwarding))
        return std::nullopt;
    return journal;
}

} // namespace

ProcessMark markProcess(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (pid <= 0 || !file.open(QIODevice::ReadOnly))
        return {};
    // The program's name, in brackets, may hold anything; the fields are counted from behind it.
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    constexpr int firstField = 3;
    if (fields.size() <= startTimeField - firstField)
        return {};
    return {pid, fields[startTimeField - firstField].toULongLong()};
}

bool isAlive(const ProcessMark &mark)
{
    return mark.pid > 0 && mark.started > 0 && markProcess(mark.pid) == mark;
}

bool Journal::isEmpty() const
{
    return address.prefix == 0 && !linkRaised && forwarding.isEmpty() && !packetFilter &&
           dnsmasq.pid == 0;
}

Result<void> saveJournal(const QString &path, const Journal &journal)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(protocol::toBody(toJson(journal))) < 0 ||
        !file.commit())
        return failed(path, file.errorString());
    return {};
}

Result<Journal> loadJournal(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return Journal{};
    if (!file.open(QIODevice::ReadOnly))
        return failed(path, file.errorString());
    const auto object = protocol::parseObject(file.read(1 << 20));
    const auto journal = object ? fromJson(*object) : std::nullopt;
    return journal ? Result<Journal>(*journal) : failed(path, u"makes no sense"_s);
}

} // namespace netboot
