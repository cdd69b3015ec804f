// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device_table.h"

#include <algorithm>

namespace core
{

DeviceTable::DeviceTable(QList<Device> devices) : m_list(std::move(devices))
{
    index();
}

void DeviceTable::index()
{
    m_index.clear();
    m_index.reserve(m_list.size());
    for (qsizetype i = 0; i < m_list.size(); ++i)
        m_index.insert(m_list.at(i).mac, i);
}

Device *DeviceTable::find(MacAddress mac)
{
    const auto it = m_index.constFind(mac);
    return it == m_index.constEnd() ? nullptr : &m_list[*it];
}

const Device *DeviceTable::find(MacAddress mac) const
{
    const auto it = m_index.constFind(mac);
    return it == m_index.constEnd() ? nullptr : &m_list.at(*it);
}

Device &DeviceTable::add(const Device &device)
{
    m_index.insert(device.mac, m_list.size());
    m_list.append(device);
    return m_list.last();
}

void DeviceTable::remove(const QSet<MacAddress> &macs)
{
    m_list.removeIf([&macs](const Device &device) { return macs.contains(device.mac); });
    index();
}

void RowsByAddress::note(MacAddress mac, const QString &address)
{
    drop(mac);
    m_addresses.insert(mac, address);
    ++m_counts[address];
}

void RowsByAddress::drop(MacAddress mac)
{
    const auto known = m_addresses.constFind(mac);
    if (known == m_addresses.constEnd())
        return;
    const auto count = m_counts.find(*known);
    if (--*count == 0)
        m_counts.erase(count);
    m_addresses.erase(known);
}

QString RowsByAddress::mostCrowded() const
{
    const auto most = std::max_element(m_counts.begin(), m_counts.end());
    return most == m_counts.end() ? QString() : most.key();
}

} // namespace core
