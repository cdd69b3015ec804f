// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_database.h"

#include "core/store_rows.h"
#include "core/store_schema.h"

#include <QSqlError>
#include <QStringList>
#include <QUuid>

#include <algorithm>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

QString upsertSql(QLatin1StringView table, const Row &row)
{
    QStringList names;
    QStringList marks;
    QStringList updates;
    for (const Column &column : row) {
        names << column.name;
        marks << u"?"_s;
        updates << u"%1 = excluded.%1"_s.arg(column.name);
    }
    return u"INSERT INTO %1 (%2) VALUES (%3) ON CONFLICT (%4) DO UPDATE SET %5"_s.arg(
        table, names.join(u','), marks.join(u','), names.front(), updates.join(u','));
}

QVariantList valuesOf(const Row &row)
{
    QVariantList values;
    for (const Column &column : row)
        values << column.value;
    return values;
}

struct Statement {
    QString sql;
    QVariantList values;
};

struct ToStatement {
    static Statement upsert(QLatin1StringView table, const Row &row)
    {
        return {upsertSql(table, row), valuesOf(row)};
    }
    Statement operator()(const Device &device) const { return upsert("device"_L1, toRow(device)); }
    Statement operator()(const Job &job) const { return upsert("job"_L1, toRow(job)); }
    Statement operator()(const Image &image) const { return upsert("image"_L1, toRow(image)); }
    Statement operator()(const Setting &setting) const
    {
        const QString value = setting.value.isNull() ? u""_s : setting.value;
        return upsert("setting"_L1, {{"key"_L1, setting.key}, {"value"_L1, value}});
    }
    Statement operator()(const Removal &removal) const
    {
        return {u"DELETE FROM %1 WHERE %2 = ?"_s.arg(removal.table, removal.keyColumn),
                {removal.key}};
    }
};

// Rows that a message names one by one; of more it says how many.
constexpr qsizetype namedRows = 5;

class TableReader
{
public:
    TableReader(const QSqlDatabase &database, std::vector<RejectedRows> &rejected)
        : m_database(database), m_rejected(rejected)
    {
    }

    template<class Value>
    Result<QList<Value>> read(QLatin1StringView table, Result<Value> fromRow(const QSqlQuery &))
    {
        QSqlQuery query(m_database);
        query.setForwardOnly(true);
        QList<Value> values;
        QStringList bad;
        if (query.exec(u"SELECT * FROM %1 ORDER BY seq"_s.arg(table))) {
            while (query.next()) {
                auto value = fromRow(query);
                if (value)
                    values << std::move(*value);
                else
                    bad << u"%1 (%2)"_s.arg(query.value(1).toString(), value.failure().detail);
            }
        }
        if (query.lastError().isValid())
            return databaseFailure(m_database, query.lastError());
        reject(table, bad);
        return values;
    }

    Result<QHash<QString, QString>> readSettings()
    {
        QSqlQuery query(m_database);
        QHash<QString, QString> settings;
        if (!query.exec(u"SELECT key, value FROM setting"_s))
            return databaseFailure(m_database, query.lastError());
        while (query.next())
            settings.insert(query.value(0).toString(), query.value(1).toString());
        return settings;
    }

private:
    void reject(QLatin1StringView table, const QStringList &bad)
    {
        if (bad.isEmpty())
            return;
        QString names = bad.first(std::min(bad.size(), namedRows)).join(", "_L1);
        if (bad.size() > namedRows)
            names += u" and %1 more"_s.arg(bad.size() - namedRows);
        const QString notice = u"database %1: left out, and kept in the file: %2 %3"_s.arg(
            m_database.databaseName(), table, names);
        m_rejected.push_back({table, {FailureCode::DatabaseDamaged, {}, notice}, bad});
    }

    const QSqlDatabase &m_database;
    std::vector<RejectedRows> &m_rejected;
};

} // namespace

StoreDatabase::StoreDatabase(const QString &path)
    : m_connection(u"store-"_s + QUuid::createUuid().toString(QUuid::Id128)),
      m_database(QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection))
{
    m_database.setDatabaseName(path);
}

