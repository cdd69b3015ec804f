// SPDX-License-Identifier: GPL-3.0-or-later
// Opens an image of any kind as chunks, with everything around it that counts, checks and maps.
#pragma once

#include "core/import/image_streams.h"

#include <QStringList>

#include <memory>
#include <vector>

namespace core
{

struct ImportLimits {
    // What is compressed may not become more: 2 TiB is the largest SD card and the largest disk
    // that an MBR can describe.
    qint64 maxUnpackedBytes = qint64(1) << 41;
    // What becomes more than this, and more than so many times its size, is a zip bomb: however
    // much of a card is empty, a system on it does not get as small.
    qint64 bombBytes = qint64(16) << 30;
    qint64 bombRatio = 8192;
    // Bytes that a file of so many may become.
    [[nodiscard]] qint64 mostUnpacked(qint64 fileBytes) const;
    // Is left free on the library's disk: database and devices' journals are there too.
    qint64 reserveBytes = 16 * 1024 * 1024;
};

struct OpenedImage {
    std::shared_ptr<ImageFindings> findings; // outlives the source
    ChunkSourcePtr source;
    std::vector<SumClaim> claims; // to be checked when the source has ended
    bool isWrapped = false;       // file and image differ
    QStringList unchecked;        // files beside it that say nothing that can be checked
};

// `path` is an image by its name and no pack of ours. What imageNameOf(), findSidecars() and the
// decoders say, and onlyDisks().
[[nodiscard]] protocol::Result<OpenedImage> openImage(const QString &path, WorkControl &control,
                                                      const ImportLimits &limits);

} // namespace core
