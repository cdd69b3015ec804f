// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_database.h"

#include "core/store_rows.h"
#include "core/store_schema.h"

#include <QSqlError>
#include <QStringList>
#include <QUuid>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// SQLite's primary result codes, https://sqlite.org/rescode.html
constexpr int sqliteError = 1;
constexpr int sqliteFull = 13;
constexpr int sqliteTooBig = 18;
constexpr int sqliteConstraint = 19;
constexpr int sqliteMismatch = 20;

int primaryCode(const QSqlError &error)
{
    return error.nativeErrorCode().toInt() & 0xff;
}

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

template<class Value>
Result<QList<Value>> readAll(const QSqlDatabase &database, QLatin1StringView table,
                             Result<Value> fromRow(const QSqlQuery &))
{
    QSqlQuery query(database);
    query.setForwardOnly(true);
    QList<Value> values;
    if (query.exec(u"SELECT * FROM %1 ORDER BY seq"_s.arg(table))) {
        while (query.next()) {
            auto value = fromRow(query);
            if (!value)
                return value.failure();
            values << std::move(*value);
        }
    }
    if (query.lastError().isValid())
        return Failure{FailureCode::StationIoError, {}, query.lastError().text()};
    return values;
}

Result<QHash<QString, QString>> readSettings(const QSqlDatabase &database)
{
    QSqlQuery query(database);
    QHash<QString, QString> settings;
    if (!query.exec(u"SELECT key, value FROM setting"_s))
        return Failure{FailureCode::StationIoError, {}, query.lastError().text()};
    while (query.next())
        settings.insert(query.value(0).toString(), query.value(1).toString());
    return settings;
}

} // namespace

StoreDatabase::StoreDatabase(const QString &path)
    : m_connection(u"store-"_s + QUuid::createUuid().toString(QUuid::Id128)),
      m_database(QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection))
{
    m_database.setDatabaseName(path);
}

StoreDatabase::~StoreDatabase()
{
    m_prepared.clear(); // statements and handles before the connection that they belong to
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connection);
}

Result<void> StoreDatabase::open()
{
    return openDatabase(m_database);
}

Result<Snapshot> StoreDatabase::load()
{
    auto devices = readAll(m_database, "device"_L1, deviceFromRow);
    if (!devices)
        return devices.failure();
    auto jobs = readAll(m_database, "job"_L1, jobFromRow);
    if (!jobs)
        return jobs.failure();
    auto images = readAll(m_database, "image"_L1, imageFromRow);
    if (!images)
        return images.failure();
    auto settings = readSettings(m_database);
    if (!settings)
        return settings.failure();
    return Snapshot{std::move(*devices), std::move(*jobs), std::move(*images),
                    std::move(*settings)};
}

Result<void> StoreDatabase::write(std::vector<Change> &changes)
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
    const bool full = primaryCode(m_lastError) == sqliteFull;
    return {full ? FailureCode::StorageFull : FailureCode::StationIoError,
            {},
            u"database %1: %2"_s.arg(m_database.databaseName(), m_lastError.text())};
}

bool StoreDatabase::isHopeless() const
{
    const int code = primaryCode(m_lastError);
    return code == sqliteError || code == sqliteTooBig || code == sqliteConstraint ||
           code == sqliteMismatch;
}

} // namespace core
