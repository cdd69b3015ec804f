// SPDX-License-Identifier: GPL-3.0-or-later
// The two forms that a backup is written in: a pack, or a raw image with holes. Chunks come in
// order; the file is borrowed, and named and flushed by somebody else.
#pragma once

#include "core/backup_journal.h"
#include "core/file_proof.h"
#include "imaging/pack.h"

#include <memory>
#include <optional>
#include <span>

namespace core
{

class BackupTarget
{
public:
    virtual ~BackupTarget() = default;

    // `frame` may be empty for a raw image. StorageFull, StationIoError.
    [[nodiscard]] virtual protocol::Result<void> appendData(const imaging::Digest &digest,
                                                            std::span<const std::byte> chunk,
                                                            std::span<const std::byte> frame) = 0;
    // `lastLength`: bytes of the last of them. Takes neither memory nor room on the disk before
    // something follows.
    [[nodiscard]] virtual protocol::Result<void> appendZero(quint64 count, quint32 lastLength) = 0;
    // While nothing is in the file: what the next appendData() of these, or with none of them
    // finish(), puts there at once before anything else. nullopt: nothing but zeros.
    [[nodiscard]] virtual std::optional<FileProof>
    firstWrite(std::span<const std::byte> chunk, std::span<const std::byte> frame) const = 0;
    // Makes the file a whole image of `size` bytes.
    [[nodiscard]] virtual protocol::Result<imaging::BlockMap> finish(qint64 size) = 0;

    [[nodiscard]] virtual const ChunkList &chunks() const = 0;
};

// `resumed`: what the file holds already, see bytesCovered().
[[nodiscard]] std::unique_ptr<BackupTarget> makeBackupTarget(BackupFormat format, int descriptor,
                                                             BackupJournal::Contents resumed);

// How long the file of an unfinished backup must be at least.
[[nodiscard]] qint64 bytesCovered(const BackupJournal::Contents &contents);

} // namespace core
