// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pack_folder.h"

#include "core/files.h"

#include <QFile>
#include <QThreadPool>

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

} // namespace

PackFolder::PackFolder(const QString &path)
{
    m_shared->folder = QDir(path);
    m_shared->folder.mkpath(u"."_s); // what does not work shows at the first import
}

QString PackFolder::packPath(const QString &identity) const
{
    return m_shared->folder.filePath(identity + packEnd);
}

QString PackFolder::partPath(const QString &importId) const
{
    return m_shared->folder.filePath(u"IMPORT-%1.part"_s.arg(importId));
}

void PackFolder::removeParts() const
{
    const QDir &folder = m_shared->folder;
    for (const QString &name : folder.entryList({u"IMPORT-*.part"_s}, QDir::Files))
        QFile::remove(folder.filePath(name));
}

QStringList PackFolder::packs() const
{
    QStringList identities;
    for (const QString &name : m_shared->folder.entryList({"*"_L1 + packEnd}, QDir::Files)) {
        if (name.size() == identityDigits + packEnd.size())
            identities.append(name.first(identityDigits));
    }
    return identities;
}

Result<void> PackFolder::adopt(const QString &part, const QString &identity)
{
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->adopted << identity;
    }
    const QString path = packPath(identity);
    auto named = renameFile(part, path, true);
    if (named)
        named = syncFolderOf(path);
    if (named)
        return {};
    release(identity);
    QFile::remove(part);
    const bool full = named.failure().code == FailureCode::StorageFull;
    return Failure{full ? FailureCode::StorageFull : FailureCode::StationIoError, Stage::Import,
                   named.failure().detail};
}

void PackFolder::release(const QString &identity)
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->adopted.removeOne(identity);
}

void PackFolder::keep(const QString &identity)
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->kept.insert(identity);
}

void PackFolder::remove(const QString &identity)
{
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->kept.remove(identity);
    }
    QThreadPool::globalInstance()->start(
        [shared = m_shared, identity] { removeUnlessWanted(*shared, identity); });
}

// Under the lock it only changes its name, which is quick: the main thread may want the lock.
void PackFolder::removeUnlessWanted(Shared &shared, const QString &identity)
{
    const QString gone = shared.folder.filePath(u"IMPORT-%1.part"_s.arg(identity));
    {
        const std::lock_guard lock(shared.mutex);
        if (shared.adopted.contains(identity) || shared.kept.contains(identity))
            return;
        if (!renameFile(shared.folder.filePath(identity + packEnd), gone, true))
            return;
    }
    QFile::remove(gone);
}

} // namespace core
