// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a pack of an image file: one pass that scans, compresses and hashes a raw image on all
// cores, or copies and checks a pack of our own.
#pragma once

#include "imaging/chunk_packer.h"
#include "imaging/pack.h"

#include <QString>

#include <atomic>
#include <memory>

namespace core
{

// What tells a file that has changed since.
struct SourceStamp {
    qint64 size = 0;       // bytes
    qint64 modifiedNs = 0; // nanoseconds since the epoch
    quint64 device = 0;
    quint64 inode = 0;

    friend bool operator==(const SourceStamp &, const SourceStamp &) = default;
};

// What can be said without reading it. ImageUnreadable; ImageEmpty; ImageFormatUnknown, by the
// name's end: .img, .wic, .raw and .img.zst are taken.
[[nodiscard]] protocol::Result<SourceStamp> inspectSource(const QString &path);

// Shared with who watches or cancels the work.
struct WorkControl {
    std::atomic<qint64> done{0}; // bytes of the image
    std::atomic<bool> cancelled{false};
};

struct ImportedPack {
    SourceStamp source;
    std::shared_ptr<const imaging::PackReader>
        pack; // of the .part; stays good when that is renamed
};

// Works on the calling thread and `pool`, and leaves a flushed pack at `part`, or nothing. What
// inspectSource() says, and ImageFormatUnknown for an .img.zst that is no pack of ours,
// ImageCorrupt for one that is damaged, ImageUnreadable when the source changed meanwhile,
// StorageFull, StationIoError, Cancelled.
[[nodiscard]] protocol::Result<ImportedPack> importPack(const QString &source, const QString &part,
                                                        imaging::WorkerPool &pool,
                                                        WorkControl &control);

// The SHA-256 of the whole raw image, which people compare with published sums. ImageCorrupt,
// StationIoError, Cancelled.
[[nodiscard]] protocol::Result<imaging::Digest> digestOfImage(const imaging::PackReader &pack,
                                                              const WorkControl &control);

} // namespace core
