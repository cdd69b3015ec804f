// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/image_text.h"

#include "ui/format.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::ImageText)
};

QString filesystemText(const core::PartitionFacts &partition)
{
    if (partition.filesystem.isEmpty())
        return partition.type.isEmpty() ? Tr::tr("unknown contents")
                                        : Tr::tr("unknown contents (type %1)").arg(partition.type);
    if (partition.label.isEmpty())
        return partition.filesystem;
    return Tr::tr("%1 “%2”", "file system, label").arg(partition.filesystem, partition.label);
}

QString partitionText(const core::PartitionFacts &partition)
{
    QStringList parts{filesystemText(partition), format::bytes(partition.length)};
    if (partition.dataBytes >= 0)
        parts << Tr::tr("%1 used").arg(format::bytes(partition.dataBytes));
    const QString text = parts.join(u", "_s);
    return partition.number > 0 ? u"%1  %2"_s.arg(partition.number).arg(text) : text;
}

} // namespace

QString tableText(const core::ImageFacts &facts)
{
    if (!facts.known)
        return {};
    if (facts.table.isEmpty())
        return Tr::tr("no partition table");
    const QString partitions = facts.partitions.isEmpty() ? Tr::tr("no partitions")
                                                          : Tr::tr("%n partition(s)", nullptr,
                                                                   int(facts.partitions.size()));
    return u"%1, %2"_s.arg(facts.table.toUpper(), partitions);
}

QString partitionsText(const core::ImageFacts &facts)
{
    QStringList lines;
    for (const core::PartitionFacts &partition : facts.partitions)
        lines << partitionText(partition);
    return lines.join(u'\n');
}

QString checkedText(const QStringList &checkedBy)
{
    if (checkedBy.isEmpty())
        return {};
    return Tr::tr("agrees with %1", "names of checksum files").arg(checkedBy.join(u", "_s));
}

} // namespace ui
