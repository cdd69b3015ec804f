// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_register.h"

#include "core/backup_journal.h"
#include "core/backup_path.h"
#include "core/files.h"
#include "imaging/descriptor_io.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Result;

namespace
{

constexpr qint64 maxEntryBytes = 64 * 1024;

// Ids are the station's own, 32 hex digits; no other file is looked at.
bool isJobId(const QString &text)
{
    return text.size() == 32 && std::all_of(text.begin(), text.end(), [](QChar digit) {
               return (digit >= u'0' && digit <= u'9') || (digit >= u'a' && digit <= u'f');
           });
}

QJsonArray toJson(const QList<ResultProof> &proofs)
{
    QJsonArray array;
    for (const ResultProof &proof : proofs) {
        array.append(QJsonObject{{"bytes"_L1, QString::number(proof.sample.bytes)},
                                 {"digest"_L1, imaging::toHex(proof.sample.digest)},
                                 {"identity"_L1, imaging::toHex(proof.identity)}});
    }
    return array;
}

QList<ResultProof> proofsOf(const QJsonArray &array)
{
    QList<ResultProof> proofs;
    for (const auto &value : array) {
        const QJsonObject object = value.toObject();
        const auto digest = imaging::digestFromHex(object.value("digest"_L1).toString());
        const auto identity = imaging::digestFromHex(object.value("identity"_L1).toString());
        const qint64 bytes = object.value("bytes"_L1).toString().toLongLong();
        if (digest && identity)
            proofs << ResultProof{{0, bytes, *digest}, *identity};
    }
    return proofs;
}

bool isOneOf(const QList<ResultProof> &proofs, const QString &path)
{
    const FileDescriptor file = openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    return file && isOwnFile(file.get()) &&
           std::any_of(proofs.begin(), proofs.end(),
                       [&](const ResultProof &proof) { return proof.matches(path, file.get()); });
}

} // namespace

void BackupRegister::Entry::addResult(const ResultProof &proof)
{
    results.append(proof);
    if (results.size() > 2)
        results.removeFirst();
}

QString BackupRegister::fileOf(const QString &job) const
{
    return m_directory + u'/' + job;
}

Result<void> BackupRegister::write(const QString &job, const Entry &entry) const
{
    if (m_directory.isEmpty() || !isJobId(job))
        return {};
    QDir().mkpath(m_directory);
    const FileDescriptor file = openFile(fileOf(job), O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);
    if (!file)
        return fileFailure(errno, fileOf(job));
    const QJsonObject object{{"path"_L1, entry.path},
                             {"part"_L1, QString::number(entry.part)},
                             {"result"_L1, QString::number(entry.result)},
                             {"results"_L1, toJson(entry.results)}};
    const QByteArray bytes = QJsonDocument(object).toJson(QJsonDocument::Compact);
    // Over what is there, so that no kill leaves an empty one: it only grows.
    const auto written =
        writeAt(file.get(), 0, std::as_bytes(std::span(bytes.constData(), size_t(bytes.size()))));
    if (!written)
        return written;
    if (::ftruncate(file.get(), bytes.size()) != 0 || ::fsync(file.get()) != 0)
        return fileFailure(errno, fileOf(job));
    return {};
}

std::optional<BackupRegister::Entry> BackupRegister::read(const QString &job) const
{
    if (m_directory.isEmpty() || !isJobId(job))
        return std::nullopt;
    const FileDescriptor file = openFile(fileOf(job), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const auto stamp = file ? fileStamp(file.get()) : std::nullopt;
    if (!stamp || stamp->size > maxEntryBytes)
        return std::nullopt;
    QByteArray bytes(qsizetype(stamp->size), Qt::Uninitialized);
    const auto out = std::as_writable_bytes(std::span(bytes.data(), size_t(bytes.size())));
    if (imaging::readFully(file.get(), 0, out).bytes != out.size())
        return std::nullopt;
    const QJsonObject object = QJsonDocument::fromJson(bytes).object();
    return Entry{object.value("path"_L1).toString(),
                 object.value("part"_L1).toString().toULongLong(),
                 object.value("result"_L1).toString().toULongLong(),
                 proofsOf(object.value("results"_L1).toArray())};
}

void BackupRegister::remove(const QString &job) const
{
    if (!m_directory.isEmpty() && isJobId(job))
        QFile::remove(fileOf(job));
}

QStringList BackupRegister::jobs() const
{
    if (m_directory.isEmpty())
        return {};
    QStringList jobs = QDir(m_directory).entryList(QDir::Files);
    jobs.removeIf([](const QString &name) { return !isJobId(name); });
    return jobs;
}

bool BackupRegister::isOwnResult(const QString &job, const QString &path) const
{
    const auto entry = read(job);
    const quint64 there = fileIdentity(path);
    if (!entry || there == 0 || QDir::cleanPath(entry->path) != QDir::cleanPath(path))
        return false;
    return there == entry->part || there == entry->result || isOneOf(entry->results, path);
}

void BackupRegister::clear(const QString &job) const
{
    if (const auto entry = read(job); entry && !entry->path.isEmpty())
        BackupPath::removeLeftovers(entry->path, job, entry->part);
    remove(job);
}

} // namespace core
