// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_schema.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QStringList>
#include <QVariant>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// Times are milliseconds since the epoch (UTC), NULL when there is none; sizes are bytes. `seq`
// keeps the order of first appearance. No table refers to another by key: history outlives the
// devices and images that it tells of.
const QStringList version1{
    uR"(CREATE TABLE device (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, mac TEXT NOT NULL UNIQUE,
        address TEXT NOT NULL, other_address TEXT NOT NULL, level TEXT NOT NULL,
        session TEXT NOT NULL, boot_id TEXT NOT NULL, serial TEXT NOT NULL, model TEXT NOT NULL,
        board_revision TEXT NOT NULL, client_version TEXT NOT NULL, storage_type TEXT NOT NULL,
        storage_name TEXT NOT NULL, storage_cid TEXT NOT NULL, storage_size INTEGER NOT NULL,
        storage_logical_block_size INTEGER NOT NULL, first_seen INTEGER, last_seen INTEGER,
        armed INTEGER NOT NULL))"_s,
    uR"(CREATE TABLE job (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, mac TEXT NOT NULL,
        kind TEXT NOT NULL, state TEXT NOT NULL, level TEXT NOT NULL, token TEXT NOT NULL,
        image TEXT NOT NULL, image_name TEXT NOT NULL, image_identity TEXT NOT NULL,
        path TEXT NOT NULL, allow_sd INTEGER NOT NULL, erase_rest INTEGER NOT NULL,
        verify TEXT NOT NULL, scope TEXT NOT NULL, overwrite INTEGER NOT NULL, phase TEXT NOT NULL,
        done INTEGER NOT NULL, total INTEGER NOT NULL, outcome TEXT NOT NULL,
        failure_code TEXT NOT NULL, failure_stage TEXT NOT NULL, failure_detail TEXT NOT NULL,
        interrupted INTEGER NOT NULL, note TEXT NOT NULL, cancelled_by TEXT NOT NULL,
        created INTEGER, started INTEGER, ended INTEGER))"_s,
    u"CREATE INDEX job_by_mac ON job (mac)"_s,
    uR"(CREATE TABLE image (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        source_path TEXT NOT NULL, source_size INTEGER NOT NULL,
        source_modified_ns INTEGER NOT NULL, state TEXT NOT NULL, identity TEXT NOT NULL,
        sha256 TEXT NOT NULL, size INTEGER NOT NULL, data_bytes INTEGER NOT NULL,
        packed_bytes INTEGER NOT NULL, done INTEGER NOT NULL, total INTEGER NOT NULL,
        failure_code TEXT NOT NULL, failure_stage TEXT NOT NULL, failure_detail TEXT NOT NULL,
        added INTEGER))"_s,
    u"CREATE TABLE setting (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID"_s,
};

const QStringList version2{
    u"ALTER TABLE device ADD COLUMN netboot_refused INTEGER NOT NULL DEFAULT 0"_s,
};

// What was found out about an image while it was imported, see image_facts_json.h.
const QStringList version3{
    u"ALTER TABLE image ADD COLUMN facts TEXT NOT NULL DEFAULT ''"_s,
};

// What a job waited for longest.
const QStringList version4{
    u"ALTER TABLE job ADD COLUMN bottleneck TEXT NOT NULL DEFAULT ''"_s,
};

// What was doubtful of the image, see image_facts_json.h.
const QStringList version5{
    u"ALTER TABLE job ADD COLUMN warnings TEXT NOT NULL DEFAULT ''"_s,
};

// migrations[n] makes version n + 1 of version n.
const QList<QStringList> migrations{version1, version2, version3, version4, version5};

Failure failureAt(const QSqlDatabase &database, const QString &what)
{
    return {
        FailureCode::StationIoError, {}, u"database %1: %2"_s.arg(database.databaseName(), what)};
}

Result<QVariant> ask(QSqlDatabase &database, const QString &sql)
{
    QSqlQuery query(database);
    if (!query.exec(sql))
        return failureAt(database, query.lastError().text());
    return query.next() ? query.value(0) : QVariant();
}

Result<void> run(QSqlDatabase &database, const QStringList &statements)
{
    for (const QString &sql : statements) {
        if (const auto done = ask(database, sql); !done)
            return done.failure();
    }
    return {};
}

// Session secrets and transfer tokens lie in it, so the file is the user's alone; SQLite gives -wal
// and -shm its mode.
Result<void> makePrivateFile(const QSqlDatabase &database)
{
    const QByteArray path = QFile::encodeName(database.databaseName());
    const int fd = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return failureAt(database, QString::fromLocal8Bit(strerror(errno)));
    ::close(fd);
    return {};
}

// Reads the whole file once, before anything is written to it.
Result<void> checkIntegrity(QSqlDatabase &database)
{
    const auto verdict = ask(database, u"PRAGMA quick_check(1)"_s);
    if (!verdict)
        return verdict.failure();
    if (verdict->toString() != "ok"_L1)
        return failureAt(database, u"damaged: "_s + verdict->toString());
    return {};
}

Result<int> readVersion(QSqlDatabase &database)
{
    const auto version = ask(database, u"PRAGMA user_version"_s);
    if (!version)
        return version.failure();
    if (version->toInt() > schemaVersion) {
        return failureAt(database,
                         u"version %1 was written by a newer station, this one knows up to %2"_s
                             .arg(version->toInt())
                             .arg(schemaVersion));
    }
    return version->toInt();
}

// Also proves that the file can be written when there is nothing to migrate.
Result<void> migrate(QSqlDatabase &database, int version)
{
    QStringList statements{u"BEGIN IMMEDIATE"_s};
    for (int step = version; step < schemaVersion; ++step)
        statements += migrations[step];
    statements << u"PRAGMA user_version = %1"_s.arg(schemaVersion) << u"COMMIT"_s;
    return run(database, statements);
}

} // namespace

Result<void> openDatabase(QSqlDatabase &database)
{
    if (const auto made = makePrivateFile(database); !made)
        return made.failure();
    database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    if (!database.open())
        return failureAt(database, database.lastError().text());
    const auto version = readVersion(database);
    if (!version)
        return version.failure();
    if (const auto intact = checkIntegrity(database); !intact)
        return intact.failure();
    const auto tuned =
        run(database, {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = NORMAL"_s,
                       u"PRAGMA foreign_keys = ON"_s});
    return tuned ? migrate(database, *version) : tuned.failure();
}

} // namespace core
