// SPDX-License-Identifier: GPL-3.0-or-later
// What libarchive decodes: .xz, .bz2 and .zst of one or more streams, and the one image of a .zip.
#pragma once

#include "core/import/byte_stream.h"
#include "core/import/image_name.h"
#include "core/import/sidecars.h"
#include "core/import/source_file.h"

#include <memory>
#include <vector>

namespace core
{

// The image of a zip archive.
struct ZipImage {
    int entry = 0;                   // counted from 0, in the order in which libarchive gives them
    QString name;                    // without folder
    qint64 size = 0;                 // bytes, as the archive's directory states; it may lie
    std::vector<SidecarFile> papers; // sums and bmaps in it, of this image or not
};

// Looks into the directory, and reads what tells of an image. Exactly one entry must be an image by
// its name; others may be there. ArchiveUnsuitable when there is none, when there are several (the
// detail names them), or when it is encrypted; ImageFormatUnknown when it is no zip archive, with
// what it is instead; ImageCorrupt when it is no proper one.
[[nodiscard]] protocol::Result<ZipImage> findZipImage(SourceFile &file);

// Failures of the stream: ImageFormatUnknown when the contents are not what `wrapping` says,
// ImageCorrupt when they are damaged, cut, not of the length that they state, or when something
// else follows, which of these tools bzip2(1) alone ignores (see trailing_bytes.h);
// ArchiveUnsuitable when they need more memory than is sensible, or were compressed by a method
// that is not known. `file`, at its beginning, outlives it.
[[nodiscard]] protocol::Result<std::unique_ptr<ByteStream>> openCompressed(SourceFile &file,
                                                                           Wrapping wrapping);
// One of those, or gzip, which gzip_stream.h decodes.
[[nodiscard]] protocol::Result<std::unique_ptr<ByteStream>> openStream(SourceFile &file,
                                                                       Wrapping wrapping);
[[nodiscard]] protocol::Result<std::unique_ptr<ByteStream>> openZipImage(SourceFile &file,
                                                                         const ZipImage &image);

} // namespace core
