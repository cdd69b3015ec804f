// SPDX-License-Identifier: GPL-3.0-or-later
// What a file that the station has written holds, written down elsewhere: by this it is known again
// where nothing else tells files apart (FAT, exFAT, NTFS, FUSE, SMB: no owner, and inode numbers
// that change with each mount).
#pragma once

#include "imaging/sha256.h"

#include <QtGlobal>

#include <optional>
#include <span>

namespace core
{

// A stretch of the file: SHA-256 of 256 blocks of 4096 bytes spread evenly over it, its first and
// last among them; of all of it when it is no longer than they are together.
struct FileProof {
    qint64 from = 0;  // byte
    qint64 bytes = 0; // 0: nothing is written down
    imaging::Digest digest{};

    // nullopt when it cannot be read, or ends before.
    [[nodiscard]] static std::optional<FileProof> of(int descriptor, qint64 from, qint64 bytes);
    // Of what is about to be written there.
    [[nodiscard]] static FileProof of(qint64 from, std::span<const std::byte> bytes);

    // Whether the open file holds that; it may be longer.
    [[nodiscard]] bool matches(int descriptor) const;
};

// Whether the open file is empty, or zero in all of the blocks that a proof would look at: as one
// is that was only given its size.
[[nodiscard]] bool isBlank(int descriptor);

} // namespace core
