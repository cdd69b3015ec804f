// SPDX-License-Identifier: GPL-3.0-or-later
// Another board on a MAC that is known: carrier boards and adapters bring their MAC along, and
// compute modules are swapped. What the row says stays the first board's until the operator
// decides; the other one may come and wait.
#include "core/station.h"

#include <QUrl>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

constexpr auto otherUnitsKey = "other-units"_L1;         // "MAC=percent-encoded text", by spaces
constexpr auto addressesKey = "other-unit-addresses"_L1; // in the same way
constexpr auto formerJobsKey = "former-jobs"_L1;         // "MAC=job", by spaces

bool differ(const QString &known, const QString &told)
{
    return !known.isEmpty() && !told.isEmpty() && known.compare(told, Qt::CaseInsensitive) != 0;
}

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

QHash<MacAddress, QString> parsed(const QString &setting)
{
    QHash<MacAddress, QString> values;
    for (const QStringView entry : qTokenize(setting, u' ', Qt::SkipEmptyParts)) {
        const qsizetype mark = entry.indexOf(u'=');
        const auto mac = MacAddress::parse(entry.left(std::max<qsizetype>(mark, 0)));
        if (mac)
            values.insert(*mac, QUrl::fromPercentEncoding(entry.sliced(mark + 1).toLatin1()));
    }
    return values;
}

} // namespace

bool Station::isOtherUnit(const Device &device, const protocol::RegisterRequest &request)
{
    return differ(device.serial, request.serial) || differ(device.storage.cid, request.storage.cid);
}

QString Station::unitOf(const Device &device, const protocol::RegisterRequest &request)
{
    return differ(device.serial, request.serial) ? request.serial : request.storage.cid;
}

// It gets a session and no work: what was ordered was ordered for another board.
void Station::takeOtherUnit(Device &device, const protocol::RegisterRequest &request,
                            const QString &peer)
{
    const QString unit = unitOf(device, request);
    m_otherUnits.insert(device.mac, request);
    if (Job *job = activeJob(device.mac); job && stopTransfer(*job))
        fail(*job, {FailureCode::DeviceReplaced, Stage::Register, unit});
    device.armed = false;
    device.otherUnit = unit;
    device.otherUnitAddress = peer;
    post({now(), MessageKind::UnitReplaced, device.mac, {}, {}, {}, unit});
    saveUnits();
}

// The first board is back.
void Station::returnToUnit(Device &device)
{
    m_otherUnits.remove(device.mac);
    if (device.otherUnit.isEmpty())
        return;
    device.otherUnit.clear();
    device.otherUnitAddress.clear();
    saveUnits();
}

// The other board is the device from now on, and has done nothing yet.
void Station::adoptUnit(Device &device)
{
    if (device.otherUnit.isEmpty())
        return;
    device.otherUnit.clear();
    device.otherUnitAddress.clear();
    const auto told = m_otherUnits.constFind(device.mac);
    if (told == m_otherUnits.constEnd()) { // refused so far: it tells when it is back
        saveUnits();
        return;
    }
    forgetSerial(device);
    device.serial = told->serial;
    device.model = told->model;
    device.boardRevision = told->boardRevision;
    device.storage = told->storage;
    m_otherUnits.erase(told);
    m_jobs.separate(device.mac);
    noteSerial(device);
    m_store.save(device);
    saveUnits();
}

// Two MACs that tell one serial number: one board with two adapters, or a row that is out of date.
void Station::noteSerial(Device &device)
{
    if (device.serial.isEmpty() || !device.otherUnit.isEmpty())
        return;
    const MacAddress other = m_serials.value(device.serial);
    m_serials.insert(device.serial, device.mac);
    Device *twin = other == device.mac ? nullptr : findDevice(other);
    if (!twin || twin->serial != device.serial)
        return;
    const bool isNews = device.sameSerial != other || twin->sameSerial != device.mac;
    device.sameSerial = other;
    twin->sameSerial = device.mac;
    if (!isNews)
        return;
    post({now(), MessageKind::SerialShared, device.mac, {}, {}, {}, other.toString()});
    Q_EMIT deviceChanged(other);
}

void Station::forgetSerial(const Device &device)
{
    Device *twin = device.sameSerial.isNull() ? nullptr : findDevice(device.sameSerial);
    if (m_serials.value(device.serial) == device.mac)
        m_serials.remove(device.serial);
    if (!twin || twin->sameSerial != device.mac)
        return;
    twin->sameSerial = {};
    m_serials.insert(twin->serial, twin->mac);
    Q_EMIT deviceChanged(twin->mac);
}

void Station::saveUnits()
{
    QStringList others;
    QStringList addresses;
    for (const Device &device : m_devices.list()) {
        if (device.otherUnit.isEmpty())
            continue;
        others << device.mac.toString() + u'=' + encoded(device.otherUnit);
        addresses << device.mac.toString() + u'=' + encoded(device.otherUnitAddress);
    }
    QStringList formers;
    for (auto it = m_jobs.formers().begin(); it != m_jobs.formers().end(); ++it)
        formers << it.key().toString() + u'=' + it.value();
    m_store.saveSetting(otherUnitsKey, others.join(u' '));
    m_store.saveSetting(addressesKey, addresses.join(u' '));
    m_store.saveSetting(formerJobsKey, formers.join(u' '));
}

// What the other board told of itself is not kept: it registers again, and tells it again.
void Station::restoreUnits(const Snapshot &snapshot)
{
    m_jobs = JobTable(snapshot.jobs, parsed(snapshot.settings.value(formerJobsKey)));
    const auto others = parsed(snapshot.settings.value(otherUnitsKey));
    const auto addresses = parsed(snapshot.settings.value(addressesKey));
    for (auto it = others.begin(); it != others.end(); ++it) {
        Device *device = findDevice(it.key());
        if (!device)
            continue;
        device->otherUnit = it.value();
        device->otherUnitAddress = addresses.value(it.key());
        device->session.clear();
    }
    for (const Device &device : m_devices.list()) {
        if (!device.serial.isEmpty())
            m_serials.insert(device.serial, device.mac);
    }
}

} // namespace core
