// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_schema.h"

#include "core/files.h"

#include <QFile>
#include <QFileInfo>
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

Failure failureAt(const QSqlDatabase &database, const QString &what,
                  FailureCode code = FailureCode::StationIoError)
{
    return {code, {}, u"database %1: %2"_s.arg(database.databaseName(), what)};
}

bool isDiskFull(const QSqlDatabase &database)
{
    const qint64 bytes = freeBytes(QFileInfo(database.databaseName()).absolutePath());
    return bytes >= 0 && bytes < 256 * 1024; // a few pages and -shm must fit
}

Result<QVariant> ask(QSqlDatabase &database, const QString &sql)
{
    QSqlQuery query(database);
    if (!query.exec(sql))
        return databaseFailure(database, query.lastError());
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
        return failureAt(database, QString::fromLocal8Bit(strerror(errno)),
                         errno == ENOSPC || errno == EDQUOT ? FailureCode::StorageFull
                                                            : FailureCode::StationIoError);
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
        return failureAt(database, u"damaged: "_s + verdict->toString(),
                         FailureCode::DatabaseDamaged);
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
    if (version->toInt() < 0)
        return failureAt(database, u"damaged: version %1"_s.arg(version->toInt()),
                         FailureCode::DatabaseDamaged);
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

// Until the version and the whole of it are known to be good.
Result<int> openAndCheck(QSqlDatabase &database)
{
    database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    if (!database.open())
        return databaseFailure(database, database.lastError());
    const auto version = readVersion(database);
    if (!version)
        return version.failure();
    if (const auto intact = checkIntegrity(database); !intact)
        return intact.failure();
    return *version;
}

} // namespace

int sqlite::primaryCode(const QSqlError &failure)
{
    return failure.nativeErrorCode().toInt() & 0xff;
}

Failure databaseFailure(const QSqlDatabase &database, const QSqlError &error)
{
    const int code = sqlite::primaryCode(error);
    FailureCode kind = FailureCode::StationIoError;
    if (code == sqlite::full || (code == sqlite::ioError && isDiskFull(database)))
        kind = FailureCode::StorageFull;
    else if (code == sqlite::corrupt || code == sqlite::notADatabase || code == sqlite::error)
        kind = FailureCode::DatabaseDamaged; // or its tables are not those of its version
    // The file was opened for writing before: its own header says so. Where its folder is the
    // reason the extended code tells.
    else if (error.nativeErrorCode().toInt() == sqlite::readOnly)
        kind = FailureCode::DatabaseDamaged;
    return failureAt(database, error.text(), kind);
}

Result<void> openDatabase(QSqlDatabase &database)
{
    if (const auto made = makePrivateFile(database); !made)
        return made.failure();
    const auto version = openAndCheck(database);
    if (!version)
        return version.failure();
    const auto tuned =
        run(database, {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = NORMAL"_s,
                       u"PRAGMA foreign_keys = ON"_s});
    return tuned ? migrate(database, *version) : tuned.failure();
}

Result<void> openDatabaseOnFullDisk(QSqlDatabase &database)
{
    database.close();
    if (!database.open())
        return databaseFailure(database, database.lastError());
    // https://sqlite.org/wal.html, "Use of WAL Without Shared-Memory": before the first access.
    if (const auto alone = ask(database, u"PRAGMA locking_mode = EXCLUSIVE"_s); !alone)
        return alone.failure();
    const auto version = readVersion(database);
    if (!version)
        return version.failure();
    if (const auto intact = checkIntegrity(database); !intact)
        return intact.failure();
    if (*version == schemaVersion)
        return {};
    return failureAt(database, u"the disk is full"_s, FailureCode::StorageFull);
}

} // namespace core
