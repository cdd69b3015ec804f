// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a pack of an image file: one pass that decodes, scans, compresses, hashes and checks it on
// all cores, without a temporary file; or copies and checks a pack of our own.
#pragma once

#include "core/files.h"
#include "core/import/image_opener.h"
#include "core/model.h"
#include "imaging/chunk_packer.h"
#include "imaging/pack.h"

#include <QString>

#include <memory>

namespace core
{

// What tells a file that has changed since.
struct SourceStamp {
    qint64 size = 0;       // bytes
    qint64 modifiedNs = 0; // nanoseconds since the epoch
    qint64 changedNs = 0;  // likewise, by whatever: no program can set it
    quint64 device = 0;
    quint64 inode = 0;

    friend bool operator==(const SourceStamp &, const SourceStamp &) = default;
};

// What can be said without reading it. ImageUnreadable; ImageEmpty; ImageFormatUnknown, by the
// name: see core/import/image_name.h for what is taken.
[[nodiscard]] protocol::Result<SourceStamp> inspectSource(const QString &path);

struct ImportedPack {
    SourceStamp source;
    std::shared_ptr<const imaging::PackReader>
        pack;              // of the .part; stays good when that is renamed
    QString identity;      // hex digits; a hash over the map, which is large for a large image
    qint64 dataBytes = 0;  // of DATA chunks
    QStringList checkedBy; // names of the files beside it that it was found to agree with
    QStringList unchecked; // of those that could not be checked
    QString sidecarStamp;  // see core/import/sidecar_stamp.h
    QList<ImageWarning> warnings; // of the import, and what the image's inside tells
    ImageFacts facts;
    FileStamp stamp; // of its file, once that has its name in the library
};

// Works on the calling thread and `pool`, and leaves a flushed pack at `part`, or nothing. What
// inspectSource(), findSidecars() and the decoders say: ArchiveUnsuitable, ImageTooLarge,
// ImageFormatForeign, ChecksumMismatch and SidecarUnusable, ImageCorrupt for what is damaged or
// cut; ImageUnreadable when the source changed meanwhile, StorageFull, StationIoError, Cancelled.
[[nodiscard]] protocol::Result<ImportedPack> importPack(const QString &source, const QString &part,
                                                        imaging::WorkerPool &pool,
                                                        WorkControl &control,
                                                        const ImportLimits &limits = {});

// The SHA-256 of the whole raw image, which people compare with published sums. ImageCorrupt,
// StationIoError, Cancelled.
[[nodiscard]] protocol::Result<imaging::Digest> digestOfImage(const imaging::PackReader &pack,
                                                              const WorkControl &control);

} // namespace core
