// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pack_folder.h"

#include "core/files.h"

#include <QFile>

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
    for (const QString &name : m_folder.entryList({u"IMPORT-*.part"_s}, QDir::Files))
        QFile::remove(m_folder.filePath(name));
}

QStringList PackFolder::packs() const
{
    QStringList identities;
    for (const QString &name : m_folder.entryList({"*"_L1 + packEnd}, QDir::Files)) {
        if (name.size() == identityDigits + packEnd.size())
            identities.append(name.first(identityDigits));
    }
    return identities;
}

Result<void> PackFolder::adopt(const QString &part, const QString &identity)
{
    {
        const std::lock_guard lock(m_mutex);
        m_adopted << identity;
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
    QFile::remove(gone);
}

} // namespace core
