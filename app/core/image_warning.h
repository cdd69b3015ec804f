// SPDX-License-Identifier: GPL-3.0-or-later
// What is doubtful about an image that can be deployed all the same: one list for the card, the
// Deploy dialog, the operator level and the job's record. ui has the sentences.
#pragma once

#include <QLatin1StringView>
#include <QList>
#include <QString>

#include <optional>

namespace core
{

enum class ImageWarningCode {
    ImageTruncated,       // partition, bytes: so many of it lie behind the end of the image
    NoPartitionTable,     // nothing says where a boot partition would be
    OnlyFilesystem,       // detail: its type; a file system without a partition table around it
    NoBootPartition,      // a table, but no FAT file system that a Raspberry Pi starts from
    TablesDisagree,       // detail; MBR and GPT, or the two copies of the GPT, differ
    SectorSize4096,       // the table is made for sectors of 4096 bytes; the eMMC has 512
    PartitionsOverlap,    // partition: the second of the two
    PartitionLoop,        // the chain of logical partitions leads back to itself
    PartitionUnplausible, // partition, bytes: longer than any eMMC of these devices
    SizeNotInSectors,     // bytes: of the last sector that is not whole
    TrailingBytes,        // bytes behind the end of the compressed stream, left out
    UnmappedData,         // bytes that the bmap leaves out and that are not zero; taken as they are
    MachineId,            // partition: /etc/machine-id is set; every copy shares it
    SshHostKeys,          // partition: /etc/ssh/ssh_host_*_key are there; every copy shares them
    CloudInitState,       // partition: /var/lib/cloud/instance is there; cloud-init has run
};

struct ImageWarning {
    ImageWarningCode code = ImageWarningCode::NoPartitionTable;
    int partition = 0; // as the kernel counts them; 0: not about one
    qint64 bytes = 0;  // as the code says; 0: not told
    QString detail;    // technical, English; never the only explanation

    friend bool operator==(const ImageWarning &, const ImageWarning &) = default;
};

// Stable texts for the database and the operator level.
[[nodiscard]] QLatin1StringView toText(ImageWarningCode code);
[[nodiscard]] std::optional<ImageWarningCode> imageWarningFromText(QStringView text);

} // namespace core
