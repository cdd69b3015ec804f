// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/trailing_bytes.h"

#include "imaging/chunk_codec.h"

#include <algorithm>
#include <vector>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

constexpr size_t lookBytes = 256 * 1024;

// Reads to the end in pieces; true: nothing but zeros.
Result<bool> isPadding(SourceFile &file, qint64 offset)
{
    std::vector<std::byte> buffer(lookBytes);
    for (;;) {
        const auto bytes = file.peek(offset, buffer);
        if (!bytes)
            return bytes.failure();
        if (*bytes == 0)
            return true;
        if (!imaging::isZero(std::span(buffer).first(*bytes)))
            return false;
        offset += qint64(*bytes);
    }
}

// The magic number, but for one byte of it.
bool isNearly(std::span<const std::byte> bytes, std::string_view magic)
{
    if (bytes.size() < magic.size())
        return false;
    const auto wanted = std::as_bytes(std::span(magic));
    size_t same = 0;
    for (size_t i = 0; i < wanted.size(); ++i)
        same += bytes[i] == wanted[i] ? 1 : 0;
    return same + 1 >= wanted.size();
}

// A whole stream further on, or one right here whose first bytes are damaged.
bool holdsStream(std::span<const std::byte> bytes, std::string_view magic)
{
    const auto wanted = std::as_bytes(std::span(magic));
    return isNearly(bytes, magic) || !std::ranges::search(bytes, wanted).empty();
}

Failure damaged(const SourceFile &file, qint64 offset)
{
    return importFailure(FailureCode::ImageCorrupt, file.path(),
                         u"what follows byte %1 is no stream of the same kind"_s.arg(offset));
}

} // namespace

Result<qint64> lookAtTrailing(SourceFile &file, qint64 offset, std::string_view magic)
{
    const auto padding = isPadding(file, offset);
    if (!padding)
        return padding.failure();
    if (*padding)
        return qint64(0);
    const qint64 length = file.size() - offset;
    if (length > maxTrailingBytes)
        return damaged(file, offset);
    std::vector<std::byte> bytes(size_t(std::max<qint64>(length, 0)));
    const auto read = file.peek(offset, bytes);
    if (!read)
        return read.failure();
    if (holdsStream(std::span(bytes).first(*read), magic))
        return damaged(file, offset);
    return length;
}

} // namespace core
