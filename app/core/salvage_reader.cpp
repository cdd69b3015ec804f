// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/salvage_reader.h"

#include <QSqlError>
#include <QVariant>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

// Numbers that are tried one by one where no index tells which there are; fewer where nothing at
// all was read, so that most likely the page is bad that leads to all others.
constexpr qint64 maxTries = 20'000;
constexpr qint64 maxTriesInVain = 1'000;

enum class Order { Forwards, Backwards };

} // namespace

// Of one table.
struct SalvageReader::Search {
    Search(QSqlDatabase &where, QString what, const Take &taker)
        : database(where), select(std::move(what)), take(taker), one(where)
    {
    }

    QSqlDatabase &database;
    QString select;
    const Take &take;
    QSqlQuery one; // of look()
    bool prepared = false;
    std::set<qint64> met;                             // made sense or not
    std::set<qint64> useless;                         // of these, or cannot be read
    qint64 front = -1;                                // the last one before the first bad page
    qint64 back = std::numeric_limits<qint64>::max(); // the first one behind the last bad page

    // False when it met a bad page before the end, or before `front`.
    bool scan(Order order)
    {
        QSqlQuery query(database);
        query.setForwardOnly(true);
        const bool forwards = order == Order::Forwards;
        (void)query.exec(select + (forwards ? " ORDER BY seq"_L1 : " ORDER BY seq DESC"_L1));
        while (query.next()) {
            const qint64 number = query.value(0).toLongLong();
            if (!forwards && number <= front)
                return true;
            meet(number, query);
            (forwards ? front : back) = number;
        }
        return !query.lastError().isValid();
    }

    void look(qint64 number)
    {
        if (!prepared) {
            one.setForwardOnly(true);
            prepared = one.prepare(select + " WHERE seq = ?"_L1);
        }
        one.bindValue(0, number);
        if (one.exec() && one.next())
            meet(number, one);
        else if (one.lastError().isValid())
            useless.insert(number);
        one.finish();
    }

    void meet(qint64 number, const QSqlQuery &query)
    {
        if (met.insert(number).second && !take(number, query))
            useless.insert(number);
    }
};

SalvageReader::Lost SalvageReader::readRows(QLatin1StringView table, QLatin1StringView key,
                                            const Row &columns, const Take &take)
{
    const QString list = columnList(table, columns);
    Lost lost;
    lost.more = list.isEmpty(); // there is no such table any more
    if (lost.more)
        return lost;
    Search search{m_database, u"SELECT %1 FROM %2"_s.arg(list, table), take};
    const bool whole = search.scan(Order::Forwards);
    if (!whole)
        search.scan(Order::Backwards);
    bool indexed = false;
    const auto known = numbers(table, key, indexed);
    for (const auto &[number, name] : known) {
        if (!search.met.contains(number))
            search.look(number);
    }
    lost.more = !whole && !indexed;
    if (lost.more)
        tryBetween(search);
    for (const auto &[number, name] : known) {
        lost.count += qsizetype(search.useless.count(number));
        if (search.useless.contains(number))
            lost.keys << name;
    }
    for (const qint64 number : search.useless) // that no index knows, and that were there
        lost.count += !known.contains(number) && search.met.contains(number) ? 1 : 0;
    return lost;
}

void SalvageReader::tryBetween(Search &search)
{
    const qint64 tries = search.met.empty() ? maxTriesInVain : maxTries;
    const qint64 end = std::min(search.back, search.front + tries);
    for (qint64 number = search.front + 1; number < end; ++number) {
        if (!search.met.contains(number))
            search.look(number);
    }
}

// With what an older version's table does not have.
QString SalvageReader::columnList(QLatin1StringView table, const Row &columns)
{
    QSqlQuery query(m_database);
    QStringList there;
    (void)query.exec(u"PRAGMA table_info(%1)"_s.arg(table));
    while (query.next())
        there << query.value(1).toString();
    if (!there.contains("seq"_L1))
        return {};
    QStringList list{u"seq"_s};
    for (const Column &column : columns)
        list << (there.contains(column.name) ? QString(column.name)
                                             : u"'' AS %1"_s.arg(column.name));
    return list.join(", "_L1);
}

// By the index of the keys, which needs none of the table's own pages.
std::map<qint64, QString> SalvageReader::numbers(QLatin1StringView table, QLatin1StringView key,
                                                 bool &whole)
{
    std::map<qint64, QString> numbers;
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    whole = query.exec(u"SELECT seq, %1 FROM %2 ORDER BY %1"_s.arg(key, table));
    while (query.next())
        numbers.emplace(query.value(0).toLongLong(), query.value(1).toString());
    whole = whole && !query.lastError().isValid();
    return numbers;
}

bool SalvageReader::readSettings(QHash<QString, QString> &settings)
{
    bool whole = true;
    for (const auto &order : {"ASC"_L1, "DESC"_L1}) {
        QSqlQuery query(m_database);
        query.setForwardOnly(true);
        whole = query.exec(u"SELECT key, value FROM setting ORDER BY key %1"_s.arg(order));
        while (query.next())
            settings.insert(query.value(0).toString(), query.value(1).toString());
        whole = whole && !query.lastError().isValid();
        if (whole)
            return true;
    }
    return false;
}

} // namespace core
