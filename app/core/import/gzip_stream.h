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
// damaged or cut. What follows the last member is ignored as gzip(1) ignores it: zeros without a
// word, other bytes, as OpenWrt's signed images have them, as trailingBytes(). But no more than
// maxTrailingBytes, and nothing that looks like another member with a damaged head: ImageCorrupt.
// `file` outlives it.
[[nodiscard]] std::unique_ptr<ByteStream> openGzip(SourceFile &file);

} // namespace core
