// SPDX-License-Identifier: GPL-3.0-or-later
// The station's devices in order of first appearance, found by MAC at a cost that does not grow.
#pragma once

#include "core/model.h"

#include <QHash>
#include <QList>
#include <QSet>

namespace core
{

class DeviceTable
{
public:
    DeviceTable() = default;
    explicit DeviceTable(QList<Device> devices);

    [[nodiscard]] const QList<Device> &list() const { return m_list; }
    // Null: not known. Valid until the next add() or remove().
    [[nodiscard]] Device *find(MacAddress mac);
    [[nodiscard]] const Device *find(MacAddress mac) const;
    Device &add(const Device &device); // that is not there yet
    void remove(const QSet<MacAddress> &macs);

private:
    void index();

    QList<Device> m_list;
    QHash<MacAddress, qsizetype> m_index;
};

// Some of the devices, counted by the address that they registered from: MAC addresses cost nothing
// to make up, so that what each gets of the station is bounded.
class RowsByAddress
{
public:
    void note(MacAddress mac, const QString &address); // is one of them, and there
    void drop(MacAddress mac);
    [[nodiscard]] QList<MacAddress> macs() const { return m_addresses.keys(); }
    [[nodiscard]] bool contains(MacAddress mac) const { return m_addresses.contains(mac); }
    [[nodiscard]] qsizetype count() const { return m_addresses.size(); }
    [[nodiscard]] int countAt(const QString &address) const { return m_counts.value(address); }
    // The address with most of them; empty: none.
    [[nodiscard]] QString mostCrowded() const;

private:
    QHash<MacAddress, QString> m_addresses;
    QHash<QString, int> m_counts;
};

} // namespace core
