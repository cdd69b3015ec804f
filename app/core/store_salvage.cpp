// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_salvage.h"

#include "core/file_copy.h"
#include "core/files.h"
#include "core/salvage_reader.h"
#include "core/store_rows.h"
#include "core/store_schema.h"

#include <QFile>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QUrl>
#include <QtEndian>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// https://sqlite.org/fileformat.html, "The Database Header": its default page size, the place of
// the number of pages, and of the first page's type, 13 for one that has no further pages.
constexpr qint64 pageBytes = 4096;
constexpr qsizetype pagesAt = 28;
constexpr qsizetype typeAt = 100;
constexpr char leafOfTable = 13;

// That a message names one by one; of more it says how many.
constexpr qsizetype namedDevices = 5;

class Connection
{
public:
    explicit Connection(const QString &path, const QString &options = {})
        : m_name(path), m_database(QSqlDatabase::addDatabase(u"QSQLITE"_s, path))
    {
        m_database.setDatabaseName(path);
        m_database.setConnectOptions(options);
    }
    ~Connection()
    {
        m_database.close();
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_name);
    }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    [[nodiscard]] QSqlDatabase &get() { return m_database; }

private:
    QString m_name;
    QSqlDatabase m_database;
};

// The first page of a database of this version that has no rows: it tells where the tables begin.
QByteArray emptyFirstPage(const QString &folder)
{
    const QString path = folder + "/empty"_L1;
    {
        Connection connection(path);
        if (!openDatabase(connection.get()))
            return {};
    }
    QFile file(path);
    const QByteArray page = file.open(QIODevice::ReadOnly) ? file.read(pageBytes) : QByteArray();
    return page.size() == pageBytes && page[typeAt] == leafOfTable ? page : QByteArray();
}

// Tables were never made in another order, so that they begin at the same pages in every database.
bool replaceFirstPage(const QString &path, QByteArray page)
{
    QFile file(path);
    if (page.isEmpty() || !file.open(QIODevice::ReadWrite))
        return false;
    qToBigEndian(quint32(std::max<qint64>(1, file.size() / pageBytes)), page.data() + pagesAt);
    return file.write(page) == page.size() && file.flush();
}

bool knowsItsTables(QSqlDatabase &database)
{
    QSqlQuery query(database);
    return database.open() && query.exec(u"PRAGMA cell_size_check = ON"_s) &&
           query.exec(u"SELECT count(*) FROM sqlite_master WHERE name IN "
                      "('device', 'job', 'image', 'setting')"_s) &&
           query.next() && query.value(0).toInt() > 0;
}

// "12 jobs", "1 job and perhaps more", "jobs", as much as is known of it.
void tell(QStringList &lost, const SalvageReader::Lost &rows, qsizetype named,
          QLatin1StringView one, QLatin1StringView many)
{
    const qsizetype count = rows.count - named;
    QString text = count > 0 ? u"%1 %2"_s.arg(count).arg(count == 1 ? one : many) : QString();
    if (rows.more)
        text = text.isEmpty() ? QString(many) : text + " and perhaps more"_L1;
    if (!text.isEmpty())
        lost << text;
}

void read(QSqlDatabase &database, Salvage &salvage)
{
    salvage.unreadable = false;
    QStringList &lost = salvage.lost;
    SalvageReader reader(database);
    const auto devices =
        reader.read("device"_L1, "mac"_L1, deviceFromRow, toRow(Device()), salvage.found.devices);
    const QStringList named = devices.keys.first(std::min(devices.keys.size(), namedDevices));
    for (const QString &mac : named)
        lost << "device "_L1 + mac;
    for (const QString &mac : devices.keys) {
        if (const auto parsed = MacAddress::parse(mac))
            salvage.lostDevices << *parsed;
    }
    salvage.devicesLost = devices.count > 0 || devices.more;
    tell(lost, devices, named.size(), "device"_L1, "devices"_L1);
    const auto jobs = reader.read("job"_L1, "id"_L1, jobFromRow, toRow(Job()), salvage.found.jobs);
    salvage.jobsLost = jobs.count > 0 || jobs.more;
    tell(lost, jobs, 0, "job"_L1, "jobs"_L1);
    const auto images =
        reader.read("image"_L1, "id"_L1, imageFromRow, toRow(Image()), salvage.found.images);
    tell(lost, images, 0, "entry of an image"_L1, "entries of images"_L1);
    salvage.settingsLost = !reader.readSettings(salvage.found.settings);
    if (salvage.settingsLost)
        lost << u"settings"_s;
}

void readIfItCan(QSqlDatabase &database, Salvage &salvage)
{
    if (knowsItsTables(database))
        read(database, salvage);
}

// In place, which takes no room. Beside an empty file SQLite would remove the log, and without a
// log it needs to make no file at all: https://sqlite.org/uri.html, "immutable".
void readInPlace(const QString &path, Salvage &salvage)
{
    if (QFileInfo(path).size() == 0)
        return;
    const bool hasLog = QFileInfo(path + "-wal"_L1).size() > 0;
    const QString address = QString::fromUtf8(QUrl::fromLocalFile(path).toEncoded()) +
                            (hasLog ? "?mode=ro"_L1 : "?immutable=1"_L1);
    Connection connection(address, u"QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI"_s);
    readIfItCan(connection.get(), salvage);
}

Result<void> copy(const QString &from, const QString &to)
{
    if (!QFileInfo(from).isFile())
        return {};
    const FileDescriptor target = openFile(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!target)
        return fileFailure(errno, to);
    return copyFile(from, target.get(), []() -> Result<void> { return {}; });
}

// For a copy, and what SQLite makes beside it.
bool isRoomFor(const QString &path)
{
    return freeBytes(QFileInfo(path).absolutePath()) >
           QFileInfo(path).size() + QFileInfo(path + "-wal"_L1).size() + 16 * pageBytes;
}

// With a first page that is good; `whole`: and with its log, which may make it bad again.
Result<void> readCopy(const QString &path, const QString &name, const QByteArray &first, bool whole,
                      Salvage &salvage)
{
    if (const auto copied = copy(path, name); !copied)
        return copied;
    if (const auto copied = whole ? copy(path + "-wal"_L1, name + "-wal"_L1) : Result<void>();
        !copied)
        return copied;
    if (!replaceFirstPage(name, first))
        return fileFailure(isRoomFor(path) ? EIO : ENOSPC, name);
    Connection connection(name);
    readIfItCan(connection.get(), salvage);
    // What SQLite makes beside it may not have fitted any more.
    if (salvage.unreadable && freeBytes(QFileInfo(path).absolutePath()) < 16 * pageBytes)
        return fileFailure(ENOSPC, name);
    return {};
}

} // namespace

Salvage salvageDatabase(const QString &path)
{
    Salvage salvage;
    readInPlace(path, salvage);
    if (!salvage.unreadable)
        return salvage;
    const QTemporaryDir folder(path + "-salvage-XXXXXX"_L1);
    const QByteArray first = folder.isValid() ? emptyFirstPage(folder.path()) : QByteArray();
    if (first.isEmpty())
        salvage.noRoom = !isRoomFor(path);
    for (int attempt = 0; !first.isEmpty() && attempt < 2 && salvage.unreadable; ++attempt) {
        const QString name = folder.filePath(QString::number(attempt));
        const auto copied = readCopy(path, name, first, attempt == 0, salvage);
        salvage.noRoom = !copied && copied.failure().code == FailureCode::StorageFull;
        if (!copied)
            break;
        QFile::remove(name);
    }
    return salvage;
}

} // namespace core