StoreDatabase::~StoreDatabase()
{
    close(); // statements and handles before the connection that they belong to
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connection);
}

Result<void> StoreDatabase::open()
{
    return openDatabase(m_database);
}

Result<void> StoreDatabase::openOnFullDisk()
{
    return openDatabaseOnFullDisk(m_database);
}

void StoreDatabase::close()
{
    m_prepared.clear();
    m_database.close();
}

Result<Snapshot> StoreDatabase::load(std::vector<RejectedRows> &rejected)
{
    TableReader reader(m_database, rejected);
    auto devices = reader.read("device"_L1, deviceFromRow);
    if (!devices)
        return devices.failure();
    auto jobs = reader.read("job"_L1, jobFromRow);
    if (!jobs)
        return jobs.failure();
    auto images = reader.read("image"_L1, imageFromRow);
    if (!images)
        return images.failure();
    auto settings = reader.readSettings();
    if (!settings)
        return settings.failure();
    return Snapshot{std::move(*devices), std::move(*jobs), std::move(*images),
                    std::move(*settings)};
}

QString StoreDatabase::setting(const QString &key) const
{
    QSqlQuery query(m_database);
    if (!query.prepare(u"SELECT value FROM setting WHERE key = ?"_s))
        return {};
    query.addBindValue(key);
    return query.exec() && query.next() ? query.value(0).toString() : QString();
}

Result<void> StoreDatabase::write(std::vector<Change> &changes, std::vector<Change> *dropped)
{
    Result<void> first;
    while (!changes.empty()) {
        size_t failed = changes.size();
        const auto written = writeAll(changes, &failed);
        if (written)
            break;
        if (first)
            first = written;
        if (failed == changes.size() || !isHopeless())
            return first;
        if (dropped)
            dropped->push_back(std::move(changes[failed]));
        changes.erase(changes.begin() + qptrdiff(failed));
    }
    changes.clear();
    return first;
}

// `failed` is the position of the change that failed, or the number of changes when it was none of
// them.
Result<void> StoreDatabase::writeAll(const std::vector<Change> &changes, size_t *failed)
{
    *failed = changes.size();
    if (!execute(u"BEGIN IMMEDIATE"_s, {}))
        return lastFailure();
    for (size_t i = 0; i < changes.size(); ++i) {
        if (!apply(changes[i])) {
            *failed = i;
            const Failure failure = lastFailure();
            const QSqlError error = m_lastError;
            (void)execute(u"ROLLBACK"_s, {}); // SQLite may have done so itself, then this fails
            m_lastError = error;
            return failure;
        }
    }
    if (execute(u"COMMIT"_s, {}))
        return {};
    const Failure failure = lastFailure();
    (void)execute(u"ROLLBACK"_s, {});
    return failure;
}

bool StoreDatabase::apply(const Change &change)
{
    const Statement statement = std::visit(ToStatement(), change);
    return execute(statement.sql, statement.values);
}

bool StoreDatabase::execute(const QString &sql, const QVariantList &values)
{
    auto it = m_prepared.find(sql);
    if (it == m_prepared.end()) {
        QSqlQuery query(m_database);
        if (!query.prepare(sql)) {
            m_lastError = query.lastError();
            return false;
        }
        it = m_prepared.emplace(sql, std::move(query)).first;
    }
    for (qsizetype i = 0; i < values.size(); ++i)
        it->second.bindValue(int(i), values[i]);
    const bool done = it->second.exec();
    m_lastError = it->second.lastError();
    it->second.finish();
    return done;
}

Failure StoreDatabase::lastFailure() const
{
    return databaseFailure(m_database, m_lastError);
}

bool StoreDatabase::isHopeless() const
{
    const int code = sqlite::primaryCode(m_lastError);
    return code == sqlite::error || code == sqlite::tooBig || code == sqlite::constraint ||
           code == sqlite::mismatch;
}

} // namespace core
