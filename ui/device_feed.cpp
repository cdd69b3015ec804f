// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device_feed.h"

#include "core/station.h"
#include "ui/device_model.h"

#include <algorithm>
#include <utility>

namespace ui
{

DeviceFeed::DeviceFeed(core::Station &station, DeviceModel &model, QObject *parent,
                       std::chrono::milliseconds age)
    : QObject(parent), m_station(station), m_model(model)
{
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setInterval(feedInterval);
    connect(&m_flushTimer, &QTimer::timeout, this, &DeviceFeed::flush);
    connect(&m_ageTimer, &QTimer::timeout, this, &DeviceFeed::markAged);
    connect(&station, &core::Station::deviceAdded, this, &DeviceFeed::mark);
    connect(&station, &core::Station::deviceChanged, this, &DeviceFeed::mark);
    connect(&station, &core::Station::deviceLogged, this, &DeviceFeed::mark);
    connect(&station, &core::Station::deviceRemoved, this, &DeviceFeed::drop);
    connect(&station, &core::Station::autoModeChanged, this, &DeviceFeed::markAll);
    markAll();
    flush();
    m_ageTimer.start(age);
}

void DeviceFeed::flush()
{
    m_flushTimer.stop();
    if (m_marked.isEmpty())
        return;
    QList<DeviceRow> rows;
    const QList<core::Device> devices = m_station.devices(); // keeps the order of first appearance
    for (const core::Device &device : devices) {
        if (m_marked.contains(device.mac))
            rows.append(row(device));
    }
    m_marked.clear();
    m_model.update(rows);
    Q_EMIT flushed();
}

void DeviceFeed::mark(core::MacAddress mac)
{
    m_marked.insert(mac);
    if (!m_flushTimer.isActive())
        m_flushTimer.start();
}

void DeviceFeed::drop(core::MacAddress mac)
{
    m_marked.remove(mac);
    m_model.remove(mac);
    Q_EMIT flushed();
}

void DeviceFeed::markAll()
{
    const QList<core::Device> devices = m_station.devices();
    for (const core::Device &device : devices)
        mark(device.mac);
}

void DeviceFeed::markAged()
{
    for (const DeviceRow &row : m_model.rows()) {
        const core::Device *device = m_station.device(row.device.mac);
        if (device && (row.device.lastSeen != device->lastSeen || !m_station.isOnline(*device)))
            mark(row.device.mac);
    }
}

DeviceRow DeviceFeed::row(const core::Device &device) const
{
    DeviceRow row;
    row.device = device;
    if (const core::Job *job = m_station.latestJob(device.mac))
        row.job = *job;
    row.waitingDeploys = m_station.waitingDeploys();
    row.automatic = m_station.autoMode() != core::AutoMode::Off;
    if (!m_station.isOnline(device))
        row.silentSeconds =
            std::max<qint64>(0, device.lastSeen.secsTo(QDateTime::currentDateTimeUtc()));
    const QDateTime now = m_station.currentTime();
    row.bootHint = core::bootHint(device.bootTimeline, now);
    row.bootStoppedSeconds = core::stoppedSeconds(device.bootTimeline, now);
    return row;
}

} // namespace ui
