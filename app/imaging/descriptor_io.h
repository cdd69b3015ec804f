// SPDX-License-Identifier: GPL-3.0-or-later
// pread and pwrite until everything is done: short transfers and EINTR are gone on with.
#pragma once

#include <QtGlobal>

#include <cstddef>
#include <span>

namespace imaging
{

struct IoOutcome {
    size_t bytes = 0; // transferred
    int error = 0;    // errno; 0 with fewer bytes than asked: end of file
};

[[nodiscard]] IoOutcome readFully(int descriptor, qint64 offset, std::span<std::byte> out);
[[nodiscard]] IoOutcome writeFully(int descriptor, qint64 offset, std::span<const std::byte> bytes);

} // namespace imaging
