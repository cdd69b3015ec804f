// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pack_folder.h"

#include "core/files.h"

#include "imaging/descriptor_io.h"

#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr auto packEnd = ".img.zst"_L1;
constexpr qsizetype identityDigits = 64;
constexpr qint64 maxRecordBytes = 1024 * 1024;

bool isIdentity(QStringView text)
{
    return text.size() == identityDigits && std::all_of(text.begin(), text.end(), [](QChar digit) {
               return (digit >= u'0' && digit <= u'9') || (digit >= u'a' && digit <= u'f');
           });
}

Failure duringImport(const Failure &failure)
{
    const bool full = failure.code == FailureCode::StorageFull;
    return {full ? FailureCode::StorageFull : FailureCode::StationIoError, Stage::Import,
            failure.detail};
}

} // namespace

PackFolder::PackFolder(const QString &path) : m_folder(path)
{
    m_folder.mkpath(u"."_s); // what does not work shows at the first import
}

PackFolder::~PackFolder()
{
    m_remover.drain();
}

QString PackFolder::packName(const QString &identity)
{
    return identity + packEnd;
}

QString PackFolder::packPath(const QString &identity) const
{
    return m_folder.filePath(packName(identity));
}

QString PackFolder::partPath(const QString &importId) const
{
    return m_folder.filePath(u"IMPORT-%1.part"_s.arg(importId));
}

void PackFolder::removeParts() const
{
    // Ids of imports, and identities of packs whose removal was under way.
    static const QRegularExpression ours(u"^IMPORT-([0-9a-f]{32}|[0-9a-f]{64})[.]part$"_s);
    for (const QString &name : m_folder.entryList({u"IMPORT-*.part"_s}, QDir::Files)) {
        const QString path = m_folder.filePath(name);
        const FileDescriptor file = openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
        if (ours.match(name).hasMatch() && file && isOwnFile(file.get()))
            QFile::remove(path);
    }
}

QStringList PackFolder::packs() const
{
    QStringList identities;
    for (const QString &name : m_folder.entryList({"*"_L1 + packEnd}, QDir::Files)) {
        const QString identity = name.chopped(packEnd.size());
        if (isIdentity(identity) && fileStamp(m_folder.filePath(name)))
            identities.append(identity);
    }
    return identities;
}

Result<void> PackFolder::adopt(const QString &part, const QString &identity,
                               const PackRecord &record)
{
    {
        const std::lock_guard lock(m_mutex);
        m_adopted << identity;
    }
    const QString path = packPath(identity);
    auto named = writeRecord(identity, record);
    if (named)
        named = renameFile(part, path, true);
    if (named)
        named = syncFolderOf(path);
    if (named)
        return {};
    release(identity);
    QFile::remove(part);
    return duringImport(named.failure());
}

void PackFolder::release(const QString &identity)
{
    const std::lock_guard lock(m_mutex);
    m_adopted.removeOne(identity);
}

void PackFolder::keep(const QString &identity)
{
    const std::lock_guard lock(m_mutex);
    m_kept.insert(identity);
}

void PackFolder::remove(const QString &identity)
{
    {
        const std::lock_guard lock(m_mutex);
        m_kept.remove(identity);
    }
    m_remover.submit([this, identity] { removeUnlessWanted(identity); });
}

// Under the lock it only changes its name, which is quick: the main thread may want the lock.
void PackFolder::removeUnlessWanted(const QString &identity)
{
    const QString gone = m_folder.filePath(u"IMPORT-%1.part"_s.arg(identity));
    {
        const std::lock_guard lock(m_mutex);
        if (m_adopted.contains(identity) || m_kept.contains(identity))
            return;
        if (!renameFile(m_folder.filePath(identity + packEnd), gone, true))
            return;
    }
    QFile::remove(recordPath(identity));
    QFile::remove(gone);
}

QString PackFolder::recordPath(const QString &identity) const
{
    return m_folder.filePath(identity + ".json"_L1);
}

void PackFolder::note(const QString &identity, const PackRecord &record)
{
    m_remover.submit([this, identity, record] {
        if (fileStamp(packPath(identity)))
            (void)writeRecord(identity, record); // a help alone, see pack_record.h
    });
}

Result<void> PackFolder::writeRecord(const QString &identity, const PackRecord &record) const
{
    const QString path = recordPath(identity);
    const QString fresh = path + ".new"_L1;
    const std::lock_guard lock(m_recordMutex);
    const FileDescriptor file = openFile(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (!file)
        return fileFailure(errno, fresh);
    const QByteArray bytes = record.toJson();
    const auto written =
        writeAt(file.get(), 0, std::as_bytes(std::span(bytes.constData(), size_t(bytes.size()))));
    if (!written)
        return written;
    if (::fsync(file.get()) != 0)
        return fileFailure(errno, fresh);
    return renameFile(fresh, path, true);
}

std::optional<PackRecord> PackFolder::record(const QString &identity) const
{
    const FileDescriptor file = openFile(recordPath(identity), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const auto stamp = file ? fileStamp(file.get()) : std::nullopt;
    if (!stamp || stamp->size > maxRecordBytes)
        return std::nullopt;
    QByteArray bytes(qsizetype(stamp->size), Qt::Uninitialized);
    const auto out = std::as_writable_bytes(std::span(bytes.data(), size_t(bytes.size())));
    if (imaging::readFully(file.get(), 0, out).bytes != out.size())
        return std::nullopt;
    return PackRecord::fromJson(bytes);
}

} // namespace core
