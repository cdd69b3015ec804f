// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device_filter.h"

#include "ui/device_model.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui
{

DeviceFilter::DeviceFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(DeviceModel::SortRole);
    setSortLocaleAware(true);
    setDynamicSortFilter(true);
}

void DeviceFilter::setWords(const QString &text)
{
    static const QRegularExpression space(u"\\s+"_s);
    m_words = text.split(space, Qt::SkipEmptyParts);
    invalidateFilter();
}

bool DeviceFilter::filterAcceptsRow(int sourceRow, const QModelIndex &parent) const
{
    if (m_words.isEmpty())
        return true;
    QString text;
    for (int column = 0; column < sourceModel()->columnCount(parent); ++column)
        text += sourceModel()
                    ->index(sourceRow, column, parent)
                    .data(DeviceModel::FilterRole)
                    .toString() +
                u'\n';
    return std::all_of(m_words.begin(), m_words.end(), [&](const QString &word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

} // namespace ui
