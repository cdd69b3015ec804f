// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts the device table by raw values and keeps the rows in which every word of the filter line
// occurs, in whatever column, shown or not.
#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace ui
{

class DeviceFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit DeviceFilter(QObject *parent = nullptr);

    void setWords(const QString &text); // separated by white space; empty: everything
    [[nodiscard]] bool isFiltering() const { return !m_words.isEmpty(); }

protected:
    [[nodiscard]] bool filterAcceptsRow(int sourceRow, const QModelIndex &parent) const override;

private:
    QStringList m_words;
};

} // namespace ui
