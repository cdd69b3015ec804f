// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_reserve.h"

#include "core/files.h"

#include <QFile>
#include <QFileInfo>

#include <fcntl.h>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

// As much as this must be free, so that the reserve itself does not fill the disk.
constexpr qint64 roomToRenew = 4 * storeReserveBytes;

} // namespace

StoreReserve::StoreReserve(const QString &database) : m_path(database + "-reserve"_L1) {}

bool StoreReserve::release()
{
    m_held = false;
    return QFile::remove(m_path);
}

void StoreReserve::renew()
{
    if (m_held || freeBytes(QFileInfo(m_path).absolutePath()) < roomToRenew)
        return;
    const FileDescriptor file = openFile(m_path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    m_held = file && ::fallocate(file.get(), 0, 0, storeReserveBytes) == 0;
    if (file && !m_held)
        QFile::remove(m_path);
}

} // namespace core
