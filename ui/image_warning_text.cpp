// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/image_warning_text.h"

#include "ui/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

using core::ImageWarning;
using core::ImageWarningCode;

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::ImageWarningText)
};

// Numbers below a kibibyte are told exactly.
QString amount(qint64 bytes)
{
    if (bytes >= 1024)
        return format::bytes(bytes);
    return Tr::tr("%n byte(s)", nullptr, int(std::max<qint64>(0, bytes)));
}

// Without a table around it there is only the one file system.
QString placeOf(const ImageWarning &warning)
{
    return warning.partition > 0 ? Tr::tr("Partition %1").arg(warning.partition)
                                 : Tr::tr("The file system");
}

QString truncatedText(const ImageWarning &warning)
{
    if (warning.bytes <= 0)
        return Tr::tr("The image ends before its last partition does: the image is cut off.");
    return Tr::tr("%1 ends %2 behind the end of the image: the image is cut off.",
                  "partition, size")
        .arg(placeOf(warning), amount(warning.bytes));
}

QString unplausibleText(const ImageWarning &warning)
{
    if (warning.bytes <= 0)
        return Tr::tr("The limits of partition %1 contradict each other.").arg(warning.partition);
    return Tr::tr("Partition %1 is %2 long. No eMMC of these devices is that large.")
        .arg(warning.partition)
        .arg(amount(warning.bytes));
}

QString onlyFilesystemText(const ImageWarning &warning)
{
    const QString type = warning.detail.isEmpty() ? Tr::tr("unknown type") : warning.detail;
    return Tr::tr(
               "The image is only a file system (%1), without a partition table. No Raspberry Pi "
               "starts from it.")
        .arg(type);
}

} // namespace

QString imageWarningText(const ImageWarning &warning)
{
    switch (warning.code) {
    case ImageWarningCode::ImageTruncated:
        return truncatedText(warning);
    case ImageWarningCode::NoPartitionTable:
        return Tr::tr("The image has no partition table. No Raspberry Pi starts from it.");
    case ImageWarningCode::OnlyFilesystem:
        return onlyFilesystemText(warning);
    case ImageWarningCode::NoBootPartition:
        return Tr::tr("The image has no boot partition (FAT). No Raspberry Pi starts from it.");
    case ImageWarningCode::TablesDisagree:
        return Tr::tr("The partition tables of the image contradict each other.");
    case ImageWarningCode::SectorSize4096:
        return Tr::tr("The partition table is made for sectors of 4096 bytes. The eMMC has sectors "
                      "of 512 bytes.");
    case ImageWarningCode::PartitionsOverlap:
        return Tr::tr("Partition %1 overlaps another partition.").arg(warning.partition);
    case ImageWarningCode::PartitionLoop:
        return Tr::tr("The list of logical partitions leads back to itself. Partitions may be "
                      "missing.");
    case ImageWarningCode::PartitionUnplausible:
        return unplausibleText(warning);
    case ImageWarningCode::SizeNotInSectors:
        return Tr::tr("The size of the image is not a multiple of 512 bytes. The last sector has "
                      "%1.")
            .arg(amount(warning.bytes));
    case ImageWarningCode::TrailingBytes:
        return Tr::tr("The file goes on for %1 behind the end of the compressed image. The station "
                      "left this part out.")
            .arg(amount(warning.bytes));
    case ImageWarningCode::UnmappedData:
        return Tr::tr("The .bmap file leaves out %1 of data. The station took this data, too.")
            .arg(amount(warning.bytes));
    case ImageWarningCode::MachineId:
        return Tr::tr("%1 contains a machine ID. All devices get the same ID.", "partition")
            .arg(placeOf(warning));
    case ImageWarningCode::SshHostKeys:
        return Tr::tr("%1 contains SSH host keys. All devices get the same keys.", "partition")
            .arg(placeOf(warning));
    case ImageWarningCode::CloudInitState:
        return Tr::tr("%1 contains the state of cloud-init, which does not set up the devices "
                      "again.",
                      "partition")
            .arg(placeOf(warning));
    }
    return {};
}

QString imageWarningLines(const QList<ImageWarning> &warnings)
{
    QStringList lines;
    for (const ImageWarning &warning : warnings)
        lines << imageWarningText(warning);
    return lines.join(u'\n');
}

QString uncheckedText(const QStringList &files)
{
    if (files.isEmpty())
        return {};
    return files.size() == 1 ? Tr::tr("%1 lies beside it and was not checked").arg(files.first())
                             : Tr::tr("%1 lie beside it and were not checked", "names of files")
                                   .arg(files.join(u", "_s));
}

} // namespace ui
