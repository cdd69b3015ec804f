// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/storage_finder.h"

#include "imaging/descriptor_io.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

namespace imaging
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using protocol::StorageFacts;

namespace
{

constexpr qint64 sysfsSectorBytes = 512; // whatever the device's own block size is

QString readLine(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readLine()).trimmed()
                                          : QString();
}

Failure failure(FailureCode code, const QString &detail)
{
    return {code, Stage::Check, detail};
}

StorageFacts readFacts(const QString &folder)
{
    StorageFacts facts;
    facts.type = readLine(folder + "/device/type"_L1);
    facts.name = readLine(folder + "/device/name"_L1);
    facts.cid = readLine(folder + "/device/cid"_L1);
    facts.size = readLine(folder + "/size"_L1).toLongLong() * sysfsSectorBytes;
    facts.logicalBlockSize = readLine(folder + "/queue/logical_block_size"_L1).toInt();
    return facts;
}

// A regular file, say, that somebody has copied to where the device should be: it would be written
// to, read back, and called a success.
bool isSomethingElse(const QString &path)
{
    struct stat status {
    };
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 && !S_ISBLK(status.st_mode);
}

// Whole cards only: mmcblk0boot0, mmcblk0rpmb and partitions have more to their names. An empty
// slot has no size.
std::vector<FoundStorage> findCards(const QString &sysBlock, const QString &dev)
{
    static const QRegularExpression wholeCard(u"^mmcblk[0-9]+$"_s);
    std::vector<FoundStorage> cards;
    const QStringList names =
        QDir(sysBlock).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString &name : names) {
        if (!wholeCard.match(name).hasMatch())
            continue;
        const StorageFacts facts = readFacts(sysBlock + u'/' + name);
        if (facts.size > 0)
            cards.push_back({dev + u'/' + name, facts});
    }
    return cards;
}

std::vector<FoundStorage> ofType(const std::vector<FoundStorage> &cards, QLatin1StringView type)
{
    std::vector<FoundStorage> matching;
    std::ranges::copy_if(cards, std::back_inserter(matching),
                         [type](const FoundStorage &card) { return card.facts.type == type; });
    return matching;
}

QString namesOf(const std::vector<FoundStorage> &cards)
{
    QStringList names;
    for (const FoundStorage &card : cards)
        names.append(card.devicePath);
    return names.join(", "_L1);
}

Result<FoundStorage> theOnly(const std::vector<FoundStorage> &cards, QLatin1StringView type)
{
    if (cards.size() == 1 && isSomethingElse(cards.front().devicePath))
        return failure(FailureCode::DeviceNotFound,
                       u"%1 is no block device"_s.arg(cards.front().devicePath));
    if (cards.size() == 1)
        return cards.front();
    return failure(FailureCode::DeviceAmbiguous,
                   u"several devices of type %1: %2"_s.arg(type, namesOf(cards)));
}

// By its own ioctls, so that partitions and devices without an entry in sysfs are described as
// well.
Result<FoundStorage> describeBlockDevice(const QString &path, const QString &sysBlock)
{
    const Descriptor descriptor(
        ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    int blockSize = 0;
    const qint64 size = descriptor ? sizeOf(descriptor.get()) : -1;
    if (size < 0 || ::ioctl(descriptor.get(), BLKSSZGET, &blockSize) != 0)
        return failure(FailureCode::DeviceReadError, u"%1: %2"_s.arg(path, qt_error_string(errno)));
    const QString name = QFileInfo(QFileInfo(path).canonicalFilePath()).fileName();
    FoundStorage found{path, readFacts(sysBlock + u'/' + name)};
    if (found.facts.type.isEmpty())
        found.facts.type = u"block"_s;
    found.facts.size = size - size % blockSize; // as openBlockDevice() counts
    found.facts.logicalBlockSize = blockSize;
    return found;
}

} // namespace

Result<FoundStorage> findStorage(const QString &sysBlock, const QString &dev, bool allowSd)
{
    const auto all = findCards(sysBlock, dev);
    if (const auto emmc = ofType(all, "MMC"_L1); !emmc.empty())
        return theOnly(emmc, "MMC"_L1);
    const auto cards = ofType(all, "SD"_L1);
    if (cards.empty())
        return failure(FailureCode::DeviceNotFound, u"no eMMC among %1"_s.arg(sysBlock));
    if (!allowSd)
        return failure(FailureCode::DeviceIsSdCard, u"only SD cards: %1"_s.arg(namesOf(cards)));
    return theOnly(cards, "SD"_L1);
}

Result<FoundStorage> describeStorage(const QString &path, const QString &sysBlock)
{
    struct stat status {
    };
    if (::stat(QFile::encodeName(path).constData(), &status) != 0)
        return failure(FailureCode::DeviceNotFound, u"%1: %2"_s.arg(path, qt_error_string(errno)));
    if (S_ISBLK(status.st_mode))
        return describeBlockDevice(path, sysBlock);
    if (!S_ISREG(status.st_mode))
        return failure(FailureCode::DeviceNotFound,
                       u"%1 is neither a block device nor a regular file"_s.arg(path));
    FoundStorage found{path, {}};
    found.facts.type = u"file"_s;
    found.facts.size = status.st_size;
    found.facts.logicalBlockSize = 512;
    return found;
}

} // namespace imaging
