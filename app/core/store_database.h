// SPDX-License-Identifier: GPL-3.0-or-later
// The store's database connection: reads everything, writes batches. Belongs to the thread that
// made it.
#pragma once

#include "core/store.h"
#include "core/store_queue.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <map>

namespace core
{

struct RejectedRows {
    QLatin1StringView table;
    protocol::Failure notice; // names them
    QStringList names;        // all of them
};

class StoreDatabase
{
public:
    explicit StoreDatabase(const QString &path);
    ~StoreDatabase();
    StoreDatabase(const StoreDatabase &) = delete;
    StoreDatabase &operator=(const StoreDatabase &) = delete;

    [[nodiscard]] QString path() const { return m_database.databaseName(); }

    // See openDatabase().
    [[nodiscard]] protocol::Result<void> open();
    // Without making any file, so that what is there can be read, and room be made.
    [[nodiscard]] protocol::Result<void> openOnFullDisk();
    void close();

    // Rows that this version does not understand are left out and named in `rejected`.
    // DatabaseDamaged, StationIoError.
    [[nodiscard]] protocol::Result<Snapshot> load(std::vector<RejectedRows> &rejected);

    // Empty when there is none, or it cannot be read.
    [[nodiscard]] QString setting(const QString &key) const;

    // One transaction. A change that the database will never take is left out; when it takes none
    // at all (disk full), `changes` keeps what is to be tried again, and is empty otherwise. The
    // first failure of either kind is returned; what is left out is added to `dropped`.
    [[nodiscard]] protocol::Result<void> write(std::vector<Change> &changes,
                                               std::vector<Change> *dropped = nullptr);

private:
    [[nodiscard]] protocol::Result<void> writeAll(const std::vector<Change> &changes,
                                                  size_t *failed);
    [[nodiscard]] bool apply(const Change &change);
    [[nodiscard]] bool execute(const QString &sql, const QVariantList &values);
    [[nodiscard]] protocol::Failure lastFailure() const;
    [[nodiscard]] bool isHopeless() const;

    QString m_connection;
    QSqlDatabase m_database;
    std::map<QString, QSqlQuery> m_prepared; // by statement
    QSqlError m_lastError;
};

} // namespace core
