// SPDX-License-Identifier: GPL-3.0-or-later
// The device table's model. It is fed with values in batches and says what changed, a run of rows
// at a time; it never resets. Who feeds it decides how often (see DeviceFeed).
#pragma once

#include "ui/device_row.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QList>

namespace ui
{

class DeviceModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        DeviceColumn,
        SerialColumn,
        ModelColumn,
        AddressColumn,
        StageColumn,
        ProgressColumn,
        SpeedColumn,
        TimeLeftColumn,
        ColumnCount
    };
    enum Role {
        SortRole = Qt::UserRole, // raw values, comparable within a column
        MacRole,                 // protocol::MacAddress
        DoneRole,                // bytes
        TotalRole,               // bytes, 0: not known
        BarRole,                 // BarKind
        FilterRole,              // everything that a filter word may match
    };
    // What the progress column shows.
    enum BarKind { NoBar, MovingBar, StoppedBar, FullBar };

    using QAbstractTableModel::QAbstractTableModel;

    // Takes rows that are new or changed, in any order; new ones are appended in the order given.
    void update(const QList<DeviceRow> &rows);
    void remove(core::MacAddress mac);

    [[nodiscard]] const DeviceRow *row(core::MacAddress mac) const;
    [[nodiscard]] const QList<DeviceRow> &rows() const { return m_rows; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    void announce(QList<int> changed);
    void append(const QList<DeviceRow> &rows);
    void indexFrom(int first);

    QList<DeviceRow> m_rows;
    QHash<core::MacAddress, int> m_positions;
};

} // namespace ui
