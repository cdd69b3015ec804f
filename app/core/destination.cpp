// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/destination.h"

#include "imaging/block_map.h"

#include <QFile>
#include <QFileInfo>

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

// The length is kept in 32 bits: Microsoft, FAT32 File System Specification, DIR_FileSize.
constexpr qint64 largestOnFat = (qint64(1) << 32) - 1;
constexpr quint32 exfat = 0x2011bab0;

// Of a pack, per chunk: its frame when it is zero, its entries in map and seek table.
constexpr qint64 leastPerChunk = 40;

qint64 leastNeeded(const DestinationFacts &facts, BackupFormat format, qint64 size)
{
    if (format == BackupFormat::Raw)
        return facts.keepsHoles ? 0 : size;
    return qint64(imaging::chunkCount(size)) * leastPerChunk;
}

bool isBlockDeviceGone(dev_t device)
{
    // Others than disks have number 0 for a major: network and memory file systems.
    return major(device) != 0 &&
           !QFileInfo::exists(u"/sys/dev/block/%1:%2"_s.arg(major(device)).arg(minor(device))) &&
           QFileInfo::exists(u"/sys/dev/block"_s);
}

} // namespace

DestinationFacts destinationFacts(const QString &path)
{
    const QString folder = QFileInfo(path).absolutePath();
    DestinationFacts facts;
    facts.freeBytes = freeBytes(folder);
    struct statfs system {
    };
    if (::statfs(QFile::encodeName(folder).constData(), &system) != 0)
        return facts;
    const auto type = quint32(system.f_type);
    if (type == MSDOS_SUPER_MAGIC)
        facts.largestFile = largestOnFat;
    facts.keepsHoles = type != MSDOS_SUPER_MAGIC && type != exfat;
    return facts;
}

Result<void> checkDestination(const DestinationFacts &facts, const QString &path,
                              BackupFormat format, qint64 size, qint64 written)
{
    if (size <= 0)
        return {};
    if (format == BackupFormat::Raw && facts.largestFile >= 0 && size > facts.largestFile) {
        return Failure{FailureCode::FileTooLarge, Stage::Receive,
                       u"%1: the device has %2 bytes, a file of this disk at most %3"_s.arg(path)
                           .arg(size)
                           .arg(facts.largestFile)};
    }
    const qint64 needed = leastNeeded(facts, format, size) - written;
    if (facts.freeBytes < 0 || facts.freeBytes >= needed)
        return {};
    return Failure{FailureCode::StorageFull, Stage::Receive,
                   u"%1: %2 bytes are free, at least %3 are needed"_s.arg(path)
                       .arg(facts.freeBytes)
                       .arg(needed)};
}

bool isGone(int descriptor, const QString &path)
{
    const QByteArray folder = QFile::encodeName(QFileInfo(path).absolutePath());
    struct stat there {
    };
    struct stat opened {
    };
    struct statvfs system {
    };
    if (::fstat(descriptor, &opened) != 0 || ::fstatvfs(descriptor, &system) != 0)
        return true; // a share whose server has forgotten it
    if (::stat(folder.constData(), &there) != 0 || there.st_dev != opened.st_dev)
        return true;
    // What the kernel does to a disk that went away under a journal.
    return (system.f_flag & ST_RDONLY) != 0 || isBlockDeviceGone(opened.st_dev);
}

Failure orGone(Failure failure, int descriptor, const QString &path)
{
    const bool generic = failure.code == FailureCode::StationIoError ||
                         failure.code == FailureCode::DestinationUnwritable;
    if (generic && isGone(descriptor, path))
        failure.code = FailureCode::DestinationGone;
    return failure;
}

} // namespace core
