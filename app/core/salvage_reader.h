// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a damaged database's tables, past what cannot be read: from the front to the first
// bad page, from the back to the last one, and what lies between one by one, by the numbers that
// the tables' indexes know. SQLite itself goes no further than to the first bad page.
#pragma once

#include "core/store_rows.h"

#include <QHash>
#include <QLatin1StringView>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QStringList>

#include <functional>
#include <map>

namespace core
{

class SalvageReader
{
public:
    struct Lost {
        qsizetype count = 0; // rows, as far as anything tells of them
        QStringList keys;    // of those that have one that can still be read
        bool more = false;   // and perhaps others, of which nothing tells
    };

    explicit SalvageReader(QSqlDatabase &database) : m_database(database) {}

    // Appends to `values` in order. `columns`: those of a row of this version; what an older one
    // does not have is empty.
    template<class Value>
    [[nodiscard]] Lost read(QLatin1StringView table, QLatin1StringView key,
                            protocol::Result<Value> fromRow(const QSqlQuery &), const Row &columns,
                            QList<Value> &values)
    {
        std::map<qint64, Value> rows;
        Lost lost = readRows(table, key, columns, [&](qint64 number, const QSqlQuery &query) {
            auto value = fromRow(query);
            if (value)
                rows.insert_or_assign(number, std::move(*value));
            return value.ok();
        });
        for (auto &[number, value] : rows)
            values.append(std::move(value));
        return lost;
    }

    // False when not all of them could be read.
    [[nodiscard]] bool readSettings(QHash<QString, QString> &settings);

private:
    // Takes a row; false for one that makes no sense.
    using Take = std::function<bool(qint64 number, const QSqlQuery &query)>;
    struct Search;

    [[nodiscard]] Lost readRows(QLatin1StringView table, QLatin1StringView key, const Row &columns,
                                const Take &take);
    static void tryBetween(Search &search);
    [[nodiscard]] QString columnList(QLatin1StringView table, const Row &columns);
    [[nodiscard]] std::map<qint64, QString> numbers(QLatin1StringView table, QLatin1StringView key,
                                                    bool &whole);

    QSqlDatabase &m_database;
};

} // namespace core
