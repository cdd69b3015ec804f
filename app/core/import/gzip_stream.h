// SPDX-License-Identifier: GPL-3.0-or-later
// A gzip file (RFC 1952) of one or more members, by zlib: libarchive's gzip filter checks neither
// their CRC nor their length (3.6 and 3.7: its source notes both as still to be done).
#pragma once

#include "core/import/byte_stream.h"
#include "core/import/source_file.h"

#include <memory>

namespace core
{

// Failures of the stream: ImageFormatUnknown when it is no gzip file; ImageCorrupt when it is
// damaged, cut, or followed by anything but zeros. `file` outlives it.
[[nodiscard]] std::unique_ptr<ByteStream> openGzip(SourceFile &file);

} // namespace core
