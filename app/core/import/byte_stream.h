// SPDX-License-Identifier: GPL-3.0-or-later
// Decompressed bytes, one after the other.
#pragma once

#include "protocol/result.h"

#include <cstddef>
#include <span>

namespace core
{

class ByteStream
{
public:
    virtual ~ByteStream() = default;
    // As many bytes as are at hand, at most out.size(); 0 only at the end, and only when the end is
    // where it must be: a damaged, cut or lying file is a failure then at the latest.
    [[nodiscard]] virtual protocol::Result<size_t> read(std::span<std::byte> out) = 0;
    // Once it has ended: bytes behind the end of what was decoded that belong to nothing and are
    // not zero, as far as the tool of the format ignores them, too.
    [[nodiscard]] virtual qint64 trailingBytes() const { return 0; }
};

} // namespace core
