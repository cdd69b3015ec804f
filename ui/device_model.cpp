// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device_model.h"

#include "ui/device_cells.h"
#include "ui/glyph_icon.h"
#include "ui/job_text.h"
#include "ui/plain_text.h"

#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

namespace ui
{
namespace
{

QVariant cellIcon(const DeviceRow &row, DeviceModel::Column column)
{
    if (column == DeviceModel::DeviceColumn)
        return glyphIcon(Glyph::Device, row.isOnline() ? Tone::Good : Tone::Muted);
    if (column != DeviceModel::StageColumn)
        return {};
    const StageText stage = stageText(row);
    return glyphIcon(stage.glyph, stage.tone);
}

QVariant cellColor(const DeviceRow &row, DeviceModel::Column column)
{
    const QPalette palette = QGuiApplication::palette();
    if (column == DeviceModel::StageColumn)
        return toneColor(stageText(row).tone, palette);
    return row.isOnline() ? QVariant() : QVariant(toneColor(Tone::Muted, palette));
}

QVariant cellAlignment(DeviceModel::Column column)
{
    const bool number = column == DeviceModel::SpeedColumn || column == DeviceModel::TimeLeftColumn;
    return QVariant::fromValue(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft));
}

void replaceOrAppend(QList<DeviceRow> &rows, const DeviceRow &row)
{
    const auto same = [&](const DeviceRow &other) { return other.device.mac == row.device.mac; };
    const auto found = std::find_if(rows.begin(), rows.end(), same);
    if (found == rows.end())
        rows.append(row);
    else
        *found = row;
}

} // namespace

void DeviceModel::update(const QList<DeviceRow> &rows)
{
    QList<int> changed;
    QList<DeviceRow> added;
    for (const DeviceRow &row : rows) {
        const auto position = m_positions.constFind(row.device.mac);
        if (position != m_positions.constEnd()) {
            m_rows[*position] = row;
            changed.append(*position);
        } else {
            replaceOrAppend(added, row);
        }
    }
    announce(std::move(changed));
    append(added);
}

void DeviceModel::announce(QList<int> changed)
{
    std::sort(changed.begin(), changed.end());
    for (qsizetype i = 0; i < changed.size();) {
        qsizetype last = i;
        while (last + 1 < changed.size() && changed.at(last + 1) <= changed.at(last) + 1)
            ++last;
        Q_EMIT dataChanged(index(changed.at(i), 0), index(changed.at(last), ColumnCount - 1));
        i = last + 1;
    }
}

void DeviceModel::append(const QList<DeviceRow> &rows)
{
    if (rows.isEmpty())
        return;
    const int first = int(m_rows.size());
    beginInsertRows({}, first, first + int(rows.size()) - 1);
    m_rows.append(rows);
    indexFrom(first);
    endInsertRows();
}

void DeviceModel::remove(core::MacAddress mac)
{
    const auto position = m_positions.constFind(mac);
    if (position == m_positions.constEnd())
        return;
    const int at = *position;
    beginRemoveRows({}, at, at);
    m_rows.removeAt(at);
    m_positions.remove(mac);
    indexFrom(at);
    endRemoveRows();
}

void DeviceModel::indexFrom(int first)
{
    for (int i = first; i < int(m_rows.size()); ++i)
        m_positions.insert(m_rows.at(i).device.mac, i);
}

const DeviceRow *DeviceModel::row(core::MacAddress mac) const
{
    const auto position = m_positions.constFind(mac);
    return position == m_positions.constEnd() ? nullptr : &m_rows.at(*position);
}

int DeviceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int DeviceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DeviceModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const DeviceRow &row = m_rows.at(index.row());
    const auto column = Column(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return cellText(row, column);
    case Qt::ToolTipRole:
        return plain(cellToolTip(row, column));
    case Qt::DecorationRole:
        return cellIcon(row, column);
    case Qt::ForegroundRole:
        return cellColor(row, column);
    case Qt::TextAlignmentRole:
        return cellAlignment(column);
    case SortRole:
        return cellSortValue(row, column);
    case MacRole:
        return QVariant::fromValue(row.device.mac);
    case DoneRole:
        return row.job ? jobProgress(*row.job).done : 0;
    case TotalRole:
        return row.job ? jobProgress(*row.job).total : 0;
    case BarRole:
        return cellBar(row);
    case FilterRole:
        return cellFilterText(row, column);
    default:
        return {};
    }
}

QVariant DeviceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::DisplayRole)
        return columnTitle(Column(section));
    if (role == Qt::TextAlignmentRole)
        return cellAlignment(Column(section));
    return {};
}

} // namespace ui
